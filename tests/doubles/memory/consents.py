"""What users agreed to, in memory, on one transaction."""

from collections.abc import Sequence

from domain.consent import Consent
from domain.ids import ConsentId, RequestId, UserId
from doubles.memory.pausing import pausing
from doubles.memory.transaction import Transaction


class MemoryConsentRepository:
    """Implements `ConsentRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, consent: Consent) -> None:
        """Add it; its user must be locked."""
        self._transaction.require_lock(consent.user_id)
        self._transaction.consents.put(consent.id, consent)

    @pausing
    async def get(self, user_id: UserId, consent_id: ConsentId) -> Consent | None:
        """Look it up."""
        consent = self._transaction.consents.get(consent_id)
        return consent if consent is not None and consent.user_id == user_id else None

    @pausing
    async def standing(self, user_id: UserId, request_id: RequestId | None) -> Sequence[Consent]:
        """Search all."""
        found = (
            one
            for one in self._transaction.consents.all()
            if (one.user_id, one.request_id, one.withdrawn_at) == (user_id, request_id, None)
        )
        return sorted(found, key=lambda consent: (consent.agreed_at, consent.id))

    async def save(self, consent: Consent) -> None:
        """Replace it; its user must be locked."""
        self._transaction.require_lock(consent.user_id)
        self._transaction.consents.put(consent.id, consent)
