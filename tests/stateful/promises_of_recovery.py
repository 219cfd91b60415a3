"""What is promised to those who lost a visit."""

from clinic.recovery_texts import PHRASES
from tests.stateful.promise import always

TOUCHED = f"""
    SELECT a.*, c.patient_id, c.answered_at, c.ended_at, m.address, m.claimed_at FROM recovery_attempt a
    JOIN recovery_case c ON c.id = a.case_id
    JOIN message m ON m.id = a.message_id AND m.phrase IN {PHRASES}
    WHERE a.sent_at IS NOT NULL
"""
"""Texts about a lost visit that went out of our own accord."""


@always
def nobody_is_asked_twice_a_day() -> str:
    """A number hears of lost visits once in a day, however many of a family lost one."""
    return f"""
        SELECT a.id || ' at ' || a.sent_at || ' and ' || b.id || ' at ' || b.sent_at
        FROM ({TOUCHED}) a JOIN ({TOUCHED}) b ON a.address = b.address AND a.id < b.id
        WHERE abs(extract(epoch FROM a.sent_at - b.sent_at)) < 24 * 3600 - 1
    """


@always
def an_answer_is_the_end_of_it() -> str:
    """After an answer, a booking, a no or STOP nothing more is asked about the visit."""
    return f"""
        SELECT id || ' at ' || sent_at FROM ({TOUCHED}) t
        WHERE sent_at > answered_at OR sent_at > ended_at
    """


@always
def nobody_who_said_stop_is_asked() -> str:
    """Nothing goes to a number after it has said STOP."""
    return f"""
        SELECT t.id || ' at ' || t.claimed_at FROM ({TOUCHED}) t JOIN contact_point p ON p.address = t.address
        WHERE t.claimed_at > p.opted_out_at
    """


@always
def nights_are_quiet() -> str:
    """Nothing goes before nine or after eight on the patient's clock, or the clinic's where that is not known."""
    return f"""
        SELECT t.id || ' at ' || t.claimed_at FROM ({TOUCHED}) t JOIN patient p ON p.id = t.patient_id
        WHERE (t.claimed_at AT TIME ZONE coalesce(p.zone, 'America/New_York'))::time
        NOT BETWEEN '09:00' AND '20:00'
    """


@always
def three_times_at_most() -> str:
    """A lost visit is asked about three times at most."""
    return f"SELECT case_id::text FROM ({TOUCHED}) t GROUP BY case_id HAVING count(*) > 3"


@always
def a_case_is_over_with_what_it_was_for() -> str:
    """A case has ended exactly where its visit is recovered, lost or not needed; else a row looks at it again."""
    return """
        SELECT c.id || ' ' || l.recovery FROM recovery_case c JOIN cancellation l ON l.id = c.cancellation_id
        WHERE (c.ended_at IS NULL) <> (l.recovery IN ('pending', 'in_progress'))
        OR (c.ended_at IS NULL AND NOT EXISTS (
            SELECT 1 FROM due_work d WHERE d.kind = 'recovery' AND d.subject_id = c.id AND d.done_at IS NULL
        ))
    """
