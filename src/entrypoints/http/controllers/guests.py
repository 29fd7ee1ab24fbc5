"""Guests: visitors who have not signed up."""

from litestar import Controller, Response, post
from litestar.di import NamedDependency

from application.accounts.begin_guest import BeginGuest
from entrypoints.http.bodies.form_request import FormRequest
from entrypoints.http.client_address import client_address
from entrypoints.http.device import device_of
from entrypoints.http.refresh_cookie import RefreshCookie
from entrypoints.http.schemas.guests import GuestRequest, GuestResponse


class GuestController(Controller):
    """What a visitor does before signing up."""

    path = "/guests"
    tags = ("Accounts",)

    @post(problems=(403, 429))
    async def begin_guest(
        self,
        request: FormRequest[GuestRequest],
        refresh_cookie: NamedDependency[RefreshCookie],
        begin_guest: NamedDependency[BeginGuest],
    ) -> Response[GuestResponse]:
        """Begin as a guest.

        Gives a token without an account, and sets the cookie `refresh` as a login of a page does; pages of other
        origins may not ask. A guest can send one recording, and is erased after a day unless the guest signs up with
        the token.
        """
        body = await request.read()
        begun = await begin_guest(body.command(client_address(request), device_of(request)))
        return Response(GuestResponse.of(begun), headers=refresh_cookie.kept(begun.tokens))
