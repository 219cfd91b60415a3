"""Campaigns that win patients back: how one stands, and how it went with each recipient."""

from enum import StrEnum


class CampaignState(StrEnum):
    DRAFT = "draft"  # may be changed
    SCHEDULED = "scheduled"  # launched, its first day is still to come
    ACTIVE = "active"
    PAUSED = "paused"  # by staff, or by itself (`stopped_because` says why)
    COMPLETED = "completed"
    CANCELLED = "cancelled"


LAUNCHED_CAMPAIGN = (CampaignState.SCHEDULED, CampaignState.ACTIVE, CampaignState.PAUSED)
"""Launched and not over."""


class StepChannel(StrEnum):
    """How a step of a campaign reaches its recipients. All but the last are a `Channel` too."""

    SMS = "sms"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    VOICE = "voice"
    CHAT = "chat"  # on the clinic's site, in a chat of theirs that is open
    LETTER = "letter"  # on paper, printed by staff


ON_PAPER = (StepChannel.EMAIL, StepChannel.LETTER)
"""What is laid out as a page: it has a subject, paragraphs, and any length."""

IN_WORDS = (StepChannel.SMS, StepChannel.WHATSAPP)
"""What comes to a phone by itself: the clinic's name stands in front."""

UNCONFIRMED = (StepChannel.EMAIL, StepChannel.LETTER)
"""Of what nobody says that it arrived."""


class RecipientState(StrEnum):
    PENDING = "pending"  # not texted yet; who is held out stays so
    CONTACTED = "contacted"
    RESPONDED = "responded"
    REBOOKED = "rebooked"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"  # the text could not be delivered


class Response(StrEnum):
    """What a recipient made of it; none is no response."""

    INTERESTED = "interested"
    NOT_INTERESTED = "not_interested"
    REBOOKED = "rebooked"


class LeftOut(StrEnum):
    """Why somebody who fits the audience is not texted; the first that holds is given."""

    NO_TEXT = "no_text"  # confidential: never texted about
    BAD_NUMBER = "bad_number"  # none, or none that works
    NO_CHAT = "no_chat"  # said by web chat only, and no chat of theirs is open
    OPTED_OUT = "opted_out"
    NO_CONSENT = "no_consent"  # never agreed to news, as apart from their care
    UPCOMING_VISIT = "upcoming_visit"
    RECENTLY_CONTACTED = "recently_contacted"  # by another campaign
    SAME_NUMBER = "same_number"  # somebody else on that phone gets it
