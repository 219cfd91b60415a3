"""What is promised of reminders: each time once, and never two of one visit close together."""

from tests.stateful.promise import always


@always
def a_time_is_reminded_of_once() -> str:
    """No two texts remind of a visit at the same one of the clinic's times."""
    return """
        SELECT r.appointment_id || ' ' || r.hours FROM reminder r
        JOIN message m ON m.id = r.message_id AND m.outbox_state <> 'dropped'
        GROUP BY r.appointment_id, r.starts_at, r.hours HAVING count(*) > 1
    """


@always
def reminders_keep_their_distance() -> str:
    """At least four hours lie between two reminders that we send of our own accord of a visit."""
    return """
        SELECT a.appointment_id || ' at ' || m.claimed_at || ' and ' || n.claimed_at FROM reminder a
        JOIN reminder b ON b.appointment_id = a.appointment_id AND b.starts_at = a.starts_at AND b.id > a.id
        JOIN message m ON m.id = a.message_id AND m.outbox_state = 'sent'
        JOIN message n ON n.id = b.message_id AND n.outbox_state = 'sent'
        WHERE abs(extract(epoch FROM m.claimed_at - n.claimed_at)) < 4 * 3600 - 1
    """


@always
def an_answer_is_awaited_of_a_visit_once() -> str:
    """Of one visit no more than one open question asks in a conversation whether they will come."""
    return """
        SELECT subject_id || ' in ' || conversation_id FROM prompt
        WHERE kind = 'reminder' AND answered_at IS NULL AND expires_at > %(now)s
        GROUP BY conversation_id, subject_id HAVING count(*) > 1
    """
