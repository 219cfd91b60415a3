"""Staff who see patients: an account may be that of a provider."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("provider_id", sa.Uuid(), sa.ForeignKey("provider.id"), nullable=True))


def downgrade() -> None:
    op.drop_column("staff", "provider_id")
