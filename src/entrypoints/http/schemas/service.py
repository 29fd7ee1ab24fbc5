"""What holds for all who want to use the service, on the wire."""

from typing import Annotated, Self

from msgspec import Meta, Struct

from application.accounts.show_service import ServiceRules
from domain.user import Language
from domain.voice import LONGEST_RECORDING, SHORTEST_RECORDING
from entrypoints.http.bodies.uploads import LARGEST_FILE
from entrypoints.http.schemas.consent import NoticeVersion


class RecordingLimitsResponse(Struct, frozen=True, kw_only=True):
    """Which recordings are accepted."""

    shortest_seconds: Annotated[int, Meta(examples=[1])]
    longest_seconds: Annotated[int, Meta(examples=[60])]
    largest_bytes: Annotated[int, Meta(description="Of the file.", examples=[LARGEST_FILE])]


class ServiceResponse(Struct, frozen=True, kw_only=True):
    """What a client must know before its user has done anything."""

    guests: Annotated[bool, Meta(description="Whether visitors can begin as guests.")]
    confirm_address: Annotated[
        bool, Meta(description="Whether an address must be confirmed before faces are made.")
    ]
    notice_version: NoticeVersion
    consent_required: Annotated[
        bool, Meta(description="Whether signing up and submitting need `notice_version`.")
    ]
    youngest: Annotated[int, Meta(description="The youngest age in years that is accepted.", examples=[14])]
    languages: Annotated[list[Language], Meta(description="Of the notices, the mails and the pages.")]
    recording: RecordingLimitsResponse

    @classmethod
    def of(cls, rules: ServiceRules) -> Self:
        """Return the wire form of what holds for all."""
        return cls(
            guests=rules.takes_guests,
            confirm_address=rules.confirms_addresses,
            notice_version=rules.consent.current_version,
            consent_required=rules.consent.is_required,
            youngest=rules.consent.youngest,
            languages=list(Language),
            recording=RecordingLimitsResponse(
                shortest_seconds=SHORTEST_RECORDING,
                longest_seconds=LONGEST_RECORDING,
                largest_bytes=LARGEST_FILE,
            ),
        )
