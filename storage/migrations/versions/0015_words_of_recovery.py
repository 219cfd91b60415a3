"""The clinic's own words stand with each try to make up for a lost visit."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recovery_attempt", sa.Column("words", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("recovery_attempt", "words")
