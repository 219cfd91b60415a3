"""What the chat's page asks: to begin a chat, to say something, and what was said. Nothing is decided here."""

from uuid import UUID

from flask import Blueprint, Response, current_app, json, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.access import public
from bot.api.problems import Problem, answer
from bot.chat.sessions import conversation_of
from bot.limits import too_often
from bot.services import Services
from clinic import chats, policies
from storage.queries import chat as queries
from storage.queries.chat import Told
from storage.tables import ChatSession

SESSIONS_AN_HOUR = 30
"""From one network address: many may share one, such as a company's."""

MESSAGES_A_MINUTE, FROM_AN_ADDRESS = 20, 120
"""In one chat, and from one network address."""

LONGEST_BODY = 16_000

chat = Blueprint("chat", __name__, url_prefix="/chat")


@chat.post("/<slug>/session")
@public
def begin(slug: str) -> Response:
    """A new chat. A clinic that is not there is answered like one that has no chat."""
    services = _services()
    if too_often(services.redis, f"chat-begun:{_network()}", most=SESSIONS_AN_HOUR, seconds=3600):
        raise Problem(429, "Too many chats were begun from here. Please try again in an hour.")
    with services.store.unscoped() as session:
        clinic = queries.clinic_by_slug(session, slug)
        open_to_all = clinic is not None and policies.version(session, clinic.policy_id).chat
    if clinic is None or not open_to_all:
        raise Problem(404, "There is no chat here.")
    token = services.store.run(clinic.id, lambda tx: chats.begin(tx, _address()))
    return _told({"token": token}, 201)


@chat.get("/messages")
@public
def messages() -> Response:
    """What was said after the message that is named: all of it where none is."""
    services, opened = _services(), _opened()
    after = _uuid(request.args.get("after", ""))
    with services.store.unscoped() as session:
        said = queries.told(session, opened.conversation_id, after)
    return _told({"messages": [_shown(each) for each in said], "verified": opened.verified_at is not None})


class Said(BaseModel):
    """What a visitor wrote. `id` is made by the browser, and the same at every try."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    text: str = Field(max_length=chats.MOST_CHARACTERS)

    @field_validator("text")
    @classmethod
    def _is_written(cls, text: str) -> str:
        """Without zero bytes, which PostgreSQL does not keep."""
        text = text.replace("\x00", "").strip()
        if not text:
            raise ValueError("write something first")
        return text


@chat.post("/messages")
@public
def say() -> Response:
    """Something a visitor says: stored once, read after commit, answered at once."""
    services, opened = _services(), _opened()
    request.max_content_length = LONGEST_BODY
    if too_often(services.redis, f"chat:{opened.id}", most=MESSAGES_A_MINUTE, seconds=60) or too_often(
        services.redis, f"chat-from:{_network()}", most=FROM_AN_ADDRESS, seconds=60
    ):
        raise Problem(429, "That was a lot at once. Please wait a minute.")
    said = _read()
    services.store.run(
        opened.clinic_id,
        lambda tx: chats.take_in(tx, opened.conversation_id, said.id, said.text, _address()),
    )
    return Response(status=202)


def _read() -> Said:
    try:
        return Said.model_validate(request.get_json(silent=True))
    except ValidationError as error:
        fields = {str(each["loc"][0]) if each["loc"] else "" for each in error.errors()}
        if fields == {"text"}:
            raise Problem(
                422, f"Please write something, with no more than {chats.MOST_CHARACTERS:,} characters."
            ) from None
        raise Problem(
            422, 'Send JSON such as {"id": "a UUID", "text": "Are you open on Saturdays?"}.'
        ) from None


@chat.errorhandler(Problem)
def _problem(problem: Problem) -> Response:
    return answer(problem)


def _opened() -> ChatSession:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    found = conversation_of(_services(), token) if scheme == "Bearer" and token else None
    if found is None:
        raise Problem(401, "This chat is over. Please begin a new one.")
    return found


def _shown(each: Told) -> dict[str, str]:
    return {
        "id": str(each.id),
        "from": "visitor" if each.by_visitor else "clinic",
        "text": each.text,
        "at": each.at.isoformat(),
    }


def _told(body: object, status: int = 200) -> Response:
    response = Response(json.dumps(body), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _uuid(written: str) -> UUID | None:
    try:
        return UUID(written) if written else None
    except ValueError:
        raise Problem(422, "`after` is the id of a message of this chat, or empty.") from None


def _services() -> Services:
    services: Services = current_app.extensions["services"]
    return services


def _address() -> str:
    return request.remote_addr or ""


def _network() -> str:
    return chats.network(_services().settings.secret_key.get_secret_value(), _address())
