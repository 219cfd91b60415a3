"""Settings: what the clinic decides about offers, the waitlist, visits and texts; reminders have a page of their
own for whoever may manage those and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, request
from werkzeug.wrappers import Response

from bot.access import needs
from bot.admin import policy_changes, policy_form
from bot.admin.frame import blueprint, by_me, done, in_clinic
from bot.admin.policy_form import Asked, Group
from clinic import policies
from rules.permissions import Permission
from storage.transaction import Tx

pages = blueprint("settings")

SINCE = "since"
"""The field with the mark of what a form began with."""

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


@dataclass(frozen=True, slots=True)
class Unkept:
    """A form that was not kept. `refused`: a sentence for each value that cannot be; `theirs`: what somebody else
    has decided since the form was drawn, where it is not what this form says."""

    group: Group
    refused: dict[str, str]
    theirs: dict[str, str]


def _save(group: Group, view: str, shown: Sequence[Group]) -> Response | tuple[str, int]:
    """Keep what the form says, or show it again with why not."""

    def work(tx: Tx) -> Unkept | None:
        before = policies.to_change(tx)
        after, refused = policy_form.decided(before, group, request.form)
        if refused:
            return Unkept(group, refused, {})
        if after == before:
            return None
        mark = policy_changes.mark(before, group)
        if request.form.get(SINCE, mark) != mark:
            return Unkept(group, {}, policy_changes.differing(before, after, group))
        policies.change(tx, after, by_me())
        return None

    unkept = in_clinic(work)
    if unkept is None:
        return done(view, "settings-saved", at=group)
    return _shown(shown, unkept), 422 if unkept.refused else 409


def _shown(groups: Sequence[Group], unkept: Unkept | None = None) -> str:
    """`marks`: of what each form began with. One that was overtaken begins anew with what it has been shown."""
    sent = unkept.group if unkept else None

    def work(tx: Tx) -> tuple[dict[Group, list[Asked]], dict[Group, str]]:
        policy = policies.current(tx)
        asked = {
            group: policy_form.asked(policy, group, request.form if group is sent else None)
            for group in groups
        }
        return asked, {group: policy_changes.mark(policy, group) for group in groups}

    asked, marks = in_clinic(work)
    if unkept and unkept.refused:
        marks[unkept.group] = request.form.get(SINCE, marks[unkept.group])
    return render_template(
        "settings.html",
        asked=asked,
        marks=marks,
        titles=policy_form.TITLES,
        chat_tag=in_clinic(_chat_tag),
        sent=sent,
        refused=unkept.refused if unkept else {},
        theirs=unkept.theirs if unkept else {},
    )


def _chat_tag(tx: Tx) -> str:
    """What a clinic copies into its own site."""
    widget = f"{tx.links.public_url}/chat/widget.js"
    return f'<script src="{widget}" data-clinic="{tx.clinic().slug}" defer></script>'
