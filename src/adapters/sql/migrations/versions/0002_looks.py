"""Columns for wishes, for influences, and for loops.

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LOOPS = ("voice_loop_key", "condition_loop_key")


def upgrade() -> None:
    """Add the columns."""
    op.add_column("face_requests", sa.Column("wishes", sa.JSON))
    op.add_column("generations", sa.Column("influences", sa.JSON))
    for loop in LOOPS:
        op.add_column("generations", sa.Column(loop, sa.String(255)))
        op.create_index(f"ix_generations_{loop}", "generations", [loop])


def downgrade() -> None:
    """Drop the columns, and what they hold."""
    for loop in LOOPS:
        op.drop_index(f"ix_generations_{loop}", "generations")
        op.drop_column("generations", loop)
    op.drop_column("generations", "influences")
    op.drop_column("face_requests", "wishes")
