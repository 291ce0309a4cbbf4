"""document-pipeline on the local cloud: documents go through it, and each change does only what it must."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.request import Request, urlopen

import pytest
from tests.cli.program import Ended, Program
from tests.examples.app import calls, copied, deployed, edit, effects
from tests.local.events_world import eventually
from tests.local_cloud import Cloud

pytestmark = pytest.mark.xdist_group("document-pipeline")
INVOICE = "Invoice No: R-17\nPaper: EUR 10.50\nInk: EUR 2.00\nTotal: EUR {total}"
USERS_OF_THE_LIBRARY = {
    "Dispatch",
    "Invoice.Check",
    "Invoice.Extract",
    "Invoice.Read",
    "Invoice.Store",
    "Letter.Read",
    "Letter.Store",
    "Letter.Summarise",
    "ListDocuments",
    "Retry",
    "Submit",
}
SUBMIT = """
mutation($kind: Kind!, $text: String!) {
  submitDocument(kind: $kind, name: "a document", text: $text) { id status }
}
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, local_cloud: Cloud) -> Program:
    return copied("document-pipeline", tmp_path_factory.mktemp("apps") / "documents", local_cloud)


@pytest.fixture(scope="module")
def outputs(app: Program) -> Iterator[dict[str, str]]:
    with deployed(app) as shown:
        yield shown


def ask(outputs: Mapping[str, str], query: str, **variables: Any) -> Any:
    """What a GraphQL request answers; there must be no errors."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = Request(outputs["GraphQLUrl"], body, {"x-api-key": outputs["ApiKey"]})
    with urlopen(request, timeout=60) as response:
        answer = json.load(response)
    assert "errors" not in answer, answer
    return answer["data"]


def worked(outputs: Mapping[str, str], kind: str, text: str) -> Mapping[str, Any]:
    """A document once its workflow has ended."""
    submitted = ask(outputs, SUBMIT, kind=kind, text=text)["submitDocument"]
    assert submitted["status"] == "RECEIVED"

    def ended() -> Mapping[str, Any]:
        query = "query($id: ID!) { document(id: $id) { status result } }"
        document: Mapping[str, Any] = ask(outputs, query, id=submitted["id"])["document"]
        return document if document["status"] not in ("RECEIVED", "PROCESSING") else {}

    return eventually(ended)


def redeployed(app: Program) -> Ended:
    run = app("deploy", "--yes", "--json")
    assert run.code == 0, run.err
    return run


def test_an_invoice_goes_through_queue_and_workflow(outputs: dict[str, str]) -> None:
    document = worked(outputs, "invoice", INVOICE.format(total="12.50"))
    assert document["status"] == "DONE"
    result = json.loads(document["result"])
    assert (result["number"], result["total"], result["items"]) == ("R-17", 1250, {"paper": 1050, "ink": 200})


def test_an_invoice_that_does_not_add_up_is_rejected_with_the_reason(outputs: dict[str, str]) -> None:
    document = worked(outputs, "invoice", INVOICE.format(total="13.00"))
    assert document["status"] == "REJECTED"
    assert json.loads(document["result"])["problems"] == ["its items do not come to its total"]


def test_a_letter_goes_through_the_other_pattern(outputs: dict[str, str]) -> None:
    document = worked(outputs, "letter", "The lamp is broken. I want a refund.")
    assert document["status"] == "DONE"
    about = {"about": "complaint", "summary": "The lamp is broken.", "words": 8}
    assert json.loads(document["result"]) == about


def test_a_failing_step_is_recorded_and_can_be_tried_again(outputs: dict[str, str]) -> None:
    document = worked(outputs, "invoice", "Invoice No: R-18\nPaper: EUR 1-2")
    assert document["status"] == "FAILED"
    assert "is no amount" in document["result"]
    listed = ask(outputs, "{ documents(limit: 50) { id status } kinds }")
    assert listed["kinds"] == ["invoice", "letter"]
    failed = next(each["id"] for each in listed["documents"] if each["status"] == "FAILED")
    retry = "mutation($id: ID!) { retryDocument(id: $id) { status } }"
    assert ask(outputs, retry, id=failed) == {"retryDocument": {"status": "RECEIVED"}}


def test_a_function_of_a_pattern_can_be_called_by_its_address(app: Program, outputs: dict[str, str]) -> None:
    invoice = {"number": "R-1", "total": 300, "items": {"a": 100, "b": 200}}
    run = app("invoke", "Invoice.Check", "--payload", json.dumps({"invoice": invoice}), "--json")
    assert run.code == 0, run.err
    assert json.loads(run.result["payload"]) == {"status": "DONE", "problems": []}


def test_the_second_deploy_does_nothing(app: Program, outputs: dict[str, str]) -> None:
    again = redeployed(app)
    assert again.result["result"] == "unchanged"
    assert calls(again)["writes"] == 0


def test_a_line_of_one_function_is_one_code_swap(app: Program, outputs: dict[str, str]) -> None:
    edit(app, "patterns/letter/functions/classify/app.py", '"refund"', '"refund", "lamp"')
    run = redeployed(app)
    assert effects(run) == {("update", "Letter.Classify")}
    assert (calls(run)["writes"], calls(run)["lambda.UpdateFunctionCode"]) == (1, 1)
    assert json.loads(worked(outputs, "letter", "A lamp!")["result"])["about"] == "complaint"


def test_a_line_of_the_library_swaps_the_code_of_its_users_alone(
    app: Program, outputs: dict[str, str]
) -> None:
    edit(app, "lib/docpipe/words.py", 'r"\\w+", text', 'r"[a-z]+", text')
    run = redeployed(app)
    assert effects(run) == {("update", address) for address in USERS_OF_THE_LIBRARY}
    assert calls(run)["writes"] == len(USERS_OF_THE_LIBRARY)
    assert json.loads(worked(outputs, "letter", "I am 12.")["result"])["words"] == 1


def test_a_change_in_one_pattern_stays_in_it(app: Program, outputs: dict[str, str]) -> None:
    edit(app, "patterns/letter/workflow.asl.json", "Read a letter, say", "Read it, say")
    edit(app, "patterns/invoice/functions/check/app.py", "it has no number", "no number was found")
    selected = app("deploy", "--yes", "--json", "--target", "Letter")
    assert effects(selected) == {("update", "Letter.Workflow")}
    assert effects(redeployed(app)) == {("update", "Invoice.Check")}
