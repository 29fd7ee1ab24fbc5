"""The erasure of an account on the wire."""

from typing import Annotated

from msgspec import Meta, Struct

from application.accounts.erase import EraseAccountCommand
from domain.erasure import Receipt
from domain.ids import UserId
from entrypoints.http.schemas.accounts import Password
from entrypoints.http.schemas.moments import Moment, WithMoments

FILES_ARE_LEFT = "Some files are still being removed. They are gone within a minute."

Number = Annotated[int, Meta(extra_json_schema={"minimum": 0})]


class EraseAccountRequest(Struct, frozen=True, kw_only=True):
    """The password, so that a token alone cannot erase an account."""

    password: Annotated[Password | None, Meta(description="Your password; a guest has none.")] = None

    def command(self, user_id: UserId, client_address: str) -> EraseAccountCommand:
        """Return what the use case takes."""
        return EraseAccountCommand(user_id=user_id, password=self.password, client_address=client_address)


class ReceiptResponse(WithMoments, frozen=True, kw_only=True):
    """What was erased, in numbers."""

    erased_at: Moment
    sessions: Number
    consents: Number
    mails: Annotated[Number, Meta(description="Mails that were waiting to be sent.")]
    requests: Number
    recordings: Number
    results: Number
    faces: Number
    ratings: Number
    surveys: Number
    bytes: Annotated[Number, Meta(description="The size of the recordings and the faces.")]
    note: Annotated[str | None, Meta(description="Says so if files are still being removed.")]

    @classmethod
    def of(cls, receipt: Receipt) -> "ReceiptResponse":
        """Return the wire form of a receipt."""
        return cls(
            erased_at=receipt.erased_at,
            sessions=receipt.sessions,
            consents=receipt.consents,
            mails=receipt.mails,
            requests=receipt.requests,
            recordings=receipt.recordings,
            results=receipt.generations,
            faces=receipt.faces,
            ratings=receipt.ratings,
            surveys=receipt.surveys,
            bytes=receipt.stored_bytes,
            note=FILES_ARE_LEFT if receipt.files_are_left else None,
        )
