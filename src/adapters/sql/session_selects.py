"""The selects of sessions, for the views."""

from sqlalchemy import bindparam, select

from adapters.sql.models import EndedSessionRow, SessionRow

_session, _ended = SessionRow.__table__.c, EndedSessionRow.__table__.c

SESSIONS = (
    select(SessionRow.__table__)
    .where(_session.user_id == bindparam("user_id"), _session.expires_at > bindparam("now"))
    .order_by(_session.id.desc())
)
"""The sessions of `user_id`, newest first."""
ENDED_SESSIONS = select(_ended.id, _ended.ended_at, _ended.forget_at).where(
    _ended.ended_at >= bindparam("since")
)
"""What has ended since `since`."""
