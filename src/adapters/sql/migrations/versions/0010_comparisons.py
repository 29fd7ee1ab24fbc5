"""What a generation was asked for, what is usual, and how its faces were shown when they were rated.

Revision: 0010
Follows: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COLUMNS = ("wishes", "usual", "voice_shown_first", "voice_named", "condition_shown_first", "condition_named")


def upgrade() -> None:
    """Add the columns; all generations of before were made with the wishes of their requests."""
    op.add_column("generations", sa.Column("wishes", sa.JSON))
    op.add_column("generations", sa.Column("usual", sa.JSON))
    for face in ("voice", "condition"):
        op.add_column("generations", sa.Column(f"{face}_shown_first", sa.String(32)))
        op.add_column("generations", sa.Column(f"{face}_named", sa.Boolean))
    requests = sa.table("face_requests", sa.column("id"), sa.column("wishes", sa.JSON))
    generations = sa.table("generations", sa.column("request_id"), sa.column("wishes", sa.JSON))
    wishes = sa.select(requests.c.wishes).where(requests.c.id == generations.c.request_id).scalar_subquery()
    op.execute(sa.update(generations).values(wishes=wishes))


def downgrade() -> None:
    """Drop the columns."""
    with op.batch_alter_table("generations") as generations:
        for column in COLUMNS:
            generations.drop_column(column)
