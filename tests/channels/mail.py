"""A real mail server on this machine, which refuses, puts off or hangs up where a test wants it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Self, cast

from aiosmtpd.controller import Controller

HANGS_UP = "hangs up"


class MailServer:
    """`at_rcpt` and `at_data` are what it answers there, one answer a message, instead of taking it."""

    def __init__(self) -> None:
        self.reset()
        self.url = ""

    def reset(self) -> None:
        self.got: list[EmailMessage] = []
        self.to: list[str] = []
        self.at_rcpt: list[str] = []
        self.at_data: list[str] = []

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[Self]:
        server = cls()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        controller = Controller(server, hostname="127.0.0.1", port=port)
        controller.start()
        server.url = f"smtp://127.0.0.1:{port}"
        try:
            yield server
        finally:
            controller.stop()

    async def handle_RCPT(
        self, _server: Any, session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if self.at_rcpt:
            return self.at_rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        answer = self.at_data.pop(0) if self.at_data else None
        if answer is None or answer == HANGS_UP:
            self.got.append(
                cast(EmailMessage, message_from_bytes(envelope.original_content, policy=policy.default))
            )
            self.to.append(envelope.rcpt_tos[0])
        if answer == HANGS_UP:
            server.transport.close()
        return answer or "250 OK"

    def texts(self, to: str) -> list[str]:
        """What somebody reads, one text a message."""
        return [_plain(message) for who, message in zip(self.to, self.got, strict=True) if who == to]


def _plain(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
