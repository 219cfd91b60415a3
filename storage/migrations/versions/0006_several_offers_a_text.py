"""Several offers a text: an offer may be told in the text of another."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    told_with = sa.Column("told_with_id", sa.Uuid(), sa.ForeignKey("offer.id"), nullable=True)
    op.add_column("offer", told_with)
    op.create_index("ix_offer_told_with_id", "offer", ["told_with_id"])


def downgrade() -> None:
    op.drop_index("ix_offer_told_with_id", table_name="offer")
    op.drop_column("offer", "told_with_id")
