"""A reminder that did not arrive goes another way: a kind of due work."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KINDS = "ck_due_work_duekind"
NEW = "reminder_again"


def upgrade() -> None:
    _allow([*_allowed(), NEW])


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM due_work WHERE kind = :new").bindparams(new=NEW))
    _allow([word for word in _allowed() if word != NEW])


def _allowed() -> list[str]:
    """The kinds of due work so far, as the database has them: other changes may have added some too."""
    found = sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name")
    definition = op.get_bind().execute(found, {"name": KINDS}).scalar_one()
    return re.findall(r"'([^']+)'", definition)


def _allow(words: list[str]) -> None:
    listed = ", ".join(f"'{word}'" for word in words)
    op.execute(f"ALTER TABLE due_work DROP CONSTRAINT {KINDS}")
    op.execute(f"ALTER TABLE due_work ADD CONSTRAINT {KINDS} CHECK (kind IN ({listed}))")
