"""Campaigns in the words of the staff pages."""

from collections.abc import Mapping

from rules.states import CampaignState, LeftOut, StepChannel

CAMPAIGNS = {
    CampaignState.DRAFT: "Draft",
    CampaignState.SCHEDULED: "Scheduled",
    CampaignState.ACTIVE: "Sending",
    CampaignState.PAUSED: "Paused",
    CampaignState.COMPLETED: "Completed",
    CampaignState.CANCELLED: "Cancelled",
}

LEFT_OUT = {
    LeftOut.NO_TEXT: "are not to be written to",
    LeftOut.BAD_NUMBER: "have no number or address that works",
    LeftOut.NO_CHAT: "have no web chat open",
    LeftOut.OPTED_OUT: "said STOP",
    LeftOut.NO_CONSENT: "did not agree to news",
    LeftOut.UPCOMING_VISIT: "have a visit coming",
    LeftOut.RECENTLY_CONTACTED: "had a campaign lately",
    LeftOut.SAME_NUMBER: "share a number with somebody who gets it",
}
"""Of those who fit, so many …"""

STEP_CHANNELS = {
    StepChannel.SMS: "Text",
    StepChannel.WHATSAPP: "WhatsApp",
    StepChannel.EMAIL: "Email",
    StepChannel.VOICE: "Call",
    StepChannel.CHAT: "Web chat",
    StepChannel.LETTER: "Letter",
}

PIECES = {
    StepChannel.SMS: ("text", "texts"),
    StepChannel.WHATSAPP: ("WhatsApp message", "WhatsApp messages"),
    StepChannel.EMAIL: ("email", "emails"),
    StepChannel.VOICE: ("call", "calls"),
    StepChannel.CHAT: ("chat message", "chat messages"),
    StepChannel.LETTER: ("letter", "letters"),
}


def pieces(by_channel: Mapping[StepChannel, int]) -> str:
    """ "12 texts, 1 call": what a campaign sends."""
    said = (f"{count:,} {PIECES[channel][count != 1]}" for channel, count in by_channel.items())
    return ", ".join(said) or "nothing"
