"""What is promised of texts: how often, that none is lost, and that all is over in the end."""

from tests.stateful.promise import OUTSTANDING, always, in_the_end, when_claimed


@always
def offers_keep_their_distance() -> str:
    """At least 24 hours lie between two offers that we make of our own accord, each when it went out."""
    return """
        SELECT a.id || ' at ' || a.handed_over_at || ' and ' || b.id || ' at ' || b.handed_over_at
        FROM asked a
        JOIN asked b ON a.patient_id = b.patient_id AND a.id < b.id AND a.made_at <> b.made_at
        WHERE abs(extract(epoch FROM a.handed_over_at - b.handed_over_at)) < 24 * 3600 - 1
    """


@always
def three_offers_a_week() -> str:
    """No more than three offers of our own accord go to a patient in any seven days."""
    return """
        SELECT a.patient_id || ' from ' || a.handed_over_at FROM asked a
        JOIN asked b ON a.patient_id = b.patient_id
        AND b.handed_over_at >= a.handed_over_at AND b.handed_over_at < a.handed_over_at + interval '7 days'
        GROUP BY a.patient_id, a.handed_over_at HAVING count(DISTINCT b.text_id) > 3
    """


@when_claimed
def silence_after_a_doubtful_stop() -> str:
    """Who may have asked for no more texts, and was asked back, hears nothing of our own accord before they say
    what they meant, or a person has written to them."""
    return """
        SELECT m.id FROM claimed m WHERE m.klass IN ('offer', 'reminder', 'campaign') AND 'perhaps_stop' = (
            SELECT coalesce(i.read_as->>'decision', 'a person wrote') FROM message i
            WHERE i.conversation_id = m.conversation_id AND (
                i.staff_id IS NOT NULL OR i.inbound_state = 'done' AND i.read_as->>'intent' <> 'auto_reply'
            ) ORDER BY coalesce(i.done_at, i.created_at) DESC, i.id DESC LIMIT 1
        )
    """


@always
def no_text_is_lost() -> str:
    """Every text out has come to its end or will: one that is unknown is looked for, a dropped one says why."""
    return """
        SELECT m.id || ' ' || m.outbox_state FROM message m WHERE (m.outbox_state = 'unknown' AND NOT EXISTS (
            SELECT 1 FROM due_work d WHERE d.kind = 'settle' AND d.subject_id = m.id AND d.done_at IS NULL
        )) OR (m.outbox_state = 'dropped' AND m.dropped_because IS NULL)
        OR (m.outbox_state = 'sent' AND (m.sent_at IS NULL OR m.provider_sid IS NULL))
        OR (m.outbox_state IN ('claimed', 'unknown') AND m.claimed_at IS NULL)
    """


@always
def one_text_at_a_time() -> str:
    """At most one text is on its way to a number."""
    return """
        SELECT m.address FROM message m WHERE m.outbox_state IN ('claimed', 'unknown')
        GROUP BY m.sender_id, m.address HAVING count(*) > 1
    """


@always
def no_turn_fails() -> str:
    """No text from a patient is put aside because handling it failed, and each is answered once."""
    return """
        SELECT id || ' ' || body FROM message WHERE inbound_state = 'parked'
        UNION ALL SELECT answers_id || ' answered twice' FROM message
        WHERE answers_id IS NOT NULL AND phrase NOT IN ('one_moment', 'handed_over', 'handed_over_closed')
        GROUP BY answers_id HAVING count(*) > 1
    """


@in_the_end
def every_text_is_done() -> str:
    """Nothing is unread, nothing waits to go out."""
    return """
        SELECT id || ' ' || coalesce(inbound_state, outbox_state) || ' ' || coalesce(phrase, body) FROM message
        WHERE inbound_state = 'unread' OR outbox_state IN ('queued', 'claimed', 'unknown')
    """


@in_the_end
def nobody_is_asked_any_more() -> str:
    """Every slot is filled, withdrawn or given up, and no offer of it is out."""
    return f"""
        SELECT id || ' ' || state FROM opening WHERE state IN ('open', 'offering')
        UNION ALL SELECT id || ' ' || state FROM offer WHERE state IN {OUTSTANDING}
        UNION ALL SELECT id || ' ' || state FROM hold WHERE state = 'live' AND until < %(now)s
        UNION ALL SELECT id || ' waits to be cancelled' FROM appointment WHERE cancel_due_at IS NOT NULL
    """
