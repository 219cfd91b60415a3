"""What is promised of visits and of free slots."""

from tests.stateful.promise import ACTIVE, LIVE, always


@always
def nobody_is_booked_over_another() -> str:
    """No two visits that stand take up the same provider's time, or the same room's."""
    return f"""
        SELECT a.id || ' and ' || b.id AS detail FROM appointment a JOIN appointment b
        ON a.id < b.id AND (a.provider_id = b.provider_id OR a.room_id = b.room_id)
        AND tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
        WHERE a.state IN {ACTIVE} AND b.state IN {ACTIVE}
    """


@always
def no_patient_is_in_two_places() -> str:
    """The bot never books a patient for two visits at the same time."""
    return f"""
        SELECT a.id || ' and ' || b.id FROM appointment a JOIN appointment b
        ON a.id < b.id AND a.patient_id = b.patient_id
        AND tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
        WHERE a.state IN {ACTIVE} AND b.state IN {ACTIVE} AND EXISTS (
            SELECT 1 FROM audit_event e WHERE e.subject_id = greatest(a.id, b.id)
            AND e.action = 'appointment.booked' AND e.actor <> 'staff'
        ) AND NOT EXISTS (
            SELECT 1 FROM audit_event e WHERE e.subject_id IN (a.id, b.id)
            AND e.action IN ('appointment.moved', 'appointment.restored', 'appointment.no_show_undone')
        )
    """


@always
def free_time_is_free() -> str:
    """A slot that is to be had is not taken by a visit."""
    return f"""
        SELECT o.id || ' and ' || a.id FROM opening o JOIN appointment a ON a.provider_id = o.provider_id
        AND tstzrange(a.starts_at, a.ends_at) && tstzrange(o.starts_at, o.ends_at)
        WHERE o.state IN {LIVE} AND o.starts_at > %(now)s AND a.state IN {ACTIVE}
    """


@always
def nothing_is_offered_while_the_provider_is_away() -> str:
    """A slot in time that a provider is away is not offered."""
    return f"""
        SELECT o.id::text FROM opening o JOIN time_off t ON t.provider_id = o.provider_id
        AND tstzrange(t.starts_at, t.ends_at) && tstzrange(o.starts_at, o.ends_at)
        WHERE o.state IN {LIVE} AND o.starts_at > %(now)s
    """


@always
def a_filled_slot_names_its_visit() -> str:
    """A slot is filled exactly where it says by which visit, how and when."""
    return """
        SELECT id || ' ' || state FROM opening WHERE state = 'filled'
        AND (appointment_id IS NULL OR filled_by IS NULL OR filled_at IS NULL)
    """


@always
def one_yes_a_slot() -> str:
    """At most one offer of a slot is accepted, and its visit is the slot's."""
    return """
        SELECT p.id || ' ' || p.state FROM opening p JOIN offer o ON o.opening_id = p.id AND o.state = 'accepted'
        GROUP BY p.id HAVING count(*) > 1 OR bool_or(
            p.state <> 'filled' OR o.appointment_id IS NULL OR p.appointment_id IS DISTINCT FROM o.appointment_id
        )
    """


@always
def a_visit_that_comes_to_nothing_says_why() -> str:
    """A visit has one cancellation exactly while it is cancelled or missed, and was given up for another only when
    cancelled."""
    return """
        SELECT a.id || ' ' || a.state FROM appointment a LEFT JOIN cancellation c ON c.appointment_id = a.id
        WHERE (c.id IS NOT NULL) <> (a.state IN ('cancelled', 'no_show'))
        OR (a.replaced_by_id IS NOT NULL AND a.state <> 'cancelled')
    """


@always
def nobody_gives_up_a_visit_for_one_that_is_no_more() -> str:
    """A visit given up for a sooner one is given up for one that was booked."""
    return """
        SELECT a.id::text FROM appointment a JOIN appointment b ON b.id = a.replaced_by_id
        WHERE a.patient_id <> b.patient_id OR b.state = 'requested'
    """


@always
def a_staff_cancel_waits_with_its_row() -> str:
    """A visit that staff cancelled waits behind its undo only while there is a row that will carry it out."""
    return """
        SELECT a.id::text FROM appointment a WHERE a.cancel_due_at IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM due_work d WHERE d.kind = 'staff_cancel' AND d.subject_id = a.id AND d.done_at IS NULL
        )
    """


@always
def a_request_is_pressed_for() -> str:
    """A booking that staff have to approve has its task, and a row that presses for it."""
    return """
        SELECT a.id::text FROM appointment a WHERE a.state = 'requested' AND a.starts_at > %(now)s AND (
            NOT EXISTS (
                SELECT 1 FROM task t WHERE t.appointment_id = a.id AND t.kind = 'approve' AND t.state = 'open'
            )
            OR NOT EXISTS (
                SELECT 1 FROM due_work d WHERE d.kind = 'approval' AND d.subject_id = a.id AND d.done_at IS NULL
            )
        )
    """
