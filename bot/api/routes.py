"""From a line of the table to a route: who calls, may they, what do they say, one transaction, the answer."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from flask import Blueprint, Response, json, request
from pydantic import ValidationError
from sqlalchemy.exc import NoResultFound
from werkzeug.exceptions import HTTPException

from bot.admin.frame import services
from bot.api import idempotency, problems
from bot.api.callers import Caller, who_may
from bot.api.endpoint import Call, Endpoint, Nothing, Shape
from bot.api.problems import Problem
from storage.transaction import Tx

NO_ID = UUID(int=0)
S = TypeVar("S", bound=Shape)
log = structlog.get_logger()


def add(api: Blueprint, endpoint: Endpoint) -> None:
    view = _view(endpoint)
    view.access = endpoint.permission  # type: ignore[attr-defined]  # for the test that walks every route
    path = endpoint.path.replace("{id}", "<uuid:id>")
    api.add_url_rule(path, endpoint.name, view, methods=[endpoint.method])


def _view(endpoint: Endpoint) -> Callable[..., Response]:
    def view(id: UUID = NO_ID) -> Response:
        caller = who_may(endpoint.permission, writes=endpoint.writes)
        query, body = _query(endpoint.query), _body(endpoint.body)
        return services().store.run(
            caller.clinic_id, lambda tx: _answer(tx, endpoint, caller, query, body, id)
        )

    return view


def _answer(tx: Tx, endpoint: Endpoint, caller: Caller, query: Shape, body: Shape, subject: UUID) -> Response:
    call = Call(query, body, caller.by, ZoneInfo(tx.clinic().timezone), subject)

    def work() -> idempotency.Answer:
        found = endpoint.act(tx, call)
        return (204, None) if found is None else (endpoint.status, found.model_dump(mode="json"))

    if not endpoint.writes:
        return _written(work())
    answer, replayed = idempotency.once(tx, caller, work)
    response = _written(answer)
    if replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _written(answer: idempotency.Answer) -> Response:
    status, body = answer
    if body is None:
        return Response(status=status)
    return Response(json.dumps(body), status, mimetype="application/json")


def _query(shape: type[S]) -> S:
    """A parameter given several times is a list where the shape has one; else the last counts."""
    said: dict[str, Any] = {}
    for name, values in request.args.lists():
        field = shape.model_fields.get(name)
        several = field is not None and "list[" in str(field.annotation)
        said[name] = values if several else values[-1]
    try:
        return shape.model_validate(said)
    except ValidationError as error:
        raise problems.invalid(error, "query") from None


def _body(shape: type[S]) -> S:
    if shape is Nothing:
        return shape()
    if request.mimetype != "application/json" and request.content_length:
        raise Problem(415, "Send the body as application/json.")
    try:
        return shape.model_validate_json(request.get_data() or b"{}")
    except ValidationError as error:
        raise problems.invalid(error, "body") from None


def told(error: Exception) -> Response:
    """Whatever ends a request, as a problem document."""
    if isinstance(error, Problem):
        return problems.answer(error)
    if isinstance(error, NoResultFound):
        return problems.answer(problems.not_here())
    if isinstance(error, HTTPException):
        status = error.code or 500
        return problems.answer(Problem(status, problems.TITLES.get(status, "It cannot be done.") + "."))
    log.error("request.failed", route=str(request.url_rule), exc_info=error)
    return problems.answer(Problem(500, "It has been noted."))
