"""What is promised to those whom campaigns write to."""

from tests.stateful.furnishing import GAP_DAYS
from tests.stateful.promise import always, in_the_end, when_claimed

WENT = """
    SELECT m.*, r.campaign_id, r.responded_at, p.zone, p.state AS lives_in, c.send_window,
    m.claimed_at AT TIME ZONE coalesce(p.zone, 'America/New_York') AS local FROM message m
    JOIN recipient r ON r.id = m.about_recipient_id JOIN campaign c ON c.id = r.campaign_id
    JOIN patient p ON p.id = r.patient_id
    WHERE m.outbox_state IN ('claimed', 'unknown', 'sent')
"""
"""Texts and emails of campaigns that went out, or may have."""


@when_claimed
def news_goes_to_who_agreed() -> str:
    """Nothing of a campaign goes where the patient has not agreed to news, or no longer."""
    return """
        SELECT m.id FROM claimed m WHERE m.klass = 'campaign' AND (
            NOT EXISTS (
                SELECT 1 FROM consent c JOIN contact_point p ON p.id = c.contact_point_id
                WHERE c.patient_id = m.patient_id AND c.kind = 'marketing_text' AND c.granted
                AND c.superseded_at IS NULL AND (p.address = m.address OR m.address LIKE '%%@%%')
            ) OR m.address LIKE '%%@%%' AND NOT EXISTS (
                SELECT 1 FROM consent c JOIN contact_point p ON p.id = c.contact_point_id
                WHERE c.patient_id = m.patient_id AND c.kind = 'email' AND c.granted
                AND c.superseded_at IS NULL AND p.address = m.address
            )
        )
    """


@when_claimed
def only_a_campaign_under_way_writes() -> str:
    """A campaign that is paused, cancelled, over or not begun sends nothing."""
    return """
        SELECT m.id FROM claimed m JOIN recipient r ON r.id = m.about_recipient_id
        JOIN campaign c ON c.id = r.campaign_id
        WHERE c.state <> 'active' OR c.ends_at <= m.claimed_at OR c.starts_at > m.claimed_at
    """


@when_claimed
def news_talks_into_nothing_else() -> str:
    """Nothing of a campaign goes while a person has the conversation."""
    return "SELECT m.id FROM claimed m WHERE m.klass = 'campaign' AND m.holder = 'person'"


@always
def nobody_gets_a_step_twice() -> str:
    """A step goes to a recipient once, and to a number or mailbox once, whoever shares it."""
    return f"""
        SELECT about_recipient_id || ' ' || campaign_step FROM ({WENT}) w
        GROUP BY about_recipient_id, campaign_step HAVING count(*) > 1
        UNION ALL SELECT campaign_id || ' ' || campaign_step || ' ' || address FROM ({WENT}) w
        GROUP BY campaign_id, campaign_step, address HAVING count(*) > 1
    """


@always
def news_keeps_its_hours() -> str:
    """News goes within the campaign's window and the patient's allowed hours, and where the patient's state is not
    known within those of the strictest."""
    return f"""
        SELECT id || ' at ' || local FROM ({WENT}) w
        WHERE local::time < greatest('09:00', (send_window->>'from_time')::time)
        OR local::time >= least('20:00', (send_window->>'until_time')::time)
        OR NOT send_window->'weekdays' @> to_jsonb(extract(isodow FROM local)::int - 1)
        OR (lives_in IS NULL OR lives_in = 'RI') AND (
            local::time >= CASE WHEN extract(isodow FROM local) < 6 THEN '18:00'::time ELSE '17:00' END
            OR extract(isodow FROM local) > 5 AND local::time < '10:00'
        ) OR (lives_in IS NULL OR lives_in = 'TX') AND extract(isodow FROM local) = 7 AND local::time < '12:00'
    """


@always
def campaigns_keep_their_distance() -> str:
    """Whom one campaign has written to is left alone by the others for the days the clinic has set, and so is
    their number, whoever shares it."""
    return f"""
        SELECT a.id || ' at ' || a.claimed_at || ' and ' || b.id || ' at ' || b.claimed_at
        FROM ({WENT}) a JOIN ({WENT}) b ON a.campaign_id <> b.campaign_id AND a.claimed_at <= b.claimed_at
        AND a.id <> b.id AND (a.patient_id = b.patient_id OR a.address = b.address)
        WHERE b.claimed_at - a.claimed_at < interval '{GAP_DAYS} days'
    """


@always
def who_is_held_out_gets_nothing() -> str:
    """Who is held out, to be compared with, is written nothing."""
    return """
        SELECT r.id::text FROM recipient r JOIN message m ON m.about_recipient_id = r.id
        WHERE r.variant IS NULL OR r.variant = 'rest' AND NOT EXISTS (
            SELECT 1 FROM campaign c WHERE c.id = r.campaign_id AND c.winner IS NOT NULL
        )
    """


@always
def an_answer_ends_the_series() -> str:
    """Whoever answers, whatever they say, gets no further step. A machine's answer is none."""
    return f"""
        SELECT b.id || ' after ' || i.id FROM ({WENT}) a
        JOIN ({WENT}) b ON b.about_recipient_id = a.about_recipient_id AND b.claimed_at > a.claimed_at
        JOIN message i ON i.address = a.address AND i.direction = 'in' AND i.inbound_state = 'done'
        AND i.read_as->>'intent' <> 'auto_reply' AND i.done_at > a.claimed_at AND i.done_at < b.claimed_at
        UNION ALL SELECT id || ' after ' || responded_at FROM ({WENT}) w WHERE claimed_at > responded_at
    """


@always
def results_count_what_went() -> str:
    """Who counts as written to was, and the other way round; who counts as back has a visit."""
    return f"""
        SELECT r.id || ' ' || r.state || ' contacted ' || coalesce(r.contacted_at::text, 'never')
        FROM recipient r WHERE r.state IN ('pending', 'contacted', 'bounced')
        AND (r.contacted_at IS NOT NULL) <> EXISTS (
            SELECT 1 FROM message m WHERE m.about_recipient_id = r.id
            AND (m.outbox_state = 'failed' OR m.id IN (SELECT w.id FROM ({WENT}) w))
        )
        UNION ALL SELECT id || ' is ' || state FROM recipient
        WHERE state IN ('contacted', 'responded', 'unsubscribed', 'bounced') AND contacted_at IS NULL
        OR (response = 'rebooked') <> (appointment_id IS NOT NULL)
        OR state = 'responded' AND responded_at IS NULL
    """


@in_the_end
def campaigns_end() -> str:
    """A campaign that was launched is over once nothing of it is to be written any more, or has stopped."""
    return "SELECT id || ' ' || state FROM campaign WHERE state IN ('scheduled', 'active')"
