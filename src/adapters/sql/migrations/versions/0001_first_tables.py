"""The first tables: users, requests, generations, surveys, and tasks under their first name.

Revision: 0001
Follows: nothing
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.CHAR(32)
MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")
MYSQL: Any = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}


def upgrade() -> None:
    """Create the tables, those that others refer to first."""
    create_users()
    create_face_requests()
    create_generations()
    create_surveys()
    create_chores()


def downgrade() -> None:
    """Drop the tables, those that refer to others first."""
    for table in ("chores", "surveys", "generations", "face_requests", "users"):
        op.drop_table(table)


def create_users() -> None:
    """Create the table `users`."""
    op.create_table(
        "users",
        sa.Column("id", ID, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("age", sa.SmallInteger, nullable=False),
        sa.Column("gender", sa.String(32), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email", name="uq_users_email"),
        **MYSQL,
    )


def create_face_requests() -> None:
    """Create the table `face_requests`."""
    op.create_table(
        "face_requests",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("age", sa.SmallInteger, nullable=False),
        sa.Column("gender", sa.String(32), nullable=False),
        sa.Column("voice_key", sa.String(255), nullable=False),
        sa.Column("voice_seconds", sa.Double, nullable=False),
        sa.Column("voice_media_type", sa.String(100), nullable=False),
        sa.Column("voice_suffix", sa.String(32), nullable=False),
        sa.Column("latest_generation_id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_face_requests"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_face_requests_user_id"),
        sa.Index("ix_face_requests_user_id_id", "user_id", "id"),
        sa.Index("ix_face_requests_voice_key", "voice_key"),
        **MYSQL,
    )


def create_generations() -> None:
    """Create the table `generations`."""
    op.create_table(
        "generations",
        sa.Column("id", ID, nullable=False),
        sa.Column("request_id", ID, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("announced_at", MOMENT),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("faults", sa.Integer, nullable=False),
        sa.Column("lease_until", MOMENT),
        sa.Column("stage", sa.String(32)),
        sa.Column("percent", sa.SmallInteger, nullable=False),
        sa.Column("failure", sa.Text),
        sa.Column("finished_at", MOMENT),
        sa.Column("voice_portrait_key", sa.String(255)),
        sa.Column("voice_video_key", sa.String(255)),
        sa.Column("condition_portrait_key", sa.String(255)),
        sa.Column("condition_video_key", sa.String(255)),
        sa.Column("note", sa.Text),
        sa.Column("acoustics", sa.JSON),
        sa.Column("voice_rating", sa.SmallInteger),
        sa.Column("condition_rating", sa.SmallInteger),
        sa.Column("feedback_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_generations"),
        sa.ForeignKeyConstraint(
            ["request_id"], ["face_requests.id"], name="fk_generations_request_id", ondelete="CASCADE"
        ),
        sa.Index("ix_generations_request_id_id", "request_id", "id"),
        sa.Index("ix_generations_state_due_at_id", "state", "due_at", "id"),
        sa.Index("ix_generations_state_lease_until", "state", "lease_until"),
        sa.Index("ix_generations_voice_portrait_key", "voice_portrait_key"),
        sa.Index("ix_generations_voice_video_key", "voice_video_key"),
        sa.Index("ix_generations_condition_portrait_key", "condition_portrait_key"),
        sa.Index("ix_generations_condition_video_key", "condition_video_key"),
        **MYSQL,
    )


def create_surveys() -> None:
    """Create the table `surveys`."""
    op.create_table(
        "surveys",
        sa.Column("id", ID, nullable=False),
        sa.Column("generation_id", ID, nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_surveys"),
        sa.ForeignKeyConstraint(
            ["generation_id"], ["generations.id"], name="fk_surveys_generation_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("generation_id", name="uq_surveys_generation_id"),
        **MYSQL,
    )


def create_chores() -> None:
    """Create the table `chores`."""
    op.create_table(
        "chores",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_chores"),
        **MYSQL,
    )
