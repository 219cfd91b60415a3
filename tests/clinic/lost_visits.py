"""Lost visits, their cases and attempts, written down as they would stand."""

from datetime import timedelta
from typing import Any

from rules.states import (
    AppointmentState,
    AttemptChannel,
    AttemptResult,
    CancellationKind,
    CancelledBy,
    RecoveryState,
)
from storage.tables import (
    Appointment,
    AppointmentType,
    Cancellation,
    Patient,
    Provider,
    RecoveryAttempt,
    RecoveryCase,
)
from storage.transaction import Tx
from tests import factories

BY = {
    CancellationKind.NO_SHOW: CancelledBy.SYSTEM,
    CancellationKind.PRACTICE_CANCEL: CancelledBy.STAFF,
}


def lost(
    tx: Tx,
    who: Patient,
    *,
    kind: CancellationKind = CancellationKind.NO_SHOW,
    state: RecoveryState = RecoveryState.IN_PROGRESS,
    reason: str | None = None,
    hours_ago: float = 30,
    of: AppointmentType | None = None,
    with_whom: Provider | None = None,
    **case: Any,
) -> RecoveryCase:
    """A visit that was to be so many hours ago, lost then."""
    at = tx.now - timedelta(hours=hours_ago)
    missed = kind is CancellationKind.NO_SHOW
    visit = factories.visit(
        tx,
        who,
        with_whom or factories.provider(tx),
        of or factories.visit_type(tx, price_cents=12_000),
        start=at,
        state=AppointmentState.NO_SHOW if missed else AppointmentState.CANCELLED,
    )
    cancellation = Cancellation(
        appointment_id=visit.id,
        patient_id=who.id,
        kind=kind,
        by=BY.get(kind, CancelledBy.PATIENT),
        at=at,
        late=kind is CancellationKind.LATE_CANCEL,
        reason=reason,
        visit=_snapshot(visit),
        recovery=state,
    )
    tx.session.add(cancellation)
    tx.session.flush()
    own = {"opened_at": at, "not_before": at, **case}
    made = RecoveryCase(cancellation_id=cancellation.id, patient_id=who.id, **own)
    tx.session.add(made)
    tx.session.flush()
    return made


def tried(
    tx: Tx,
    case: RecoveryCase,
    result: AttemptResult = AttemptResult.NO_RESPONSE,
    *,
    touch: int | None = 0,
    channel: AttemptChannel = AttemptChannel.SMS,
    wording: str = "no_show",
    hours_ago: float = 20,
    **more: Any,
) -> RecoveryAttempt:
    at = tx.now - timedelta(hours=hours_ago)
    made = RecoveryAttempt(
        case_id=case.id,
        touch=touch,
        channel=channel,
        wording=wording,
        made_at=at,
        result=result,
        **{"sent_at": at, **more},
    )
    tx.session.add(made)
    tx.session.flush()
    return made


def _snapshot(visit: Appointment) -> dict[str, str]:
    return {
        "state": AppointmentState.BOOKED,
        "start": visit.starts_at.isoformat(),
        "end": visit.ends_at.isoformat(),
        "provider": str(visit.provider_id),
        "type": str(visit.type_id),
    }


def some(tx: Tx) -> None:
    """Five lost visits of $120 each: two won back, of which one by the second text; one lost; one that may yet be
    won back; one not needed."""
    people = [
        factories.patient(tx, name) for name in ("Maria Lopez", "Paul Chen", "Ana Ruiz", "Eve Ott", "Al Roe")
    ]
    maria = lost(tx, people[0], state=RecoveryState.RECOVERED, reason="illness")
    tried(tx, maria)
    tried(tx, maria, AttemptResult.RESCHEDULED, touch=1, wording="again", hours_ago=5)
    late = CancellationKind.LATE_CANCEL
    paul = lost(tx, people[1], state=RecoveryState.RECOVERED, kind=late, reason="illness", hours_ago=29)
    tried(tx, paul, AttemptResult.RESCHEDULED, wording="reply")
    ana = lost(tx, people[2], state=RecoveryState.LOST, hours_ago=28)
    tried(tx, ana, AttemptResult.DECLINED, touch=None, channel=AttemptChannel.PHONE, wording="staff")
    lost(tx, people[3], hours_ago=27)
    lost(tx, people[4], state=RecoveryState.NOT_NEEDED, reason="changed_provider", hours_ago=26)
