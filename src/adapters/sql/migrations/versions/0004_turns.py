"""The turns of users, the user of each generation, and no record of announcements any more.

Revision: 0004
Follows: 0003
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.CHAR(32)
MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")
MYSQL: Any = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}
OF_USER_INDEX = "ix_generations_user_id_state_due_at_id"


def upgrade() -> None:
    """Give each generation its user, then each user a turn."""
    op.add_column("generations", sa.Column("user_id", ID))
    op.execute(
        "UPDATE generations SET user_id ="
        " (SELECT user_id FROM face_requests WHERE face_requests.id = generations.request_id)"
    )
    with op.batch_alter_table("generations") as generations:
        generations.alter_column("user_id", existing_type=ID, nullable=False)
        generations.drop_column("announced_at")
    op.create_index(OF_USER_INDEX, "generations", ["user_id", "state", "due_at", "id"])
    create_turns()
    fill_turns()


def create_turns() -> None:
    """Create the table `turns`."""
    op.create_table(
        "turns",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("waiting", sa.Boolean, nullable=False),
        sa.Column("queued", sa.Integer, nullable=False),
        sa.Column("running", sa.Integer, nullable=False),
        sa.Column("waiting_since", MOMENT, nullable=False),
        sa.Column("next_due_at", MOMENT),
        sa.PrimaryKeyConstraint("user_id", name="pk_turns"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_turns_user_id", ondelete="CASCADE"),
        sa.Index(
            "ix_turns_waiting_running_waiting_since_user_id", "waiting", "running", "waiting_since", "user_id"
        ),
        **MYSQL,
    )


def fill_turns() -> None:
    """Insert the turn of every user; those who wait do so since their first queued generation was due."""
    op.execute(
        "INSERT INTO turns (user_id, version, waiting, queued, running, waiting_since, next_due_at)"
        " SELECT users.id, 0, COUNT(queued.id) > 0, COUNT(queued.id),"
        " (SELECT COUNT(*) FROM generations WHERE user_id = users.id AND state = 'running'),"
        " COALESCE(MIN(queued.due_at), users.created_at), MIN(queued.due_at)"
        " FROM users LEFT JOIN generations AS queued ON queued.user_id = users.id AND queued.state = 'queued'"
        " GROUP BY users.id, users.created_at"
    )


def downgrade() -> None:
    """Drop the turns and the users of generations; all that is queued counts as not announced."""
    op.drop_table("turns")
    op.drop_index(OF_USER_INDEX, "generations")
    op.drop_column("generations", "user_id")
    op.add_column("generations", sa.Column("announced_at", MOMENT))
