"""Show what holds for all who want to use the service."""

from dataclasses import dataclass

from domain.consent import ConsentPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRules:
    """What a client must know before its user has done anything."""

    takes_guests: bool
    confirms_addresses: bool
    """Whether an address must be confirmed before faces are made."""
    consent: ConsentPolicy


class ShowService:
    """Returns what holds for all users, and reads nothing for it."""

    def __init__(
        self, consent_policy: ConsentPolicy, *, takes_guests: bool, confirms_addresses: bool
    ) -> None:
        self._rules = ServiceRules(
            takes_guests=takes_guests, confirms_addresses=confirms_addresses, consent=consent_policy
        )

    def __call__(self) -> ServiceRules:
        return self._rules
