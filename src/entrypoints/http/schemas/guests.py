"""Guests on the wire."""

from typing import Annotated, Self

from msgspec import Meta, Struct

from application.accounts.begin_guest import BeginGuestCommand, GuestBegun
from domain.session import Device
from domain.voice import Gender, Person
from entrypoints.http.schemas.accounts import Age
from entrypoints.http.schemas.consent import AgreedVersion
from entrypoints.http.schemas.moments import Moment, WithMoments


class GuestRequest(Struct, frozen=True, kw_only=True):
    """A visitor; age and gender are suggestions for the request."""

    age: Age = 20
    gender: Gender = Gender.MAN
    notice_version: AgreedVersion = ""

    def command(self, client_address: str, device: Device) -> BeginGuestCommand:
        """Return what the use case takes; raises `InvalidValue`."""
        return BeginGuestCommand(
            person=Person(self.age, self.gender),
            client_address=client_address,
            device=device,
            notice_version=self.notice_version or None,
        )


class GuestResponse(WithMoments, frozen=True, kw_only=True):
    """A token that is valid for minutes; the cookie `refresh`, which no script can read, is good for the next one."""

    token: Annotated[str, Meta(description="Send it with every call.", examples=["eyJhbGciOi…"])]
    expires_in: Annotated[int, Meta(description="For how many seconds the token is valid.", examples=[900])]
    erase_at: Annotated[
        Moment, Meta(description="When all that belongs to the guest is erased, unless the guest signs up.")
    ]

    @classmethod
    def of(cls, begun: GuestBegun) -> Self:
        """Return the answer for a new guest."""
        return cls(
            token=begun.tokens.token,
            expires_in=int(begun.tokens.lifetime.total_seconds()),
            erase_at=begun.erase_at,
        )
