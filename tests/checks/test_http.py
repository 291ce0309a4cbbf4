"""A verification by a request holds where the answer is as expected, and says what of it is not."""

from __future__ import annotations

import pytest
from tests.checks.deployed import Place

from fairway.model.checked import Checked
from fairway.model.values import Json
from fairway.project.checks import Http


def verified(api: Place, path: str, **expected: object) -> Checked:
    url = f"${{stacks.{api.target.stack}.Url}}{path}"
    (checked,) = api.verify(Http(name="health", http=url, **{"within": 0.0, **expected}))  # type: ignore[arg-type]
    return checked


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/health", {}),
        ("/text", {"contains": "is well"}),
        ("/health", {"json": {"ok": True, "checks": [{"db": "up"}]}}),
        ("/broken", {"status": 500}),
        ("/moved", {"status": 302}),
        ("/health", {"latency": 20.0}),
        ("/health", {"method": "POST", "body": "a body", "json": {"body": "a body"}}),
        ("/health", {"headers": {"X-Key": "of ${environment}"}, "json": {"sent": "of local"}}),
    ],
)
def test_it_holds(api: Place, path: str, expected: dict[str, object]) -> None:
    checked = verified(api, path, **expected)
    assert (checked.result, checked.kind) == ("passed", "http"), checked
    assert checked.seconds > 0


@pytest.mark.parametrize(
    ("path", "expected", "message"),
    [
        ("/text", {"status": 201}, "answered 200, expected 201"),
        ("/moved", {}, "answered 302, expected 200"),
        ("/text", {"contains": "is bad"}, "the body does not contain 'is bad'"),
        ("/text", {"json": {"ok": True}}, "the body is not JSON"),
        ("/health", {"json": {"ok": False}}, "$.ok is true, expected false"),
        ("/health", {"json": {"checks": [{"db": "down"}]}}, '$.checks[0].db is "up", expected "down"'),
        ("/health", {"json": {"version": 1}}, "$.version is missing, expected 1"),
        ("/health", {"latency": 0.0}, "expected at most 0 ms"),
    ],
)
def test_it_says_what_is_not_as_expected(
    api: Place, path: str, expected: dict[str, Json], message: str
) -> None:
    checked = verified(api, path, **expected)
    assert checked.result == "failed"
    assert message in checked.message


def test_the_answer_is_told_without_secrets(api: Place) -> None:
    checked = verified(api, "/broken")
    assert "token (secret) was refused" in checked.why
    assert "hunter2" not in repr(checked)


def test_nor_are_secrets_of_the_environment_told(api: Place) -> None:
    checked = verified(api, "/health", headers={"X-Key": "${env.API_KEY}"}, json={"sent": "another"})
    assert '$.sent is "(secret)"' in checked.message
    assert "sesame" not in repr(checked)


def test_no_answer_at_all_is_a_failure(api: Place) -> None:
    (checked,) = api.verify(Http(name="gone", http="http://127.0.0.1:9/", within=0.0))
    assert checked.result == "failed"
    assert "does not answer" in checked.message
    assert "refused" in checked.why


@pytest.mark.parametrize("url", ["localhost:80", "ftp://localhost/", "${stacks.none.Url}"])
def test_what_is_no_url_is_told_at_once(api: Place, url: str) -> None:
    (checked,) = api.verify(Http(name="health", http=url, within=60.0))
    assert checked.result == "failed"
    assert checked.seconds < 5
