"""What the campaigns of the API look like, in and out."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from bot.api.endpoint import Moment, Shape
from bot.api.lists import Listed
from bot.api.refs import Named
from rules.campaigns import Audience, Trial, Window
from rules.states import CampaignState, LeftOut, StepChannel


class CampaignStep(Shape):
    """One text of the series, or one email, call, letter or message in a web chat."""

    channel: StepChannel = Field(
        default=StepChannel.SMS,
        description="Goes to whom it reaches and who agreed to it; the others get the step behind it.",
    )
    wordings: list[dict[str, str]] = Field(
        min_length=1,
        max_length=4,
        description="Up to four to try against each other, each by language: "
        '`{"en": "Hi {first_name}, …", "es": "…"}`. {first_name}, {clinic}, {provider}, {phone} and {link} '
        "are filled in.",
    )
    subject: dict[str, str] = Field(default_factory=dict, description="Of an email, by language.")
    templates: list[dict[str, str]] = Field(
        default_factory=list,
        max_length=4,
        description="On WhatsApp: the id of the approved template of each wording, by language. Its places are "
        "filled with what the wording names, in that order.",
    )
    after_days: int = Field(
        default=0, ge=0, le=365, description="Since the text before, to who has not answered."
    )


class CampaignIn(Shape):
    name: str = Field(min_length=1, max_length=200)
    steps: list[CampaignStep] = Field(min_length=1, max_length=5)
    audience: Audience = Audience()
    window: Window = Window()
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    type: Named | None = Field(
        default=None, description="What times are offered for; left out: as the patient's last visit."
    )
    link: str = Field(default="", max_length=500)
    incentive: dict[str, str] = Field(
        default_factory=dict, description="What they get for coming, by language: stands behind every text."
    )
    hold_out_percent: float = Field(default=0, ge=0, le=50, description="Get nothing, to compare with.")
    trial: Trial | None = Field(
        default=None,
        description="Try the wordings on some first and send the rest the winner; null: all at once.",
    )


class CampaignOut(Shape):
    """A campaign as it was written, and how it stands."""

    id: UUID
    name: str
    state: CampaignState
    stopped_because: str | None = Field(description="Why it paused by itself.")
    steps: list[CampaignStep]
    audience: Audience
    window: Window
    starts_at: datetime | None
    ends_at: datetime | None
    type_id: UUID | None
    link: str
    incentive: dict[str, str]
    hold_out_percent: float
    trial: Trial | None
    winner: str | None = Field(description="The label of the wording that the rest get.")
    winner_at: datetime | None
    made_at: datetime
    launched_at: datetime | None
    ended_at: datetime | None


class Campaigns(Shape):
    items: list[CampaignOut]
    next: str | None


class Wanted(Listed):
    state: CampaignState | None = None


class Example(Shape):
    patient_id: UUID
    reads: str


class PreviewOut(Shape):
    """What a launch would come to now; texts, segments and cents are the most there can be."""

    recipients: int
    held_out: int
    left_out: dict[LeftOut, int]
    texts: int
    by_channel: dict[StepChannel, int] = Field(description="What goes by each channel.")
    segments: int
    cents: int
    sample: list[Example]


class Confirmation(Shape):
    recipients: int = Field(ge=0, description="As the preview has it: refused where it has changed since.")


class ToTry(Shape):
    email: str = Field(max_length=320, description="Of the member of staff whose phone gets it.")


class Tried(Shape):
    texts: int


class VariantOut(Shape):
    variant: str | None = Field(description="None: those held out; rest: those who get the winner.")
    targeted: int
    texted: int = Field(description="Whom it went to, by whatever channel.")
    replied: int
    interested: int
    not_interested: int
    rebooked: int
    opted_out: int
    bounced: int
    revenue_cents: int
    sent: int = Field(description="Texts, calls, emails, letters and messages in chats.")
    delivered: int | None = Field(description="None: of emails and letters nobody says so.")
    failed: int
    cents: int
    cents_per_rebooking: int | None
    rebooked_low: float = Field(
        description="The share rebooked of those it went to lies, at 95%, between this …"
    )
    rebooked_high: float = Field(description="… and this.")


class StepOut(Shape):
    step: int = Field(description="From 0.")
    channel: StepChannel
    variant: str
    sent: int
    delivered: int | None = Field(description="None: of emails and letters nobody says so.")
    failed: int
    segments: int = Field(description="Of texts.")
    replied: int = Field(description="After this step had gone, and before the next one did.")
    interested: int
    rebooked: int
    opted_out: int = Field(description="Of those for whom this step was the last.")
    revenue_cents: int
    cents: int
    cents_per_rebooking: int | None


class CampaignStats(Shape):
    gathered: int
    expected: int | None
    texted: int = Field(description="Whom it went to, by whatever channel.")
    left: int = Field(description="Texts to go out now.")
    texts_last_minute: int
    minutes_left: int | None
    cents: int
    cents_per_rebooking: int | None
    variants: list[VariantOut]
    steps: list[StepOut]
    sentences: list[str] = Field(description="Which differences are real.")
    rest: str | None = Field(description="What becomes of those who wait for a winner.")
