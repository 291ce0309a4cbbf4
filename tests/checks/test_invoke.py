"""A verification by a call holds where the function answers what is expected of it."""

from __future__ import annotations

from tests.checks.deployed import Place

from fairway.model.checked import Checked
from fairway.project.checks import Invoke


def verified(api: Place, invoke: str = "Api", **settings: object) -> Checked:
    (checked,) = api.verify(Invoke(name="call", invoke=invoke, **{"within": 0.0, **settings}))  # type: ignore[arg-type]
    return checked


def test_the_payload_arrives_and_the_result_is_matched_in_part(api: Place) -> None:
    checked = verified(api, payload={"a": 1}, expect={"given": {"a": 1}, "list": [1, {"two": 2}]})
    assert (checked.result, checked.kind) == ("passed", "invoke"), checked


def test_a_function_may_be_named_with_its_stack(api: Place) -> None:
    assert verified(api, f"{api.target.stack}.Api").result == "passed"


def test_it_says_where_the_result_differs(api: Place) -> None:
    checked = verified(api, expect={"list": [1, {"two": 3}]})
    assert checked.result == "failed"
    assert "$.list[1].two is 2, expected 3" in checked.message


def test_a_function_that_fails_is_told_with_what_it_said(api: Place) -> None:
    checked = verified(api, payload={"fail": True}, within=60.0)
    assert (checked.result, "tried" in checked.message) == ("failed", False), "it may have done something"
    assert "Unhandled" in checked.message
    assert "as wanted" in checked.why


def test_one_whose_rights_are_not_there_yet_is_called_again(api: Place) -> None:
    denied = {"errorMessage": "AccessDeniedException: not authorized to perform dynamodb:GetItem"}
    checked = verified(api, payload=denied, expect={"given": {}, "list": []}, within=1.0)
    assert "(tried " in checked.message


def test_an_address_that_is_not_there_is_told_with_the_nearest(api: Place) -> None:
    checked = verified(api, "Apo", within=60.0)
    assert (checked.result, checked.next) == ("failed", "did you mean Api?")
    assert checked.seconds < 5


def test_what_is_no_function_cannot_be_called(api: Place) -> None:
    checked = verified(api, "ServerlessRestApi", within=60.0)
    assert checked.message.endswith("ServerlessRestApi is AWS::ApiGateway::RestApi, no function")
