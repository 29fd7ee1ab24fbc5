"""Which HTTP call queued a generation, for the log lines about it.

Revision: 0007
Follows: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; generations of before have no trace id."""
    op.add_column("generations", sa.Column("trace_id", sa.String(64), nullable=True))


def downgrade() -> None:
    """Remove the column."""
    op.drop_column("generations", "trace_id")
