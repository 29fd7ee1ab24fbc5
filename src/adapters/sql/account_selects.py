"""The selects of users and of what they agreed to, for the views."""

from sqlalchemy import bindparam, select

from adapters.sql.models import ConsentRow, UserRow

_consent = ConsentRow.__table__.c

USER = select(UserRow.__table__).where(UserRow.__table__.c.id == bindparam("user_id"))
"""The user `user_id`."""
CONSENTS = (
    select(ConsentRow.__table__)
    .where(_consent.user_id == bindparam("user_id"))
    .order_by(_consent.agreed_at.desc(), _consent.id.desc())
)
"""What `user_id` agreed to, newest first."""
