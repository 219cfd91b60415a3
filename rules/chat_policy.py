"""Whether a clinic has a web chat, and on which sites."""

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

_HOST = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*"
_ORIGIN = re.compile(rf"(?:https://{_HOST}|http://(?:localhost|127\.0\.0\.1))(?::[0-9]{{1,5}})?")
MOST_ORIGINS = 20


class ChatPolicy(BaseModel):
    """What `rules.policy.Policy` says about the web chat."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    chat: bool = Field(default=False, description="Visitors of the clinic's site can write to it there.")
    chat_origins: tuple[str, ...] = Field(
        default=(),
        max_length=MOST_ORIGINS,
        description="The sites on which the chat may stand, such as https://www.lakeside.example; several with "
        "commas between them. No other site can show it.",
    )

    @field_validator("chat_origins", mode="before")
    @classmethod
    def _origins_may_be_written_in_a_line(cls, origins: Any) -> Any:
        return origins.replace(",", " ").split() if isinstance(origins, str) else origins

    @field_validator("chat_origins")
    @classmethod
    def _are_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        """Each once, in small letters and without the slash at its end: as browsers write them."""
        written = [each.lower().removesuffix("/") for each in origins]
        for each in written:
            if not _ORIGIN.fullmatch(each):
                raise ValueError(
                    f"{each} is no site: write https:// and the site's name, with nothing behind it, such as "
                    "https://www.lakeside.example (http:// is for localhost only)"
                )
        return tuple(dict.fromkeys(written))
