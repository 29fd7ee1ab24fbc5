"""The repositories in memory, on one transaction."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from application.errors import EmailTaken
from application.ports.account_repositories import RemovedRows
from domain.blob_keys import attempt_prefix, unmarked_key
from domain.face_request import FaceRequest
from domain.faces import Faces
from domain.feedback import Survey
from domain.generation import Generation, State
from domain.ids import GenerationId, RequestId, UserId
from domain.retention import PastPeriods
from domain.user import User
from doubles.memory.pausing import pausing
from doubles.memory.transaction import Transaction


class MemoryUserRepository:
    """Implements `UserRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, user: User) -> None:
        """Add it, if its address is free."""
        await self._take_address(user)
        await self._transaction.lock(user.id)
        self._transaction.users.put(user.id, user)

    @pausing
    async def get(self, user_id: UserId) -> User | None:
        """Look it up."""
        return self._transaction.users.get(user_id)

    @pausing
    async def find(self, email: str) -> User | None:
        """Search all."""
        return next((user for user in self._transaction.users.all() if user.email == email), None)

    async def lock(self, user_id: UserId) -> User | None:
        """Look it up, locked."""
        await self._transaction.lock(user_id)
        return await self.get(user_id)

    async def save(self, user: User) -> None:
        """Replace it, if its address is free; it must be locked."""
        self._transaction.require_lock(user.id)
        await self._take_address(user)
        self._transaction.users.put(user.id, user)

    async def _take_address(self, user: User) -> None:
        """Wait for a transaction that takes the same address, then check whether it belongs to another user."""
        if user.email is None:
            return
        await self._transaction.lock(("email", user.email))
        found = await self.find(user.email)
        if found is not None and found.id != user.id:
            raise EmailTaken

    async def remove(self, user: User) -> RemovedRows:
        """Remove it with all that is the user's; requests and generations must be locked."""
        transaction = self._transaction
        surveys = 0
        for generation in [one for one in transaction.generations.all() if one.user_id == user.id]:
            transaction.require_lock(generation.id)
            surveys += transaction.surveys.get(generation.id) is not None
            transaction.surveys.remove(generation.id)
            transaction.generations.remove(generation.id)
        for request in [one for one in transaction.requests.all() if one.user_id == user.id]:
            transaction.require_lock(request.id)
            transaction.requests.remove(request.id)
        for key in [key for key, one in transaction.usages.items() if one.user_id == user.id]:
            transaction.usages.remove(key)
        consents = [one.id for one in transaction.consents.all() if one.user_id == user.id]
        for consent_id in consents:
            transaction.consents.remove(consent_id)
        for link_id in [one.id for one in transaction.mail_links.all() if one.user_id == user.id]:
            transaction.mail_links.remove(link_id)
        for call_id in [one.id for one in transaction.keyed_calls.all() if one.user_id == user.id]:
            transaction.keyed_calls.remove(call_id)
        transaction.require_lock(user.id)
        transaction.users.remove(user.id)
        return RemovedRows(consents=len(consents), surveys=surveys)

    @pausing
    async def existing(self, user_ids: Collection[UserId]) -> set[UserId]:
        """Look them up."""
        return {one for one in user_ids if self._transaction.users.get(one) is not None}

    @pausing
    async def idle(self, since: datetime, limit: int) -> Sequence[UserId]:
        """Search all."""
        return self._first(
            limit, lambda one: not one.is_guest and one.erase_at is None and one.last_seen_at <= since
        )

    @pausing
    async def came_back(self, since: datetime, limit: int) -> Sequence[UserId]:
        """Search all."""
        return self._first(
            limit, lambda one: not one.is_guest and one.erase_at is not None and one.last_seen_at > since
        )

    @pausing
    async def due_for_erasure(self, now: datetime, limit: int) -> Sequence[UserId]:
        """Search all."""
        return self._first(limit, lambda one: one.is_to_be_erased(now))

    def _first(self, limit: int, condition: Callable[[User], bool]) -> list[UserId]:
        return [user.id for user in islice(filter(condition, self._transaction.users.all()), limit)]


class MemoryRequestRepository:
    """Implements `RequestRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, request: FaceRequest) -> None:
        """Add a request."""
        await self._transaction.lock(request.id)
        self._transaction.requests.put(request.id, request)

    @pausing
    async def get(self, request_id: RequestId) -> FaceRequest | None:
        """Look it up."""
        return self._transaction.requests.get(request_id)

    async def lock(self, user_id: UserId, request_id: RequestId) -> FaceRequest | None:
        """Look it up, locked, if it belongs to the user."""
        request = await self.get(request_id)
        if request is None or request.user_id != user_id:
            return None
        await self._transaction.lock(request_id)
        return await self.get(request_id)

    async def lock_of_user(self, user_id: UserId) -> Sequence[FaceRequest]:
        """Search all, and lock what is found."""
        found = sorted(one.id for one in self._transaction.requests.all() if one.user_id == user_id)
        return [one for key in found if (one := await self.lock(user_id, key)) is not None]

    async def save(self, request: FaceRequest) -> None:
        """Replace it; it must be locked."""
        self._transaction.require_lock(request.id)
        self._transaction.requests.put(request.id, request)

    async def remove(self, request: FaceRequest) -> None:
        """Remove it with its generations and their surveys."""
        self._transaction.require_lock(request.id)
        for generation in list(self._transaction.generations.all()):
            if generation.request_id == request.id:
                await self._transaction.lock(generation.id)
                self._transaction.generations.remove(generation.id)
                self._transaction.surveys.remove(generation.id)
        self._transaction.requests.remove(request.id)

    @pausing
    async def due_for_erasure(self, past: PastPeriods, limit: int) -> Sequence[tuple[UserId, RequestId]]:
        """Search all."""
        generations: dict[RequestId, list[Generation]] = {}
        for generation in self._transaction.generations.all():
            generations.setdefault(generation.request_id, []).append(generation)
        requests = self._transaction.requests.all()
        found = (one for one in requests if any(_due(one, generations[one.id], past)))
        return [(request.user_id, request.id) for request in islice(found, limit)]


class MemoryGenerationRepository:
    """Implements `GenerationRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, generation: Generation) -> None:
        """Add a generation."""
        await self._transaction.lock(generation.id)
        self._transaction.generations.put(generation.id, generation)

    @pausing
    async def lock(self, generation_id: GenerationId) -> Generation | None:
        """Look it up, locked."""
        await self._transaction.lock(generation_id)
        return self._transaction.generations.get(generation_id)

    async def save(self, generation: Generation) -> None:
        """Replace it; it must be locked."""
        self._transaction.require_lock(generation.id)
        self._transaction.generations.put(generation.id, generation)

    @pausing
    async def lock_of_request(self, request_id: RequestId) -> Sequence[Generation]:
        """Search all, and lock what is found."""
        found = [one.id for one in self._transaction.generations.all() if one.request_id == request_id]
        locked = [one for key in sorted(found) if (one := await self.lock(key)) is not None]
        return sorted(locked, key=lambda generation: (generation.created_at, generation.id))

    @pausing
    async def lock_open(self, user_id: UserId, request_id: RequestId | None = None) -> Sequence[Generation]:
        """Search all, and lock what is found."""
        found = sorted(
            one.id
            for one in self._transaction.generations.all()
            if one.user_id == user_id and request_id in (None, one.request_id) and not one.state.is_final
        )
        locked = [one for key in found if (one := await self.lock(key)) is not None]
        return [one for one in locked if not one.state.is_final]

    async def lock_of_user(self, user_id: UserId) -> Sequence[Generation]:
        """Search all, and lock what is found."""
        found = sorted(one.id for one in self._transaction.generations.all() if one.user_id == user_id)
        return [one for key in found if (one := await self.lock(key)) is not None]

    async def remove(self, generation: Generation) -> None:
        """Remove it with its survey; it must be locked."""
        self._transaction.require_lock(generation.id)
        self._transaction.generations.remove(generation.id)
        self._transaction.surveys.remove(generation.id)

    @pausing
    async def due(self, now: datetime, limit: int) -> Sequence[GenerationId]:
        """Search the queue."""
        due = sorted(
            (one.due_at, one.id)
            for one in self._transaction.generations.all()
            if one.state is State.QUEUED and one.due_at <= now
        )
        return [generation_id for _, generation_id in due[:limit]]

    @pausing
    async def lock_expired(self, now: datetime, limit: int) -> Sequence[Generation]:
        """Search the running ones, skipping what is locked."""
        leases = sorted(
            (one.lease_until, one.id, one)
            for one in self._transaction.generations.all()
            if one.state is State.RUNNING and one.lease_has_run_out(now)
        )
        free = (one for _, generation_id, one in leases if self._transaction.lock_if_free(generation_id))
        return list(islice(free, limit))


class MemorySurveyRepository:
    """Implements `SurveyRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @pausing
    async def find(self, generation_id: GenerationId) -> Survey | None:
        """Look it up."""
        return self._transaction.surveys.get(generation_id)

    async def save(self, survey: Survey) -> None:
        """Add or replace it; its generation must be locked."""
        self._transaction.require_lock(survey.generation_id)
        self._transaction.surveys.put(survey.generation_id, survey)


class MemoryTaskRepository:
    """Implements `TaskRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @pausing
    async def take(self, name: str, now: datetime, every: timedelta) -> bool:
        """Read when it was last taken; a transaction that is taking it has it."""
        taken_at = self._transaction.tasks.get(name)
        if taken_at is not None and now - taken_at < every:
            return False
        if not self._transaction.lock_if_free(("task", name)):
            return False
        self._transaction.tasks.put(name, now)
        return True


class MemoryBlobReferences:
    """Implements `BlobReferences`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @pausing
    async def unreferenced(self, keys: Collection[str]) -> set[str]:
        """Search all requests and generations."""
        generations = list(self._transaction.generations.all())
        running = tuple(
            attempt_prefix(one.id, one.attempt) for one in generations if one.state is State.RUNNING
        )
        referenced = {key for request in self._transaction.requests.all() for key in request.voice.keys}
        for generation in generations:
            referenced.update(_keys(generation.faces))
        return {key for key in keys if unmarked_key(key) not in referenced and not key.startswith(running)}


def _due(request: FaceRequest, generations: list[Generation], past: PastPeriods) -> Iterator[bool]:
    made = [one.finished_at for one in generations if one.faces is not None and one.finished_at is not None]
    yield any(moment <= past.faces for moment in made)
    newest = next(one for one in generations if one.id == request.latest_generation_id)
    if newest.finished_at is not None:
        yield request.voice.key is not None and request.created_at <= past.recordings
        yield not made and newest.state is State.FAILED and newest.finished_at <= past.failed


def _keys(faces: Faces | None) -> Iterable[str]:
    if faces is not None:
        for face in (faces.voice, faces.condition):
            yield from face.keys
