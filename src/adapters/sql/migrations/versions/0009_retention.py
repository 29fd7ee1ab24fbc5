"""Requests whose recording is erased; indexes of the moments from which parts of requests are kept.

Revision: 0009
Follows: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.String(255)


def upgrade() -> None:
    """Let requests be without a recording, and create the indexes."""
    with op.batch_alter_table("face_requests") as requests:
        requests.alter_column("voice_key", existing_type=KEY, nullable=True)
    op.create_index("ix_face_requests_created_at", "face_requests", ["created_at"])
    op.create_index("ix_generations_finished_at", "generations", ["finished_at"])


def downgrade() -> None:
    """Undo that; a request whose recording is erased gets back the key, under which nothing is found."""
    names = ("id", "voice_key", "voice_suffix")
    requests = sa.table("face_requests", *(sa.column(name, sa.String) for name in names))
    key = sa.literal("voices/", sa.String) + requests.c.id + requests.c.voice_suffix
    op.execute(sa.update(requests).where(requests.c.voice_key.is_(None)).values(voice_key=key))
    op.drop_index("ix_generations_finished_at", "generations")
    op.drop_index("ix_face_requests_created_at", "face_requests")
    with op.batch_alter_table("face_requests") as requests_table:
        requests_table.alter_column("voice_key", existing_type=KEY, nullable=False)
