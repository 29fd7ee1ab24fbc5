"""Why a use case could not do what it was asked, beside the domain's own errors."""

import math
from datetime import timedelta

from domain.throttling import ThrottleRule


class ApplicationError(Exception):
    """An error that the user or the operator can act on; `code` is stable, the message is a sentence."""

    code = "application_error"


class NotFound(ApplicationError):
    """What was asked for does not exist or belongs to another user, which the answer does not tell apart."""

    code = "not_found"

    def __init__(self, what: str) -> None:
        super().__init__(f"There is no such {what}.")


class EmailTaken(ApplicationError):
    """There is an account with this e-mail address."""

    code = "email_taken"

    def __init__(self) -> None:
        super().__init__("There is an account with this e-mail address. Log in, or use another one.")


class GuestsOff(ApplicationError):
    """The operator has switched guests off."""

    code = "guests_off"

    def __init__(self) -> None:
        super().__init__("This service takes no guests. Sign up to send a recording.")


class WrongCredentials(ApplicationError):
    """E-mail address and password do not belong together; which of them is wrong is not said."""

    code = "wrong_credentials"

    def __init__(self) -> None:
        super().__init__("E-mail address or password is wrong.")


class WrongPassword(ApplicationError):
    """The password that a caller gave is not that of the account."""

    code = "wrong_password"

    def __init__(self) -> None:
        super().__init__("The password is wrong.")


class PasswordMissing(ApplicationError):
    """The caller has to give the password of the account."""

    code = "password_missing"

    def __init__(self) -> None:
        super().__init__("Give your password: what is erased cannot be brought back.")


class NoPassword(ApplicationError):
    """A guest was asked for what only accounts have: a password."""

    code = "no_password"

    def __init__(self) -> None:
        super().__init__("A guest has no password. Sign up first.")


class TooManyTries(ApplicationError):
    """A client has tried something too often; `seconds` is when it may try again, and is then looked at.

    `tried` says in the plural what, `rule` how many of them are allowed.
    """

    code = "too_many_attempts"

    def __init__(self, tried: str, rule: ThrottleRule, wait: timedelta) -> None:
        self.tried, self.rule, self.wait = tried, rule, wait
        self.seconds = math.ceil(wait.total_seconds())
        minutes = math.ceil(self.seconds / 60)
        when = f"{self.seconds} seconds" if self.seconds < 120 else f"{minutes} minutes"
        super().__init__(f"Too many {tried}. Try again in {when}.")


class HashingBusy(ApplicationError):
    """So many passwords wait for being hashed that one more would wait too long."""

    code = "busy"

    def __init__(self) -> None:
        super().__init__("Too many users are logging in or signing up now. Try again in some seconds.")


class InvalidToken(ApplicationError):
    """The token is missing, has expired, or was not issued by this service."""

    code = "invalid_token"


class SessionEnded(InvalidToken):
    """The token is valid, but its session has ended."""

    def __init__(self) -> None:
        super().__init__("You are logged out. Log in again.")


class AccountGone(InvalidToken):
    """The token is valid, but its account does not exist any more."""

    def __init__(self) -> None:
        super().__init__("This account does not exist any more. Sign up again.")


class AddressNotConfirmed(ApplicationError):
    """The user must first follow the link that was sent to the address; a guest must first sign up."""

    code = "address_not_confirmed"

    def __init__(self) -> None:
        super().__init__(
            "Confirm your e-mail address first: follow the link in our mail, or ask for another mail."
        )


class NoAddress(ApplicationError):
    """A guest has no address that could be confirmed."""

    code = "no_address"

    def __init__(self) -> None:
        super().__init__("You are a guest, without an e-mail address. Sign up first.")


class InvalidMailLink(ApplicationError):
    """The link of a mail was used, has expired, was replaced by a newer one, or was not made by this service."""

    code = "invalid_mail_link"

    def __init__(self) -> None:
        super().__init__("This link was used already, or it has expired. Ask for another mail.")


class InvalidLink(ApplicationError):
    """The media link has expired, was not signed by this service, or its blob was erased."""

    code = "invalid_link"

    def __init__(self) -> None:
        super().__init__("This link has expired or was cut off, or its file was erased. Load the page again.")


class InvalidShare(ApplicationError):
    """The link to a shared face has expired or was not signed by this service, or nothing may be shown any more."""

    code = "invalid_share"

    def __init__(self) -> None:
        super().__init__("There is no face behind this link any more. Ask for another link.")


class ServiceUnavailable(ApplicationError):
    """A backing service did not answer; trying again later may help. `service` names it for the log."""

    code = "service_unavailable"

    def __init__(self, service: str) -> None:
        super().__init__("The service is busy or being repaired. Try again in a minute.")
        self.service = service
