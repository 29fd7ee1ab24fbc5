"""A table of what users have used of the daily quotas, and columns for what they store and draw.

What was stored before counts as nothing, since its size is not known. Generations of before count for the daily quotas
as if they had drawn nothing; those that have not ended, as if they drew for ten minutes.

Revision: 0005
Follows: 0004
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.CHAR(32)
MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")
MYSQL: Any = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}

COUNT_EARLIER_GENERATIONS = """
INSERT INTO usages (generation_id, user_id, queued_at, ended_at, drawn_seconds)
SELECT generations.id, face_requests.user_id, generations.created_at, finished_at,
  CASE WHEN finished_at IS NULL THEN 600 ELSE 0 END
FROM generations JOIN face_requests ON face_requests.id = generations.request_id
"""


def upgrade() -> None:
    """Create the table, add the columns, and count the generations that there are."""
    op.create_table(
        "usages",
        sa.Column("generation_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("drawn_seconds", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("generation_id", name="pk_usages"),
        **MYSQL,
    )
    op.create_index("ix_usages_user_id_ended_at", "usages", ["user_id", "ended_at"])
    op.create_index("ix_usages_ended_at", "usages", ["ended_at"])
    zero: Any = {"nullable": False, "server_default": "0"}
    op.add_column("face_requests", sa.Column("voice_bytes", sa.BigInteger, **zero))
    op.add_column("generations", sa.Column("claimed_at", MOMENT))
    op.add_column("generations", sa.Column("drawn_seconds", sa.Double, **zero))
    op.add_column("generations", sa.Column("stored_bytes", sa.BigInteger, **zero))
    op.execute(COUNT_EARLIER_GENERATIONS)


def downgrade() -> None:
    """Drop the columns and the table."""
    for name in ("claimed_at", "drawn_seconds", "stored_bytes"):
        op.drop_column("generations", name)
    op.drop_column("face_requests", "voice_bytes")
    op.drop_table("usages")
