"""Each example from `git push` on: gated by its tests, live and verified, changed, broken, approved, removed.

What is asserted is what the pusher sees, what answers, and what there is in the cloud.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from tests.cli.program import Ended
from tests.examples.app import EXAMPLES, copied, edit, inventory
from tests.local_cloud import REGION, Cloud, running
from tests.pipeline.remote.pusher import Pusher

from fairway.project.find import read_project
from fairway.project.settings import FILE, Project

Edit = tuple[str, str, str]
"""A file, what stands in it once, and what is written in its place."""
Invoke = Callable[[str, object], Any]


@dataclass(frozen=True)
class Example:
    """An example, and what is changed in it.

    `ask` has what is deployed answer: with the first of `answers`, and after the change of `line` the second.
    """

    name: str
    creates: int
    refused_by: str
    wrong: Edit
    line: Edit
    found_by: str
    broken: Edit
    ask: Callable[[Invoke, Mapping[str, str]], str]
    answers: tuple[str, str]


def posted(url: str, document: object) -> Any:
    """What a URL answers, whatever the status."""
    request = Request(url, json.dumps(document).encode(), {"content-type": "application/json"})
    try:
        with urlopen(request, timeout=30) as response:
            return json.load(response)
    except HTTPError as refused:
        return json.load(refused)


def word_of_thanks(invoke: Invoke, _: Mapping[str, str]) -> str:
    event = {"sessionId": "journey", "sessionState": {"intent": {"name": "Appointment"}}}
    return str(invoke("LexFulfillment", event)["messages"][0]["content"])


def site_and_refusal(_: Invoke, outputs: Mapping[str, str]) -> str:
    with urlopen(f"{outputs['SiteUrl']}/", timeout=30) as page:
        assert b"Revive CRM" in page.read()
    return str(posted(f"{outputs['SiteUrl']}/api/contacts", {})["message"])


JOURNEYS = (
    Example(
        name="ray-converter",
        creates=12,
        refused_by="units",
        wrong=(
            "functions/ray_converter/rays.py",
            "round(math.degrees(math.asin",
            "-round(math.degrees(math.asin",
        ),
        line=("functions/ray_converter/handler.py", 'VERSION = "1"', 'VERSION = "2"'),
        found_by="a ray is converted",
        broken=("functions/ray_converter/handler.py", "_answer(200,", "_answer(500,"),
        ask=lambda _, outputs: str(posted(outputs["RayUrl"], {"direction": [0, 0, 1]})["version"]),
        answers=("1", "2"),
    ),
    Example(
        name="atlas-engine",
        creates=33,
        refused_by="units",
        wrong=("functions/lex_fulfillment/app.py", '"Fulfilled"', '"Failed"'),
        line=("functions/lex_fulfillment/app.py", "Thank you, that is noted.", "Thank you!"),
        found_by="conversations are recorded and logged",
        broken=("layers/python-libraries/atlas_common.py", '"kind": kind', '"sort": kind'),
        ask=word_of_thanks,
        answers=("Thank you, that is noted.", "Thank you!"),
    ),
    Example(
        name="crm",
        creates=53,
        refused_by="functions",
        wrong=("functions/contacts/app.py", 'contact["name"]', 'contact["email"]'),
        line=("functions/contacts/app.py", '"name", "email"', '"email", "name"'),
        found_by="the site reaches the API",
        broken=("template.yaml", "LEADS_TABLE:", "LEAD_TABLE:"),
        ask=site_and_refusal,
        answers=("missing: name, email", "missing: email, name"),
    ),
    Example(
        name="document-pipeline",
        creates=50,
        refused_by="units",
        wrong=("lib/docpipe/words.py", "* 100 +", "* 10 +"),
        line=("patterns/letter/functions/classify/app.py", '"refund"', '"refund", "lamp"'),
        found_by="the API answers",
        broken=("functions/kinds/app.py", "sorted(", "len("),
        ask=lambda invoke, _: str(invoke("Letter.Classify", {"text": "A lamp!"})),
        answers=("other", "complaint"),
    ),
)


@dataclass(frozen=True)
class Journey:
    """An example in a repository whose remote deploys `local` to the local cloud, and `main` to prod.

    The local cloud plays the account of prod too, one after the other: names of functions are the same.
    """

    example: Example
    pusher: Pusher
    cloud: Cloud

    @cached_property
    def project(self) -> Project:
        return read_project(self.pusher.folder / FILE)

    def commit(self, change: Edit) -> None:
        edit(self.pusher.app, *change)
        self.pusher.git("commit", "-qam", "a change")

    def take_back(self) -> None:
        self.pusher.git("revert", "--no-edit", "HEAD")

    def answer(self, environment: str) -> str:
        """What is deployed answers."""
        app = self.pusher.app

        def invoke(function: str, event: object) -> Any:
            words = ("invoke", function, "--payload", json.dumps(event), "--env", environment, "--json")
            return json.loads(app(*words).result["payload"])

        outputs = app("outputs", "--env", environment, "--json").result["outputs"]
        return self.example.ask(invoke, outputs)

    def there(self, environment: str) -> set[tuple[str, str]]:
        """What there is in the cloud, but for the bucket of artifacts, which stays."""
        region = self.project.environment(environment).region or REGION
        return {each for each in inventory(self.cloud, region) if "fairway-artifacts-" not in each[1]}

    def a_failing_test_refuses_the_push(self) -> None:
        before = self.there("local")
        self.commit(self.example.wrong)
        push = self.pusher.push("main:local")
        assert push.code == 1
        assert f"✗ {self.example.refused_by}" in push.err
        assert not re.search("remote: (build|plan|apply)", push.err), "nothing after the tests"
        assert "local is not created: its run for local failed" in push.err
        assert (self.there("local"), self.pusher.tip("local")) == (before, "")
        self.take_back()

    def the_push_shows_its_plan_and_is_live_and_verified(self) -> None:
        push = self.pusher.push("main:local")
        assert push.code == 0, push.err
        assert f"remote: Plan: {self.example.creates} to create" in push.err
        self.assert_verified(push.err)
        assert "main -> local" in push.err
        assert self.answer("local") == self.example.answers[0]

    def one_changed_line_is_one_update(self) -> None:
        self.commit(self.example.line)
        push = self.pusher.push("main:local")
        assert push.code == 0, push.err
        assert "remote: Plan: 1 to update" in push.err
        assert re.search(r"remote: Deployed in .* \(1 updated, .*, 1 write\)", push.err), push.err
        self.assert_verified(push.err)
        assert self.answer("local") == self.example.answers[1]

    def what_only_verification_finds_is_rolled_back_and_refused(self) -> None:
        good = self.pusher.git("rev-parse", "HEAD")
        self.commit(self.example.broken)
        push = self.pusher.push("main:local")
        assert push.code == 1
        assert f"✗ {self.example.found_by}" in push.err
        assert f"local stays at {good[:8]}" in push.err
        assert f"live is {good[:8]}" in push.err
        assert (self.pusher.tip("local"), self.answer("local")) == (good, self.example.answers[1])
        self.take_back()

    def production_waits_for_an_approval(self) -> None:
        before = self.there("prod")
        push = self.pusher.push("main")
        assert push.code == 0, push.err
        assert f"remote: Plan: {self.example.creates} to create" in push.err
        assert "waits for approval" in push.err
        assert self.there("prod") == before
        approved = self.pusher.app("remote", "approve", "--env", "prod", "--yes")
        assert approved.code == 0, approved.out + approved.err
        self.assert_verified(approved.out)
        assert self.answer("prod") == self.example.answers[1]

    def removed(self, environment: str) -> Ended:
        """What is protected is named, as somebody who means it does, and who approves it for production."""
        named = ("*", *self.project.environment(environment).protect)
        allowed = [word for name in named for word in ("--allow-data-loss", name)]
        return self.pusher.app.on_terminal("destroy", "--env", environment, *allowed, typed="y\n")

    def assert_verified(self, said: str) -> None:
        for each in self.project.verify:
            assert f"✓ {each.name}" in said


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """One of its own: secrets that other tests have removed are held for a while, and so are their names."""
    with running(tmp_path_factory.mktemp("home")) as cloud:
        yield cloud


@pytest.fixture
def journey(request: pytest.FixtureRequest, tmp_path: Path, cloud: Cloud) -> Journey:
    example: Example = request.param
    [stack] = read_project(EXAMPLES / example.name / FILE).stacks
    app = copied(example.name, tmp_path / stack, cloud)
    settings = app.folder / FILE
    settings.write_text(re.sub('within = "[0-9]+s"', 'within = "1s"', settings.read_text()))
    account = {
        "AWS_ENDPOINT_URL": cloud.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    pusher = Pusher(replace(app, extra={**app.extra, **account}), example.name)
    pusher.git("init", "-q", "-b", "main")
    pusher.git("add", "-A")
    pusher.git("commit", "-q", "-m", "as it is")
    added = pusher.app("remote", "add")
    assert added.out.splitlines()[1:] == ["local → local", "main → prod"]
    return Journey(example, pusher, cloud)


@pytest.mark.parametrize(
    "journey",
    [
        pytest.param(each, id=each.name, marks=pytest.mark.xdist_group(f"journey-{each.name}"))
        for each in JOURNEYS
    ],
    indirect=True,
)
def test_from_a_push_to_production_and_away(journey: Journey) -> None:
    before = {environment: journey.there(environment) for environment in ("local", "prod")}
    journey.a_failing_test_refuses_the_push()
    journey.the_push_shows_its_plan_and_is_live_and_verified()
    journey.one_changed_line_is_one_update()
    journey.what_only_verification_finds_is_rolled_back_and_refused()
    assert journey.removed("local").code == 0
    assert journey.there("local") == before["local"]
    journey.production_waits_for_an_approval()
    assert journey.removed("prod").code == 0
    assert {environment: journey.there(environment) for environment in before} == before
