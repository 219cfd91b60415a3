"""What holds for every endpoint: keys, problem documents, the OpenAPI document."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from jsonschema import Draft202012Validator

from bot.api import openapi
from bot.api.table import ENDPOINTS
from tests.admin.desk import Desk
from tests.api.conftest import Program, Town, token


def test_a_write_sent_twice_with_a_key_is_done_once(town: Town) -> None:
    body = {"patient": town.maria.external_id, "type": town.checkup.external_id}
    first = town.program.post("/waitlist", body, Idempotency_Key="a")
    again = town.program.post("/waitlist", body, Idempotency_Key="a")
    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(town.program.get("/waitlist")["items"]) == 1


def test_a_removal_sent_twice_with_a_key_is_answered_the_same(town: Town) -> None:
    made = town.waits()
    path = f"/waitlist/{made['id']}"
    answers = [town.program.call("DELETE", path, Idempotency_Key="b").status_code for _ in range(2)]
    assert answers == [204, 204]


def test_a_key_is_for_one_request(town: Town) -> None:
    body = {"patient": town.maria.external_id, "type": town.checkup.external_id}
    town.program.post("/waitlist", body, Idempotency_Key="a")
    other = town.program.post("/waitlist", {**body, "patient": town.paul.external_id}, Idempotency_Key="a")
    assert other.status_code == 422


def test_a_write_that_failed_may_be_tried_again_with_its_key(town: Town) -> None:
    wrong = {"patient": "nobody", "type": town.checkup.external_id}
    assert town.program.post("/waitlist", wrong, Idempotency_Key="a").status_code == 422
    right = {**wrong, "patient": town.maria.external_id}
    assert town.program.post("/waitlist", right, Idempotency_Key="a").status_code == 201


def test_programs_do_not_share_keys(town: Town, desk: Desk) -> None:
    other = Program(desk, token(desk))
    body = {"patient": town.maria.external_id, "type": town.checkup.external_id}
    assert town.program.post("/waitlist", body, Idempotency_Key="a").status_code == 201
    assert other.post("/waitlist", body, Idempotency_Key="a").status_code == 409


def test_a_write_sent_at_the_same_moment_is_done_once(town: Town) -> None:
    body = {"patient": town.maria.external_id, "type": town.checkup.external_id}
    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(town.program.post, "/waitlist", body, Idempotency_Key="same") for _ in range(4)]
    assert {each.result().status_code for each in sent} == {201}
    assert len({each.result().json["id"] for each in sent}) == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [("/nowhere", 404), ("/waitlist/not-an-id", 404), ("/openings?limit=0", 422), ("/openings?x=1", 422)],
)
def test_an_error_is_a_problem_document(program: Program, path: str, status: int) -> None:
    response = program.call("GET", path)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert response.json["status"] == status
    assert response.json["detail"]


def test_a_method_that_is_not_there_is_a_problem_document(program: Program) -> None:
    response = program.call("PUT", "/waitlist")
    assert (response.status_code, response.mimetype) == (405, "application/problem+json")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"{}" * 3])
def test_a_body_that_is_no_object_is_refused(program: Program, body: bytes) -> None:
    response = program.desk.app.test_client().post(
        "/api/v1/waitlist",
        data=body,
        headers={"Authorization": f"Bearer {program.token}"},
        content_type="application/json",
    )
    assert (response.status_code, response.mimetype) == (422, "application/problem+json")


def test_a_body_of_another_kind_is_refused(program: Program) -> None:
    response = program.desk.app.test_client().post(
        "/api/v1/waitlist", data={"patient": "x"}, headers={"Authorization": f"Bearer {program.token}"}
    )
    assert response.status_code == 415


def test_answers_are_kept_by_no_cache(program: Program) -> None:
    assert program.call("GET", "/waitlist").headers["Cache-Control"] == "no-store"


def test_the_document_names_every_endpoint() -> None:
    named = {
        (method.upper(), path)
        for path, operations in openapi.document()["paths"].items()
        for method in operations
    }
    assert named == {(each.method, each.path) for each in ENDPOINTS}


def test_every_endpoint_says_what_it_does() -> None:
    paths = openapi.document()["paths"].values()
    assert all(one["summary"] for operations in paths for one in operations.values())


def test_each_shape_has_a_name_of_its_own() -> None:
    """Two of one name would be called after the modules they are in."""
    assert not [name for name in openapi.document()["components"]["schemas"] if "__" in name]


def test_what_the_document_refers_to_is_in_it() -> None:
    document = openapi.document()
    named: set[str] = set()

    def walk(part: object) -> None:
        if isinstance(part, dict):
            named.update([part["$ref"]] if isinstance(part.get("$ref"), str) else [])
            for each in part.values():
                walk(each)
        elif isinstance(part, list):
            for each in part:
                walk(each)

    walk(document)
    schemas = document["components"]["schemas"]
    assert {ref.rpartition("/")[2] for ref in named} <= schemas.keys()
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)


def test_an_answer_is_what_the_document_says(town: Town) -> None:
    town.waits(excluded_dates=[{"first": "2026-12-01", "last": "2026-12-03"}])
    document = openapi.document()
    schema = {"$ref": "#/components/schemas/Entries", "components": document["components"]}
    Draft202012Validator(schema).validate(town.program.get("/waitlist"))


def test_people_can_read_what_the_api_is(desk: Desk) -> None:
    page = desk.app.test_client().get("/api/docs")
    assert (page.status_code, "swagger-ui-bundle.js" in page.text) == (200, True)
