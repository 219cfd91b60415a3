"""What the webhook is measured beside: only its four steps (verify, store once, enqueue, answer), with the same
libraries behind the same web server, and nothing around them: no framework, no pages, no headers of ours.

`python -m benchmarks.bare PORT PROCESSES` serves it, with the settings of `standby web`.
"""

import os
import sys
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server
from twilio.request_validator import RequestValidator

from bot.processes import end_with_parent
from bot.services import Services, build
from bot.settings import load_settings
from storage.queries import inbound
from storage.queries.inbound import Inbound

SERVER_PID = "STANDBY_SERVER_PID"
THREADS = 2
"""A process, as was quickest when granian was chosen; not tried again with this endpoint."""
ANSWER = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
HEADERS = [("Content-Type", "text/xml; charset=utf-8"), ("Content-Length", str(len(ANSWER)))]

Start = Callable[[str, list[tuple[str, str]]], object]


def application() -> Callable[[dict[str, Any], Start], Iterable[bytes]]:
    end_with_parent(int(os.environ[SERVER_PID]))
    services = build(load_settings())
    validator = RequestValidator(services.settings.twilio_auth_token.get_secret_value())
    return partial(_answer, services, validator)


def _answer(
    services: Services, validator: RequestValidator, environ: dict[str, Any], start: Start
) -> Iterable[bytes]:
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    url = services.settings.public_url + environ["PATH_INFO"]
    if not validator.validate(url, form, environ["HTTP_X_TWILIO_SIGNATURE"]):
        start("403 Forbidden", [("Content-Length", "0")])
        return [b""]
    text = Inbound(sid=form["MessageSid"], sender=form["From"], to=form["To"], body=form["Body"])
    with services.store.one_statement() as cursor:
        stored = inbound.store_once(cursor, text, services.clock())
    if stored.conversation_id is not None:
        services.store.wake("inbound", stored.conversation_id)
    start("200 OK", HEADERS)
    return [ANSWER]


def main(port: int, processes: int) -> None:
    os.environ[SERVER_PID] = str(os.getpid())
    Server(
        "benchmarks.bare:application",
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=processes,
        blocking_threads=THREADS,
        log_level=LogLevels.warning,
        log_access=False,
    ).serve()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
