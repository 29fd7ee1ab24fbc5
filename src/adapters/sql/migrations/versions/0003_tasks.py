"""A new name for the table of housekeeping tasks; its rows stay.

Revision: 0003
Follows: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Rename the table."""
    op.rename_table("chores", "tasks")


def downgrade() -> None:
    """Rename it back."""
    op.rename_table("tasks", "chores")
