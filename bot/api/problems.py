"""Errors as RFC 9457 problem documents: what is wrong, in a sentence, and where."""

from collections.abc import Sequence
from typing import Any

from flask import Response, json
from pydantic import ValidationError

TITLES = {
    400: "The request cannot be read",
    401: "Say who you are",
    403: "Not allowed",
    404: "Not here",
    405: "Not done that way",
    409: "It cannot be done as things stand",
    413: "Too much at once",
    415: "The body has to be JSON",
    422: "Something in the request is wrong",
    429: "Too often",
    500: "Something went wrong on our side",
}


class Problem(Exception):
    """Ends a request. `detail` is a sentence for whoever reads it; nothing personal is in it."""

    def __init__(self, status: int, detail: str, errors: Sequence[dict[str, str]] = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = list(errors)


def conflict(detail: str) -> Problem:
    """The request was right, and what it wants cannot be had any more."""
    return Problem(409, detail)


def not_here() -> Problem:
    """No such row, or one of another clinic: the answer is the same."""
    return Problem(404, "There is no such thing here.")


def invalid(error: ValidationError, place: str) -> Problem:
    """What pydantic found, each with where it stands: `body.first`, `query.limit`. Values are not repeated."""
    found = [
        {"where": ".".join((place, *map(str, each["loc"]))), "message": _sentence(each["msg"])}
        for each in error.errors()
    ]
    return Problem(422, f"{len(found)} of the values cannot be used.", found)


def wrong(where: str, message: str) -> Problem:
    return Problem(422, message, [{"where": where, "message": message}])


def _sentence(message: str) -> str:
    return message.removeprefix("Value error, ")


def answer(problem: Problem) -> Response:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(problem.status, TITLES[500]),
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.errors:
        body["errors"] = problem.errors
    response = Response(json.dumps(body), problem.status, mimetype="application/problem+json")
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
