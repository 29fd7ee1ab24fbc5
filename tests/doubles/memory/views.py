"""The read models, from dicts."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from datetime import datetime

from application.ports.views import FacePreview, ProgressView, RequestView, ResultView
from domain.consent import Consent
from domain.face_request import FaceRequest
from domain.faces import StoredFace
from domain.generation import Generation, State
from domain.ids import GenerationId, RequestId, UserId
from domain.retention import RequestParts
from domain.session import EndedSession, Session
from domain.usage import Usage
from domain.user import User
from doubles.memory.tables import Tables
from doubles.memory.usages import usage_of


class MemoryViews:
    """Implements `Views` on what is committed."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def requests(
        self, user_id: UserId, limit: int | None = None, before: RequestId | None = None
    ) -> Sequence[RequestView]:
        """Search the user's requests."""
        own = [
            request
            for request in self._tables.requests.values()
            if request.user_id == user_id and (before is None or request.id < before)
        ]
        newest_first = sorted(own, key=lambda request: request.id, reverse=True)
        return [self._request_view(request) for request in newest_first[:limit]]

    async def request(self, user_id: UserId, request_id: RequestId) -> RequestView | None:
        """Look it up."""
        request = self._own(user_id, request_id)
        return self._request_view(request) if request else None

    async def result(
        self, user_id: UserId, request_id: RequestId, generation_id: GenerationId
    ) -> ResultView | None:
        """Look it up."""
        generation = self._own_generation(user_id, request_id, generation_id)
        return self._result_view(generation) if generation else None

    async def results(self, user_id: UserId, request_id: RequestId) -> Sequence[ResultView]:
        """Search the request's generations."""
        if self._own(user_id, request_id) is None:
            return []
        own = [one for one in self._tables.generations.values() if one.request_id == request_id]
        return [self._result_view(one) for one in sorted(own, key=lambda one: one.id, reverse=True)]

    async def shared_face(self, generation_id: GenerationId) -> StoredFace | None:
        """Look it up."""
        generation = self._tables.generations.get(generation_id)
        if generation is None or generation.faces is None:
            return None
        request = self._tables.requests[generation.request_id]
        user = self._tables.users[request.user_id]
        is_withdrawn = request.consent_withdrawn_at or user.consent_withdrawn_at
        return None if is_withdrawn else generation.faces.voice

    async def job(
        self, user_id: UserId, request_id: RequestId, generation_id: GenerationId
    ) -> ProgressView | None:
        """Look it up."""
        generation = self._own_generation(user_id, request_id, generation_id)
        return self._progress_view(generation) if generation else None

    async def progress(self, generation_ids: Collection[GenerationId]) -> Mapping[GenerationId, ProgressView]:
        """Look them up."""
        found = [self._tables.generations[one] for one in generation_ids if one in self._tables.generations]
        return {generation.id: self._progress_view(generation) for generation in found}

    async def sessions(self, user_id: UserId, now: datetime) -> Sequence[Session]:
        """Search the user's sessions."""
        own = (
            one for one in self._tables.sessions.values() if one.user_id == user_id and one.expires_at > now
        )
        return sorted(map(deepcopy, own), key=lambda session: session.id, reverse=True)

    async def ended_sessions(self, since: datetime | None) -> Sequence[EndedSession]:
        """Search all."""
        ended = self._tables.ended_sessions.values()
        return [one for one in ended if since is None or one.ended_at >= since]

    async def user(self, user_id: UserId) -> User | None:
        """Look it up."""
        return deepcopy(self._tables.users.get(user_id))

    async def consents(self, user_id: UserId) -> Sequence[Consent]:
        """Search the user's consents."""
        own = (one for one in self._tables.consents.values() if one.user_id == user_id)
        return sorted(map(deepcopy, own), key=lambda consent: (consent.agreed_at, consent.id), reverse=True)

    async def usage(self, user_id: UserId, since: datetime) -> Usage:
        """Search all."""
        requests = [one for one in self._tables.requests.values() if one.user_id == user_id]
        ids = {request.id for request in requests}
        generations = [one for one in self._tables.generations.values() if one.request_id in ids]
        counted = [one for one in self._tables.usages.values() if one.user_id == user_id]
        return usage_of(since, requests, generations, counted)

    async def check(self) -> None:
        """Return: a dict always answers."""

    def _result_view(self, generation: Generation) -> ResultView:
        return ResultView(
            id=generation.id,
            request_id=generation.request_id,
            state=generation.state,
            wishes=generation.wishes,
            faces=generation.faces,
            failure=generation.failure,
            voice_rating=generation.voice_rating,
            condition_rating=generation.condition_rating,
            surveyed=generation.id in self._tables.surveys,
            created_at=generation.created_at,
            finished_at=generation.finished_at,
            feedback_at=generation.feedback_at,
        )

    def _own(self, user_id: UserId, request_id: RequestId) -> FaceRequest | None:
        request = self._tables.requests.get(request_id)
        return request if request is not None and request.user_id == user_id else None

    def _own_generation(
        self, user_id: UserId, request_id: RequestId, generation_id: GenerationId
    ) -> Generation | None:
        generation = self._tables.generations.get(generation_id)
        if generation is None or generation.request_id != request_id:
            return None
        return generation if self._own(user_id, request_id) else None

    def _request_view(self, request: FaceRequest) -> RequestView:
        latest = self._tables.generations[request.latest_generation_id]
        own = [one for one in self._tables.generations.values() if one.request_id == request.id]
        parts = RequestParts.of(request, own)
        with_faces = [one for one in own if one.faces]
        shown = latest
        if latest.state is not State.SUCCEEDED:
            shown = max(with_faces, key=lambda one: one.id, default=latest)
        return RequestView(
            id=request.id,
            person=request.person,
            wishes=request.wishes,
            voice_key=request.voice.key,
            voice_media_type=request.voice.recording.media_type,
            state=latest.state,
            stage=latest.stage,
            percent=latest.percent,
            failure=latest.failure,
            latest_generation_id=latest.id,
            shown_generation_id=shown.id,
            voice_face=_preview_of(shown.faces.voice if shown.faces else None),
            condition_face=_preview_of(shown.faces.condition if shown.faces else None),
            is_rated=shown.voice_rating is not None and shown.condition_rating is not None,
            created_at=request.created_at,
            updated_at=max(request.updated_at, latest.finished_at or latest.created_at),
            finished_at=latest.finished_at,
            faces_made_at=parts.faces_made_at,
        )

    def _progress_view(self, generation: Generation) -> ProgressView:
        return ProgressView(
            generation_id=generation.id,
            state=generation.state,
            stage=generation.stage,
            percent=generation.percent,
            attempt=generation.attempt,
            place=self._place(generation),
            failure=generation.failure,
            finished_at=generation.finished_at,
        )

    def _place(self, generation: Generation) -> int | None:
        if generation.state is not State.QUEUED:
            return None
        turns = dict(self._tables.turns.in_order())
        claimed: Counter[UserId] = Counter()

        def level(user_id: UserId) -> tuple[int, int, UserId]:
            return turns[user_id].running + claimed[user_id], turns[user_id].waiting_since, user_id

        while True:  # as if all were claimed one by one from now
            waiting = (user_id for user_id in turns if claimed[user_id] < len(turns[user_id].queued))
            user_id = min(waiting, key=level)
            claimed[user_id] += 1
            if turns[user_id].queued[claimed[user_id] - 1].id == generation.id:
                return claimed.total()


def _preview_of(face: StoredFace | None) -> FacePreview | None:
    return FacePreview(portrait=face.portrait, loop=face.loop) if face else None
