"""${message}.

Revision: ${up_revision}
Follows: ${down_revision | comma,n}
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = "${up_revision}"
down_revision = "${down_revision}"
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Migrate to this revision."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Migrate back to the revision before."""
    ${downgrades if downgrades else "pass"}
