"""A table of throttles; where a user's last login came from; e-mail addresses in the form NFC.

Revision: 0006
Follows: 0005
"""

import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEYED_HASH = sa.CHAR(64)
MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")
MYSQL: Any = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}


def upgrade() -> None:
    """Create the table, add the column, compose the addresses."""
    op.create_table(
        "throttles",
        sa.Column("key", KEYED_HASH, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_throttles"),
        **MYSQL,
    )
    op.create_index("ix_throttles_since", "throttles", ["since"])
    op.add_column("users", sa.Column("last_login_from", KEYED_HASH))
    compose_addresses()


def downgrade() -> None:
    """Drop them; the addresses stay."""
    op.drop_column("users", "last_login_from")
    op.drop_table("throttles")


def compose_addresses() -> None:
    """Write each address as logging in looks for it, unless another account has that spelling already."""
    users = sa.table("users", sa.column("id"), sa.column("email"))
    connection = op.get_bind()
    rows = connection.execute(sa.select(users)).all()
    taken = {row.email for row in rows}
    for row in rows:
        composed = unicodedata.normalize("NFC", row.email)
        if composed not in taken:
            taken.add(composed)
            connection.execute(sa.update(users).where(users.c.id == row.id).values(email=composed))
