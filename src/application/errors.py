"""What use cases answer when they cannot do what was asked; beside the domain's own errors."""


class ApplicationError(Exception):
    """Something that the person, or the operator, can act on; `code` is stable."""

    code = "application_error"


class NotFound(ApplicationError):
    """It does not exist, or belongs to somebody else: nobody can tell which."""

    code = "not_found"


class EmailTaken(ApplicationError):
    """There is an account with this address."""

    code = "email_taken"

    def __init__(self) -> None:
        super().__init__("There is an account with this e-mail address. Log in, or use another one.")


class WrongCredentials(ApplicationError):
    """Address and password do not belong together; which of them is wrong is not told."""

    code = "wrong_credentials"

    def __init__(self) -> None:
        super().__init__("E-mail address or password is wrong.")


class InvalidToken(ApplicationError):
    """The token is missing, expired, or not ours."""

    code = "invalid_token"


class AccountGone(InvalidToken):
    """The token is ours, but nobody has the account any more."""

    def __init__(self) -> None:
        super().__init__("This account does not exist any more. Sign up again.")


class InvalidLink(ApplicationError):
    """A media link that was not signed by us, or has expired."""

    code = "invalid_link"

    def __init__(self) -> None:
        super().__init__("This link has expired or was cut off. Load the page again to get a new one.")


class ServiceUnavailable(ApplicationError):
    """A service that we depend on did not answer; trying again later may help."""

    code = "service_unavailable"

    def __init__(self, service: str) -> None:
        super().__init__("The service is busy or being repaired. Try again in a minute.")
        self.service = service
