"""`python -m bot.demo.carrier`: run the double on 127.0.0.1 and say where on one line."""

import ctypes
import json
import os
import signal
import socket
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from bot.demo.carrier.app import create_app
from bot.demo.carrier.settings import FAST, Account, Manners, Site

PR_SET_PDEATHSIG = 1


class _QuietHandler(WSGIRequestHandler):
    """No line per request: they would name numbers."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def main() -> None:
    given = _arguments().parse_args()
    if given.parent is not None:
        _die_with(given.parent)
    account = _account(given)
    app = create_app(account, FAST if given.fast else Manners(), _phones(given.phones))
    server = _server(app, given.port)
    # Written at once and whole: whoever started us waits for this line.
    sys.stdout.write(f"carrier ready on http://127.0.0.1:{server.port}\n")
    sys.stdout.flush()
    server.serve_forever()


def _arguments() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m bot.demo.carrier", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--account-sid", required=True)
    parser.add_argument(
        "--auth-token", help="better given as TWILIO_AUTH_TOKEN: others can read a command line"
    )
    parser.add_argument("--webhook-url", required=True, help="where inbound texts are posted")
    parser.add_argument("--number", action="append", required=True, metavar="+1…[=CLINIC]")
    parser.add_argument("--phones", type=Path, help="JSON list of {name, number}, the first ones shown first")
    parser.add_argument("--admin-url", help="the clinic's own page, linked from the phones page")
    parser.add_argument(
        "--chat", metavar="SLUG=URL", help="the chat's script, for a page of the clinic's own"
    )
    parser.add_argument("--fast", action="store_true", help="no delays, for tests")
    parser.add_argument("--parent", type=int, help="end when the process with this id, our parent, ends")
    return parser


def _account(given: Namespace) -> Account:
    token = given.auth_token or os.environ.get("TWILIO_AUTH_TOKEN")
    if not token:
        sys.exit("carrier: give TWILIO_AUTH_TOKEN in the environment, or --auth-token.")
    numbers = {}
    for entry in given.number:
        number, _, clinic = entry.partition("=")
        numbers[number] = clinic or number
    return Account(
        given.account_sid, token, given.webhook_url, numbers, given.admin_url, _site(given, numbers)
    )


def _site(given: Namespace, numbers: dict[str, str]) -> Site | None:
    if given.chat is None:
        return None
    slug, _, widget_url = given.chat.partition("=")
    return Site(next(iter(numbers.values())), widget_url, slug)


def _phones(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    return {entry["number"]: entry["name"] for entry in json.loads(path.read_text(encoding="utf-8"))}


def _server(app: Flask, port: int) -> BaseWSGIServer:
    try:
        listening = socket.create_server(("127.0.0.1", port), backlog=256)
    except OSError as error:
        sys.exit(f"carrier: port {port} cannot be used: {os.strerror(error.errno or 0)}.")
    # werkzeug makes a copy of the descriptor, and would print advice of its own where a port is taken.
    with listening:
        fd = listening.fileno()
        return make_server("127.0.0.1", port, app, threaded=True, request_handler=_QuietHandler, fd=fd)


def _die_with(parent: int) -> None:
    """Ask Linux to end us when our parent ends, however it ends. Elsewhere we live until we are told."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before we could ask
            sys.exit(1)


if __name__ == "__main__":
    main()
