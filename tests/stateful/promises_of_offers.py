"""What is promised of offers, of those who wait for them, and of times that are kept."""

from tests.stateful.promise import MAKES_AN_OFFER, OUTSTANDING, WAITING, always


@always
def nobody_is_asked_about_what_is_gone() -> str:
    """No offer is out, or may still be answered, once its slot is filled or withdrawn."""
    return f"""
        SELECT o.id || ' ' || o.state || ' of ' || p.state FROM offer o JOIN opening p ON p.id = o.opening_id
        WHERE (o.state IN {OUTSTANDING} AND p.state NOT IN ('open', 'offering', 'expired'))
        OR (o.state = 'lapsed' AND p.state IN ('filled', 'withdrawn'))
    """


@always
def nobody_is_asked_about_a_visit_that_is_no_longer_offered() -> str:
    """No offer is out to who waits for a type that was withdrawn."""
    return f"""
        SELECT o.id || ' ' || o.state FROM offer o JOIN waitlist_entry e ON e.id = o.entry_id
        JOIN appointment_type t ON t.id = e.type_id
        WHERE o.state IN {OUTSTANDING} AND t.withdrawn_at IS NOT NULL
    """


@always
def a_slot_is_offering_while_somebody_is_asked() -> str:
    """A slot is `offering` exactly while somebody is asked about it."""
    return f"""
        SELECT p.id || ' ' || p.state FROM opening p WHERE p.state IN ('open', 'offering')
        AND (p.state = 'offering') <> EXISTS (
            SELECT 1 FROM offer o WHERE o.opening_id = p.id AND o.state IN {OUTSTANDING}
        ) AND NOT EXISTS (
            SELECT 1 FROM due_work d WHERE d.kind = 'opening' AND d.subject_id = p.id AND d.done_at IS NULL
            AND d.due_at <= %(now)s
        )
    """


@always
def no_slot_hangs() -> str:
    """A slot that is being filled has a row that will look at it, at its give-up time the latest."""
    return """
        SELECT p.id || ' ' || p.state FROM opening p WHERE p.state IN ('open', 'offering') AND NOT EXISTS (
            SELECT 1 FROM due_work d WHERE d.kind = 'opening' AND d.subject_id = p.id AND d.done_at IS NULL
            AND d.due_at <= greatest(p.give_up_at, p.offer_from, %(now)s + interval '30 seconds')
        )
    """


@always
def a_hold_ends_with_the_slot() -> str:
    """No hold outlasts the give-up time, and the slot is looked at when it ends."""
    return """
        SELECT o.id::text FROM offer o JOIN opening p ON p.id = o.opening_id WHERE o.state = 'open' AND (
            o.held_until IS NULL OR o.handed_over_at IS NULL
            OR o.held_until > greatest(p.give_up_at, o.handed_over_at)
            OR NOT EXISTS (
                SELECT 1 FROM due_work d WHERE d.kind = 'opening' AND d.subject_id = p.id AND d.done_at IS NULL
                AND d.due_at <= greatest(o.held_until, %(now)s + interval '30 seconds')
            )
        )
    """


@always
def a_queued_offer_has_its_text() -> str:
    """An offer that has not gone out has a text that will, or its slot is about to be looked at."""
    return """
        SELECT o.id::text FROM offer o WHERE o.state = 'queued' AND NOT EXISTS (
            SELECT 1 FROM message m WHERE m.about_offer_id IN (o.id, o.told_with_id)
            AND m.conversation_id = o.conversation_id AND m.outbox_state = 'queued' AND m.phrase LIKE 'offer%%'
        ) AND NOT EXISTS (
            SELECT 1 FROM due_work d WHERE d.kind = 'opening' AND d.subject_id = o.opening_id AND d.done_at IS NULL
            AND d.due_at <= %(now)s + interval '30 seconds'
        )
    """


@always
def an_offer_text_is_about_an_offer_that_waits() -> str:
    """A text that makes an offer is queued only while the offer waits for it (or the gate will drop it)."""
    return f"""
        SELECT m.id || ' ' || o.state FROM message m JOIN offer o ON o.id = m.about_offer_id
        WHERE m.outbox_state = 'queued' AND m.phrase IN {MAKES_AN_OFFER} AND o.state IN ('accepted', 'open')
        AND NOT EXISTS (SELECT 1 FROM offer b WHERE b.told_with_id = o.id AND b.state = 'queued')
    """


@always
def an_open_offer_is_awaited() -> str:
    """While an offer made by text is open and its entry waits, a yes to it is understood."""
    return f"""
        SELECT o.id::text FROM offer o JOIN opening p ON p.id = o.opening_id
        JOIN waitlist_entry e ON e.id = o.entry_id AND e.state IN {WAITING}
        WHERE o.state = 'open' AND p.starts_at > %(now)s AND NOT EXISTS (
            SELECT 1 FROM prompt r WHERE r.subject_id = o.id AND r.answered_at IS NULL AND r.expires_at > %(now)s
        )
    """


@always
def an_offer_is_lost_with_its_own_text() -> str:
    """An offer counts as undeliverable only where the last text that made it did not arrive."""
    return f"""
        SELECT o.id::text FROM offer o WHERE o.state = 'undeliverable' AND NOT (
            SELECT m.outbox_state IN ('failed', 'dropped') OR m.delivery_state IN ('failed', 'undelivered')
            FROM message m WHERE m.about_offer_id IN (o.id, o.told_with_id) AND m.phrase IN {MAKES_AN_OFFER}
            ORDER BY m.id DESC LIMIT 1
        )
    """


@always
def an_entry_is_offered_while_it_is_asked() -> str:
    """An entry is `offered` exactly while an offer to it is out."""
    return f"""
        SELECT e.id || ' ' || e.state FROM waitlist_entry e WHERE e.state IN {WAITING} AND (e.state = 'offered') <>
        EXISTS (SELECT 1 FROM offer o WHERE o.entry_id = e.id AND o.state IN {OUTSTANDING})
    """


@always
def who_is_over_is_not_asked() -> str:
    """An entry that waits no more has no offer out, but for one whose slot is about to be looked at."""
    return f"""
        SELECT e.id || ' ' || e.state FROM waitlist_entry e JOIN offer o ON o.entry_id = e.id
        WHERE e.state NOT IN {WAITING} AND o.state IN {OUTSTANDING} AND NOT EXISTS (
            SELECT 1 FROM due_work d WHERE d.kind = 'opening' AND d.subject_id = o.opening_id AND d.done_at IS NULL
            AND d.due_at <= %(now)s + interval '30 seconds'
        )
    """


@always
def an_entry_waits_or_says_how_it_ended() -> str:
    """An entry has an end exactly where it waits no more; and a patient waits for a type once."""
    return f"""
        SELECT id || ' ' || state FROM waitlist_entry
        WHERE (state IN {WAITING}) = (ended_at IS NOT NULL OR resolution IS NOT NULL)
        UNION ALL SELECT patient_id || ' twice' FROM waitlist_entry WHERE state IN {WAITING}
        GROUP BY patient_id, type_id HAVING count(*) > 1
    """


@always
def counts_are_not_below_nothing() -> str:
    """What is counted of an entry is never less than nothing, and never more than was asked."""
    return """
        SELECT id::text FROM waitlist_entry WHERE least(offers_made, offers_accepted, offers_declined,
        offers_lapsed, unanswered_in_row, notifications) < 0 OR offers_accepted > offers_made
    """


@always
def an_entry_gives_up_a_visit_to_come() -> str:
    """What an entry would give up is a visit of that patient that stands."""
    return f"""
        SELECT e.id || ' ' || a.state FROM waitlist_entry e JOIN appointment a ON a.id = e.replaces_id
        WHERE e.state IN {WAITING} AND (a.patient_id <> e.patient_id OR a.state = 'cancelled')
    """


@always
def times_shown_are_not_shown_to_another() -> str:
    """No two times that are kept for patients overlap at a provider, and each ends by itself."""
    return """
        SELECT a.id || ' and ' || b.id FROM hold a JOIN hold b ON a.id < b.id AND a.provider_id = b.provider_id
        AND tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
        WHERE a.state = 'live' AND b.state = 'live'
        UNION ALL SELECT h.id || ' hangs' FROM hold h WHERE h.state = 'live' AND NOT EXISTS (
            SELECT 1 FROM due_work d WHERE d.kind = 'hold' AND d.done_at IS NULL
            AND d.subject_id = h.conversation_id
        )
        UNION ALL SELECT id || ' books nothing' FROM hold WHERE state = 'booked' AND appointment_id IS NULL
    """
