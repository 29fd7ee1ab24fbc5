"""Share a face."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from application.errors import AccountGone, NotFound
from application.ports.auth import Share, ShareSigner
from application.ports.clock import Clock
from application.ports.views import ResultView, Views
from application.security_events import record
from domain.errors import ConsentWithdrawn, FacesErased, NotFinished
from domain.generation import State
from domain.ids import GenerationId, RequestId, UserId
from domain.retention import Retention
from domain.user import User

REQUEST_WITHDRAWN = (
    "You have withdrawn your consent for this request, so its faces cannot be shared. "
    "Send a recording again to go on."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareFaceCommand:
    """Whose result is shared, and which one."""

    user_id: UserId
    request_id: RequestId
    generation_id: GenerationId


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFace:
    """What a link to a face needs."""

    token: str
    expires_at: datetime


class ShareFace:
    """Returns a token with which all can see the voice face of a result, for some days.

    Nothing is kept of it. It ends earlier with the face, which the user can erase at any time, and shows nothing while
    consent is withdrawn.

    Raises `NotFound`, `NotFinished`, `FacesErased`, `ConsentWithdrawn` and `AccountGone`.
    """

    def __init__(
        self, views: Views, signer: ShareSigner, clock: Clock, retention: Retention, lifetime: timedelta
    ) -> None:
        self._views = views
        self._signer = signer
        self._clock = clock
        self._retention = retention
        self._lifetime = lifetime

    async def __call__(self, command: ShareFaceCommand) -> SharedFace:
        user = await self._views.user(command.user_id)
        if user is None:
            raise AccountGone
        result = await self._views.result(command.user_id, command.request_id, command.generation_id)
        if result is None:
            raise NotFound("result")
        if result.faces is None:
            raise FacesErased if result.state is State.SUCCEEDED else NotFinished
        user.require_consent()
        if await self._views.shared_face(result.id) is None:
            raise ConsentWithdrawn(REQUEST_WITHDRAWN)
        expires_at = self._expiry(user, result)
        token = self._signer.sign(Share(generation_id=result.id, expires_at=expires_at))
        record("share", user=user.id, request=result.request_id, result=result.id)
        return SharedFace(token=token, expires_at=expires_at)

    def _expiry(self, user: User, result: ResultView) -> datetime:
        """Return when the link ends: in some days, or before that with the face or its user."""
        now = self._clock()
        ends = (now + self._lifetime, user.erase_at, self._retention.of_faces(result.finished_at))
        expires_at = min(end for end in ends if end is not None).replace(microsecond=0)
        if expires_at <= now:
            raise FacesErased
        return expires_at
