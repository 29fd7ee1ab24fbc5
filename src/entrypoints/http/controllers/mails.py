"""What an account needs mails for: to confirm its address, to reset its password."""

from litestar import Controller, post
from litestar.di import NamedDependency

from application.accounts.ask_for_confirmation import AskForConfirmation
from application.accounts.ask_for_reset import AskForReset
from application.accounts.confirm_address import ConfirmAddress
from application.accounts.reset_password import ResetPassword
from entrypoints.http.bodies.form_request import FormRequest
from entrypoints.http.caller import Caller
from entrypoints.http.client_address import client_address
from entrypoints.http.language import language_of
from entrypoints.http.schemas.accounts import MessageResponse
from entrypoints.http.schemas.mails import AskForResetRequest, ConfirmAddressRequest, ResetPasswordRequest


def asked(_: None = None) -> MessageResponse:
    """Return the answer to asking for another mail to confirm an address."""
    return MessageResponse(message="A mail is on its way to you, unless your address is confirmed already.")


class MailController(Controller):
    """Asking for mails, and using the links in them."""

    path = "/users"
    tags = ("Accounts",)

    @post("/password/reset-mail", status_code=202, problems=(429,))
    async def ask_to_reset_password(
        self, request: FormRequest[AskForResetRequest], ask_for_reset: NamedDependency[AskForReset]
    ) -> MessageResponse:
        """Ask for a mail to reset a password.

        The answer is the same whether or not there is an account with the address. The link in the mail works once,
        within an hour.
        """
        body = await request.read()
        await ask_for_reset(body.command(language_of(request), client_address(request)))
        return MessageResponse(
            message="If there is an account with this address, a mail is on its way to it."
        )

    @post("/password/reset", status_code=200, problems=(404,))
    async def reset_password(
        self, request: FormRequest[ResetPasswordRequest], reset_password: NamedDependency[ResetPassword]
    ) -> MessageResponse:
        """Reset a password by the link of a mail.

        All sessions of the account end, and its address counts as confirmed.
        """
        body = await request.read()
        await reset_password(body.command(client_address(request)))
        return MessageResponse(message="Your password is changed. Log in with the new one.")

    @post("/email/confirmation-mail", status_code=202, problems=(409, 429), answer=asked)
    async def ask_to_confirm_address(
        self, caller: NamedDependency[Caller], ask_for_confirmation: NamedDependency[AskForConfirmation]
    ) -> MessageResponse:
        """Ask for another mail to confirm my address.

        Only the link of the newest mail works. Where the address is confirmed already, none is sent.
        """
        await ask_for_confirmation(caller.user_id)
        return asked()

    @post("/email/confirmation", status_code=200, problems=(404,))
    async def confirm_address(
        self, request: FormRequest[ConfirmAddressRequest], confirm_address: NamedDependency[ConfirmAddress]
    ) -> MessageResponse:
        """Confirm an address by the link of a mail."""
        body = await request.read()
        await confirm_address(body.token)
        return MessageResponse(message="Your e-mail address is confirmed.")
