"""Sessions, mails, consents and erasures; guests; when users were last here.

Revision: 0008
Follows: 0007
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.CHAR(32)
ADDRESS = sa.String(254)
WORD = sa.String(32)
MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")
MYSQL: Any = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}


def upgrade() -> None:
    """Create the tables, and let accounts be without an address."""
    create_tables_of_sessions()
    create_tables_of_mails()
    create_tables_of_consents_and_erasures()
    change_users()


def create_tables_of_sessions() -> None:
    """Create the tables of sessions, and of those that have ended."""
    create_table(
        "sessions",
        user_id(),
        sa.Column("device_name", sa.String(100), nullable=False),
        sa.Column("device_address", sa.String(45)),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("refreshes", sa.Integer),
        of_users=True,
        indexes=("expires_at", "user_id"),
    )
    create_table(
        "ended_sessions",
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.Column("forget_at", MOMENT, nullable=False),
        indexes=("ended_at", "forget_at"),
    )


def create_tables_of_mails() -> None:
    """Create the tables of mails, and of their links."""
    create_table(
        "mails",
        sa.Column("kind", WORD, nullable=False),
        sa.Column("address", ADDRESS, nullable=False),
        sa.Column("language", WORD, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("tries", sa.SmallInteger, nullable=False),
        indexes=("address", "due_at"),
    )
    create_table(
        "mail_links",
        user_id(),
        sa.Column("purpose", WORD, nullable=False),
        sa.Column("address", ADDRESS, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        of_users=True,
        indexes=("expires_at", "user_id"),
    )


def create_tables_of_consents_and_erasures() -> None:
    """Create the tables of consents and erasures."""
    create_table(
        "consents",
        user_id(),
        sa.Column("request_id", ID),
        sa.Column("notice_version", WORD),
        sa.Column("collected_by", sa.String(200)),
        sa.Column("agreed_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT),
        of_users=True,
        indexes=("user_id",),
    )
    create_table(
        "erasures",
        sa.Column("prefixes", sa.JSON, nullable=False),
        sa.Column("erased_at", MOMENT, nullable=False),
        sa.Column("stopped_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("is_forgotten", sa.Boolean, nullable=False),
        indexes=("due_at",),
    )


def change_users() -> None:
    """Let users be without an address and a password, and add columns."""
    with op.batch_alter_table("users") as users:
        users.alter_column("email", existing_type=ADDRESS, nullable=True)
        users.alter_column("password_hash", existing_type=sa.String(255), nullable=True)
        users.add_column(sa.Column("language", WORD))
        users.add_column(sa.Column("last_seen_at", MOMENT))
        users.add_column(sa.Column("confirmed_at", MOMENT))
        users.add_column(sa.Column("erase_at", MOMENT))
    say_when_users_were_last_here()
    with op.batch_alter_table("users") as users:
        users.alter_column("language", existing_type=WORD, nullable=False)
        users.alter_column("last_seen_at", existing_type=MOMENT, nullable=False)
    op.create_index("ix_users_last_seen_at", "users", ["last_seen_at"])
    op.create_index("ix_users_erase_at", "users", ["erase_at"])


def downgrade() -> None:
    """Drop them; guests are deleted with all that is theirs: they have no place in the old tables."""
    # Foreign keys delete nothing here: on SQLite they are off while it migrates.
    guests = "(SELECT id FROM users WHERE email IS NULL)"
    generations = f"(SELECT id FROM generations WHERE user_id IN {guests})"  # noqa: S608 (no input is in it)
    op.execute(f"DELETE FROM surveys WHERE generation_id IN {generations}")  # noqa: S608
    for table in ("generations", "face_requests", "turns"):
        op.execute(f"DELETE FROM {table} WHERE user_id IN {guests}")  # noqa: S608
    for table in ("erasures", "consents", "mail_links", "mails", "ended_sessions", "sessions"):
        op.drop_table(table)
    op.execute("DELETE FROM users WHERE email IS NULL")
    op.drop_index("ix_users_erase_at", "users")
    op.drop_index("ix_users_last_seen_at", "users")
    with op.batch_alter_table("users") as users:
        for column in ("erase_at", "confirmed_at", "last_seen_at", "language"):
            users.drop_column(column)
        users.alter_column("password_hash", existing_type=sa.String(255), nullable=False)
        users.alter_column("email", existing_type=ADDRESS, nullable=False)


def create_table(
    name: str, *columns: sa.Column[Any], indexes: tuple[str, ...], of_users: bool = False
) -> None:
    """Create a table with an id; rows of users are deleted with them."""
    constraints: list[sa.Constraint] = [sa.PrimaryKeyConstraint("id", name=f"pk_{name}")]
    if of_users:
        constraints.append(
            sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{name}_user_id", ondelete="CASCADE")
        )
    op.create_table(name, sa.Column("id", ID, nullable=False), *columns, *constraints, **MYSQL)
    for column in indexes:
        op.create_index(f"ix_{name}_{column}", name, [column])


def user_id() -> sa.Column[Any]:
    """Return the column of the user to whom a row belongs."""
    return sa.Column("user_id", ID, nullable=False)


def say_when_users_were_last_here() -> None:
    """Count the last request, or the sign-up; who has neither for long is told by a mail before anything is erased."""
    op.execute(
        "UPDATE users SET language = 'en', last_seen_at = COALESCE("
        "(SELECT MAX(updated_at) FROM face_requests WHERE face_requests.user_id = users.id), created_at)"
    )
