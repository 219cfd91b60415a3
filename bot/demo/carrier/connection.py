"""Hanging up: the connection of the present request is closed without an answer."""

import socket
from contextlib import suppress

from flask import Response, g, request


def drop() -> Response:
    """Close the caller's connection. The response returned is for Flask only; nobody receives it."""
    g.dropped = True
    connection: socket.socket = request.environ["werkzeug.socket"]
    with suppress(OSError):  # the caller may have gone first
        connection.shutdown(socket.SHUT_RDWR)
    return Response(status=500)
