"""A table of calls with an idempotency key.

Revision: 0011
Follows: 0010
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.CHAR(32)
KEYED_HASH = sa.CHAR(64)
MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")
MYSQL: Any = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "idempotency_keys",
        sa.Column("id", KEYED_HASH, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("digest", KEYED_HASH, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("attempt", ID, nullable=False),
        sa.Column("running_until", MOMENT, nullable=False),
        sa.Column("status", sa.SmallInteger),
        sa.Column("media_type", sa.String(100)),
        sa.Column("body", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_idempotency_keys"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_idempotency_keys_user_id", ondelete="CASCADE"
        ),
        **MYSQL,
    )
    op.create_index("ix_idempotency_keys_user_id", "idempotency_keys", ["user_id"])
    op.create_index("ix_idempotency_keys_began_at", "idempotency_keys", ["began_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("idempotency_keys")
