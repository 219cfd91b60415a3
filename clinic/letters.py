"""Letters of campaigns: written when their step is due, and on paper once staff have taken them to print."""

from itertools import groupby
from uuid import UUID

from sqlalchemy import Text, Uuid

from clinic import campaign_writing, recipients
from clinic.audit import By, record
from clinic.campaign_plans import Refused, lock
from rules.campaigns import Audience
from rules.states import CampaignState, DueKind, StepChannel, TaskKind
from storage.bulk import insert_rows, rows
from storage.fault_points import reach
from storage.queries import audiences
from storage.queries import campaigns as queries
from storage.queries import letters as letter_queries
from storage.queries.due import set_due
from storage.tables import Campaign, CampaignStep, Letter, Recipient, Task, new_id
from storage.transaction import Tx


def write(tx: Tx, campaign: Campaign, step: CampaignStep, limit: int) -> int:
    """Write a step's letters to the recipients for whom it is due; gives how many were looked at. The first that
    wait to be printed are a task for staff."""
    found = queries.due(tx.session, step, tx.now, limit)
    at_home = [each for each in found if each.contact is not None]
    campaign_writing.pass_over(tx, step, [each for each in found if each.contact is None])
    if at_home:
        if not letter_queries.waiting(tx.session, campaign.id):
            _ask_to_print(tx, campaign)
        said = campaign_writing.reads(tx, campaign, step, at_home)
        fresh = rows(
            id=(Uuid, [new_id() for _ in at_home]),
            recipient_id=(Uuid, [each.id for each in at_home]),
            subject=(Text, [each.subject for each in said]),
            body=(Text, [each.body for each in said]),
            language=(Text, [each.language for each in said]),
        )
        all_alike = {
            "clinic_id": tx.clinic_id,
            "campaign_id": campaign.id,
            "step": step.position,
            "made_at": tx.now,
        }
        tx.session.execute(insert_rows(Letter, fresh, all_alike))
        queries.written(tx.session, at_home)
    reach("campaign.written")
    return len(found)


def _ask_to_print(tx: Tx, campaign: Campaign) -> None:
    note = f"Letters of the campaign “{campaign.name}” are ready to be printed, on its page."
    tx.session.add(Task(clinic_id=tx.clinic_id, kind=TaskKind.LOOK_AT, note=note, made_at=tx.now))


def take(tx: Tx, campaign_id: UUID, by: By) -> int:
    """Take all that wait to print, together; gives how many. Who has answered, booked or is not meant any more
    gets none. Raises `Refused` where the campaign does not go out now."""
    campaign = lock(tx, campaign_id)
    if campaign.state is not CampaignState.ACTIVE:
        raise Refused(f"Its letters cannot be printed: it is {campaign.state}.")
    wanted = _without_unwanted(tx, campaign, letter_queries.to_print(tx.session, campaign_id))
    for position, some in groupby(sorted(wanted, key=_position), key=_position):
        due_at = queries.next_due(tx.session, campaign_id, position + 1, tx.now)
        letter_queries.printed(tx.session, [recipient.id for _, recipient in some], due_at, tx.now)
    for letter, _ in wanted:
        letter.printed_at = tx.now
    record(tx, by, "campaign.letters_printed", campaign, after={"letters": len(wanted)})
    tx.wake("due", set_due(tx.session, tx.clinic_id, DueKind.CAMPAIGN, campaign_id, tx.now))
    return len(wanted)


def _position(pair: tuple[Letter, Recipient]) -> int:
    return pair[0].step


def _without_unwanted(
    tx: Tx, campaign: Campaign, found: list[tuple[Letter, Recipient]]
) -> list[tuple[Letter, Recipient]]:
    audience = Audience.model_validate(campaign.audience)
    ids = [recipient.patient_id for _, recipient in found]
    rest = recipients.rest(tx, campaign.id)
    because = audiences.why_not(tx.session, audience, rest, [StepChannel.LETTER], ids)
    wanted = []
    for letter, recipient in found:
        if recipient.state in queries.WAITING and recipient.patient_id not in because:
            wanted.append((letter, recipient))
            continue
        recipient.left_because, recipient.due_at = because.get(recipient.patient_id, "has answered"), None
        tx.session.delete(letter)
    return wanted
