"""Settings: what the clinic decides about offers, the waitlist, visits and texts; reminders have a page of their
own for whoever may manage those and nothing else."""

from collections.abc import Sequence

from flask import render_template, request
from werkzeug.wrappers import Response

from bot.access import needs
from bot.admin import policy_form
from bot.admin.frame import blueprint, by_me, done, in_clinic
from bot.admin.policy_form import Asked, Group
from clinic import policies
from rules.permissions import Permission
from storage.transaction import Tx

pages = blueprint("settings")

ALL_BUT_REMINDERS = ", ".join(group for group in Group if group is not Group.REMINDERS)


@pages.get("/settings")
@needs(Permission.EDIT_POLICY)
def page() -> str:
    return _shown(list(Group))


@pages.post(f"/settings/<any({ALL_BUT_REMINDERS}):group>")
@needs(Permission.EDIT_POLICY)
def save(group: str) -> Response | tuple[str, int]:
    return _save(Group(group), "settings.page", list(Group))


@pages.get("/settings/reminders")
@needs(Permission.MANAGE_REMINDERS)
def reminders() -> str:
    return _shown([Group.REMINDERS])


@pages.post("/settings/reminders")
@needs(Permission.MANAGE_REMINDERS)
def save_reminders() -> Response | tuple[str, int]:
    return _save(Group.REMINDERS, "settings.reminders", [Group.REMINDERS])


def _save(group: Group, view: str, shown: Sequence[Group]) -> Response | tuple[str, int]:
    """Keep what the form says, or show it again with what is wrong."""

    def work(tx: Tx) -> dict[str, str]:
        before = policies.current(tx)
        after, refused = policy_form.decided(before, group, request.form)
        if after != before:
            policies.change(tx, after, by_me())
        return refused

    refused = in_clinic(work)
    if refused:
        return _shown(shown, group, refused), 422
    return done(view, "settings-saved", at=group)


def _shown(groups: Sequence[Group], sent: Group | None = None, refused: dict[str, str] | None = None) -> str:
    def work(tx: Tx) -> dict[Group, list[Asked]]:
        policy = policies.current(tx)
        return {
            group: policy_form.asked(policy, group, request.form if group is sent else None)
            for group in groups
        }

    return render_template(
        "settings.html",
        asked=in_clinic(work),
        titles=policy_form.TITLES,
        chat_tag=in_clinic(_chat_tag),
        sent=sent,
        refused=refused or {},
    )


def _chat_tag(tx: Tx) -> str:
    """What a clinic copies into its own site."""
    widget = f"{tx.links.public_url}/chat/widget.js"
    return f'<script src="{widget}" data-clinic="{tx.clinic().slug}" defer></script>'
