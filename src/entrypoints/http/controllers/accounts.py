"""Accounts: sign up, look at oneself, log in."""

from typing import Any

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency

from application.accounts.log_in import LogIn
from application.accounts.show import ShowAccount
from application.accounts.sign_up import RequireFreeEmail, SignUp
from entrypoints.http.body import read_body
from entrypoints.http.caller import Caller
from entrypoints.http.schemas.accounts import (
    AccountResponse,
    FreeEmailRequest,
    LogInRequest,
    LogInResponse,
    MessageResponse,
    SignUpRequest,
    SignUpResponse,
)


class AccountController(Controller):
    """Everything about an account."""

    tags = ("Accounts",)

    @post("/users", body=SignUpRequest, problems=(409, 422))
    async def sign_up(
        self, request: Request[Any, Any, Any], sign_up: NamedDependency[SignUp]
    ) -> SignUpResponse:
        """Sign up."""
        body = await read_body(request, SignUpRequest)
        user = await sign_up(body.command())
        return SignUpResponse(id=user.email)

    @post("/users/email/validation", status_code=200, body=FreeEmailRequest, problems=(409, 422))
    async def validate_email(
        self, request: Request[Any, Any, Any], require_free_email: NamedDependency[RequireFreeEmail]
    ) -> MessageResponse:
        """Check an e-mail address.

        Tells whether somebody has signed up with it.
        """
        body = await read_body(request, FreeEmailRequest)
        await require_free_email(body.email)
        return MessageResponse(message="This e-mail address is free.")

    @get("/users")
    async def show_account(
        self, caller: NamedDependency[Caller], show_account: NamedDependency[ShowAccount]
    ) -> AccountResponse:
        """Show my data."""
        user = await show_account(caller.user_id)
        return AccountResponse(age=user.person.age, gender=user.person.gender)

    @post("/auth", status_code=200, body=LogInRequest, problems=(401, 422))
    async def log_in(self, request: Request[Any, Any, Any], log_in: NamedDependency[LogIn]) -> LogInResponse:
        """Log in.

        Exchanges address and password for a token.
        """
        body = await read_body(request, LogInRequest)
        logged_in = await log_in(body.command())
        return LogInResponse(token=logged_in.token, email=logged_in.email)
