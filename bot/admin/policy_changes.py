"""Two who change the same settings at once: what a form began with, and what somebody else has decided since."""

from bot.admin.policy_form import FIELDS, Asked, Group, Kind, asked
from clinic import policies
from rules.policy import Policy


def mark(policy: Policy, group: Group) -> str:
    """Which values of a group these are, for whoever changes them."""
    values = policy.model_dump(mode="json")
    return policies.mark_of({name: values[name] for name in FIELDS[group]})


def differing(kept: Policy, wanted: Policy, group: Group) -> dict[str, str]:
    """What is kept, as people read it, of the values that somebody wants otherwise."""
    pairs = zip(asked(kept, group), asked(wanted, group), strict=True)
    return {ours.name: _said(ours) for ours, theirs in pairs if ours.value != theirs.value}


def _said(each: Asked) -> str:
    if each.kind is Kind.WEEK:
        open_on = [(day, hours["start"][:5], hours["end"][:5]) for day, hours in each.value if hours]
        return ", ".join(f"{day} {start} to {end}" for day, start, end in open_on) or "closed"
    if each.kind is Kind.FLAG:
        return "yes" if each.value else "no"
    return ", ".join(each.value) if each.kind is Kind.SEVERAL else str(each.value)
