"""What is asked for by mail, on the wire."""

from typing import Annotated

from msgspec import Meta, Struct

from application.accounts.ask_for_reset import AskForResetCommand
from application.accounts.reset_password import ResetPasswordCommand
from domain.user import Language
from entrypoints.http.schemas.accounts import NO_NUL, Email, NewPassword

LinkToken = Annotated[
    str,
    Meta(
        description="The end of the link in the mail, behind `#`.",
        examples=["AZreR2d3cQCnhJ1qk9Wm0A3h…"],
        extra_json_schema={"pattern": NO_NUL},
    ),
]


class AskForResetRequest(Struct, frozen=True, kw_only=True):
    """The address of the account whose password was forgotten."""

    email: Email

    def command(self, language: Language, client_address: str) -> AskForResetCommand:
        """Return what the use case takes."""
        return AskForResetCommand(email=self.email, language=language, client_address=client_address)


class ResetPasswordRequest(Struct, frozen=True, kw_only=True):
    """The token of a link, and the new password."""

    token: LinkToken
    password: NewPassword

    def command(self, client_address: str) -> ResetPasswordCommand:
        """Return what the use case takes."""
        return ResetPasswordCommand(token=self.token, password=self.password, client_address=client_address)


class ConfirmAddressRequest(Struct, frozen=True, kw_only=True):
    """The token of a link."""

    token: LinkToken
