"""Accounts: sign up, log in, show my data."""

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency

from application.accounts.erase import EraseAccount
from application.accounts.log_in import LogIn
from application.accounts.show import ShowAccount
from application.accounts.sign_up import RequireFreeEmail, SignUp
from domain.ids import UserId
from entrypoints.http.bodies.form_request import FormRequest
from entrypoints.http.caller import Caller
from entrypoints.http.client_address import client_address
from entrypoints.http.device import device_of
from entrypoints.http.language import language_of
from entrypoints.http.schemas.accounts import (
    AccountResponse,
    FreeEmailRequest,
    LogInRequest,
    LogInResponse,
    MessageResponse,
    SignUpRequest,
    SignUpResponse,
)
from entrypoints.http.schemas.erasure import EraseAccountRequest, ReceiptResponse


class AccountController(Controller):
    """What a user does with an account."""

    tags = ("Accounts",)

    @post("/users", problems=(401, 409, 429))
    async def sign_up(
        self,
        request: FormRequest[SignUpRequest],
        guest_id: NamedDependency[UserId | None],
        sign_up: NamedDependency[SignUp],
    ) -> SignUpResponse:
        """Sign up.

        With the token of a guest, the guest becomes an account, keeps requests and results, and has to log in. A token
        that is not valid any more is refused, so that no result is lost unnoticed; that of an account changes nothing.

        Without age and gender a guest keeps those stated before; a new user gets 20 and `man`.

        A mail in the language of `Accept-Language`, Korean or English, asks to confirm the address.
        """
        body = await request.read()
        command = body.command(client_address(request), language_of(request), guest_id)
        return SignUpResponse.of(await sign_up(command))

    @post("/users/email/validation", status_code=200, problems=(409, 429))
    async def validate_email(
        self,
        request: FormRequest[FreeEmailRequest],
        require_free_email: NamedDependency[RequireFreeEmail],
    ) -> MessageResponse:
        """Check an e-mail address.

        Tells whether there is an account with it.
        """
        body = await request.read()
        await require_free_email(body.email, client_address(request))
        return MessageResponse(message="This e-mail address is free.")

    @get("/users")
    async def show_account(
        self, caller: NamedDependency[Caller], show_account: NamedDependency[ShowAccount]
    ) -> AccountResponse:
        """Show my data."""
        return AccountResponse.of(await show_account(caller.user_id), show_account.retention)

    @delete("/users", status_code=200, problems=(403, 429))
    async def erase_account(
        self,
        request: FormRequest[EraseAccountRequest],
        caller: NamedDependency[Caller],
        erase_account: NamedDependency[EraseAccount],
    ) -> ReceiptResponse:
        """Erase my account.

        Ends all sessions, stops all jobs, and erases all recordings, faces and answers. It cannot be undone.
        """
        body = await request.read()
        return ReceiptResponse.of(await erase_account(body.command(caller.user_id, client_address(request))))

    @post("/auth", status_code=200, problems=(401, 429))
    async def log_in(
        self, request: FormRequest[LogInRequest], log_in: NamedDependency[LogIn]
    ) -> LogInResponse:
        """Log in.

        Gives a token for e-mail address and password.
        """
        body = await request.read()
        return LogInResponse.of(await log_in(body.command(client_address(request), device_of(request))))
