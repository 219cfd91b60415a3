"""A step of a campaign is said in a web chat."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

CHANNELS = "ck_campaign_step_stepchannel"
NEW = "chat"


def upgrade() -> None:
    _allow([*_allowed(), NEW])


def downgrade() -> None:
    """Campaigns with such a step end: what was meant for a chat is texted to nobody."""
    step = sa.table("campaign_step", sa.column("campaign_id"), sa.column("channel"))
    campaign = sa.table("campaign", sa.column("id"), sa.column("state"), sa.column("ended_at"))
    in_chats = sa.select(step.c.campaign_id).where(step.c.channel == NEW)
    not_over = campaign.c.state.not_in(("completed", "cancelled"))
    op.execute(
        sa.update(campaign)
        .where(campaign.c.id.in_(in_chats), not_over)
        .values(state="cancelled", ended_at=sa.func.now())
    )
    op.execute(sa.update(step).where(step.c.channel == NEW).values(channel="sms"))
    _allow([word for word in _allowed() if word != NEW])


def _allowed() -> list[str]:
    """The channels so far, as the database has them: other changes may have added some too."""
    found = sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name")
    definition = op.get_bind().execute(found, {"name": CHANNELS}).scalar_one()
    return re.findall(r"'([^']+)'", definition)


def _allow(words: list[str]) -> None:
    listed = ", ".join(f"'{word}'" for word in words)
    op.execute(f"ALTER TABLE campaign_step DROP CONSTRAINT {CHANNELS}")
    op.execute(f"ALTER TABLE campaign_step ADD CONSTRAINT {CHANNELS} CHECK (channel IN ({listed}))")
