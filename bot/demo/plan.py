"""What the demo consists of: the addresses, the settings its processes get, and each process's command."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bot.demo import probes
from bot.demo.state import DemoClinic, Secrets, State
from bot.processes import Program
from nlu import server as nlu

WORKERS = {"inbound": 2, "outbound": 1, "due": 1}
"""Processes per queue."""


@dataclass(frozen=True)
class Addresses:
    database: str
    redis: str
    web_port: int
    carrier_port: int
    nlu_port: int

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def admin(self) -> str:
        return f"{self.web}/"

    @property
    def carrier(self) -> str:
        """The carrier double's API; its front page is the phones."""
        return f"http://127.0.0.1:{self.carrier_port}"

    @property
    def site(self) -> str:
        """The clinic's own web site, which has the chat on it."""
        return f"{self.carrier}/clinic"

    @property
    def sites(self) -> tuple[str, str]:
        """The origins it is looked at from."""
        return self.carrier, f"http://localhost:{self.carrier_port}"

    @property
    def nlu(self) -> str:
        return f"http://127.0.0.1:{self.nlu_port}"


@dataclass(frozen=True)
class Plan:
    """The processes, each as a Program."""

    state: State
    secrets: Secrets
    at: Addresses
    many: Mapping[str, int] = field(default_factory=WORKERS.copy)
    """Processes per queue."""
    more: Mapping[str, str] = field(default_factory=dict)
    """Settings besides."""

    @cached_property
    def settings(self) -> Mapping[str, str]:
        """What `bot.settings` reads. Cookies are not marked secure: the demo speaks plain http."""
        return {
            "DATABASE_URL": self.at.database,
            "REDIS_URL": self.at.redis,
            "PUBLIC_URL": self.at.web,
            "TWILIO_ACCOUNT_SID": self.secrets.twilio_account_sid,
            "TWILIO_AUTH_TOKEN": self.secrets.twilio_auth_token,
            "TWILIO_API_BASE_URL": self.at.carrier,
            "STANDBY_SECRET_KEY": self.secrets.secret_key,
            "STANDBY_NLU_URL": self.at.nlu,
            "STANDBY_WEB_PORT": str(self.at.web_port),
            "STANDBY_SECURE_COOKIES": "false",
            **self.more,
        }

    def language_model(self) -> Program:
        return Program(
            name="language model",
            command=nlu.command(port=self.at.nlu_port),
            ready=probes.answers_http(f"{self.at.nlu}/version"),
        )

    def carrier(self, clinic: DemoClinic) -> Program:
        options = {
            "--port": str(self.at.carrier_port),
            "--account-sid": self.secrets.twilio_account_sid,
            "--webhook-url": f"{self.at.web}/webhooks/twilio/message",
            "--number": f"{clinic.number}={clinic.name}",
            "--phones": str(self.state.phones),
            "--admin-url": self.at.admin,
            "--chat": f"{clinic.slug}={self.at.web}/chat/widget.js",
        }
        return Program(
            name="carrier double",
            command=[
                sys.executable,
                "-m",
                "bot.demo.carrier",
                *(part for pair in options.items() for part in pair),
            ],
            ready=probes.answers_http(f"{self.at.carrier}/"),
            environment={**os.environ, "TWILIO_AUTH_TOKEN": self.secrets.twilio_auth_token},
        )

    def workers(self) -> Program:
        queues = [f"{queue}:{many}" for queue, many in self.many.items()]
        ready = probes.work_for_rq(self.at.redis, sum(self.many.values()))
        return self._standby("workers", "worker", *queues, ready=ready)

    def cron(self) -> Program:
        name = "cron"
        return self._standby(name, "cron", ready=probes.uses_database(self.at.database, f"standby {name}"))

    def web(self) -> Program:
        return self._standby("web", "web", ready=probes.answers_http(f"{self.at.web}/readyz"))

    def _standby(self, name: str, *arguments: str, ready: probes.Probe) -> Program:
        return Program(
            name=name,
            command=[sys.executable, "-m", "cli", *arguments],
            ready=ready,
            environment={**os.environ, **self.settings, "PGAPPNAME": f"standby {name}"},
        )
