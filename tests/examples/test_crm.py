"""crm on the local cloud: the site shows what the API knows, and each change does only what it must."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.cli.program import Ended, Program
from tests.examples.app import calls, copied, edit, effects, inventory
from tests.local.apis_world import Reply, call
from tests.local_cloud import Cloud

pytestmark = pytest.mark.xdist_group("crm")
FUNCTIONS = {"leads", "contacts", "appointments", "campaigns", "messages", "reminders", "revive"}
TABLES = {"leads", "contacts", "appointments", "campaigns", "messages", "activity"}
DAY = 24 * 3600


@dataclass
class Crm:
    """The example, deployed; its site is published into it."""

    program: Program
    cloud: Cloud
    outputs: Mapping[str, str]

    def publish(self, *arguments: str) -> dict[str, Any]:
        """What became of the site; `built` says whether it had to be built."""
        run = self.program("site", *(arguments or ("publish",)), "--json")
        assert run.code == 0, run.err
        (done,) = run.of("SitePublished")
        return {**done, "built": [each["cached"] for each in run.of("BuildFinished")] == [False]}

    def get(self, path: str) -> Reply:
        return self._call(path, "GET", None)

    def post(self, path: str, document: Mapping[str, Any]) -> Any:
        made = self._call(path, "POST", json.dumps(document))
        assert made.status == 201, made.body
        return made.json()

    def _call(self, path: str, method: str, body: str | None) -> Reply:
        base = self.outputs["SiteUrl"].removeprefix(self.cloud.endpoint)
        return call(self.cloud, base + path, method, body)

    def deploy(self, *arguments: str) -> Ended:
        return self.program("deploy", "--yes", "--json", *arguments)


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory, local_cloud: Cloud) -> Iterator[Crm]:
    """Deployed and published once: the build of the site takes a few seconds."""
    before = inventory(local_cloud)
    program = copied("crm", tmp_path_factory.mktemp("apps") / "crm", local_cloud)
    run = program("deploy", "--yes", "--json")
    assert run.code == 0, run.err
    made = Crm(program, local_cloud, run.result["outputs"])
    made.publish()
    yield made
    removed = program("destroy", "--yes", "--allow-data-loss", "*")
    assert removed.code == 0, removed.err
    assert inventory(local_cloud) == before


def test_everything_of_the_template_is_there(crm: Crm) -> None:
    names = {(operation, identity.rpartition("/")[2]) for operation, identity in inventory(crm.cloud)}
    assert {("list_functions", f"crm-{name}") for name in FUNCTIONS} <= names
    assert {("list_tables", f"crm-{name}") for name in TABLES} <= names
    rules = {identity for operation, identity in names if operation == "list_rules"}
    assert len([rule for rule in rules if rule.startswith("crm-")]) == 2
    held = {operation for operation, _ in names}
    assert {"get_rest_apis", "list_secrets", "list_buckets", "list_distributions"} <= held


def test_the_site_is_served_and_a_view_of_it_is_the_same_page(crm: Crm) -> None:
    page = crm.get("/")
    assert (page.status, b"<title>Revive CRM</title>" in page.body) == (200, True)
    assert crm.get("/campaigns").body == page.body
    script = next(part for part in page.body.decode().split('"') if part.endswith(".js"))
    assert crm.get(script).header("Content-Type") == "text/javascript; charset=utf-8"


def test_the_api_answers_under_the_site_and_what_it_knows_is_kept(crm: Crm) -> None:
    lead = crm.post("/api/leads", {"name": "Grace Hopper", "phone": "1"})
    assert lead in crm.get("/api/leads").json()
    crm.post("/api/contacts", {"name": "Ada", "email": "ada@example.com"})
    at = int(time.time()) + 3600
    crm.post("/api/appointments", {"lead": lead["id"], "at": at, "what": "a demonstration"})
    assert [each["what"] for each in crm.get("/api/appointments").json()] == ["a demonstration"]
    refused = crm._call("/api/leads", "POST", "{}")
    assert (refused.status, refused.json()) == (400, {"message": "missing: name, phone"})
    assert crm.get("/api/leads/nobody").status == 404


def test_what_runs_by_itself_sends_messages(crm: Crm) -> None:
    lead = crm.post("/api/leads", {"name": "Silent", "phone": "1"})
    crm.post("/api/campaigns", {"name": "Winter", "text": "Hello {name}!", "days": 30})
    later = json.dumps({"now": time.time() + 31 * DAY})
    run = crm.program("invoke", "ReviveFunction", "--payload", later, "--json")
    assert json.loads(run.result["payload"])["revived"] >= 1
    (message,) = crm.get(f"/api/leads/{lead['id']}/messages").json()
    assert message["text"] == "Hello Silent!"
    assert crm.get(f"/api/leads/{lead['id']}").json()["stage"] == "dormant"
    kinds = [each["kind"] for each in crm.get(f"/api/leads/{lead['id']}/activity").json()]
    assert kinds == ["added", "dormant", "message"]


@pytest.mark.skipif(not shutil.which("chromium"), reason="there is no browser")
def test_a_browser_shows_what_the_api_knows(crm: Crm, tmp_path: Path) -> None:
    crm.post("/api/leads", {"name": "Edsger Dijkstra", "phone": "1"})
    seen = subprocess.run(
        [
            *("chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}"),
            *("--virtual-time-budget=8000", "--dump-dom", crm.outputs["SiteUrl"] + "/"),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert "<strong>Edsger Dijkstra</strong>" in seen.stdout


def test_the_second_deploy_changes_nothing(crm: Crm) -> None:
    assert calls(crm.deploy())["writes"] == 0
    done = crm.publish()
    assert not done["built"]
    assert (done["uploaded"], done["removed"], done["invalidated"]) == (0, 0, [])


def test_two_deployers_at_once_take_turns(crm: Crm) -> None:
    edit(crm.program, "template.yaml", "Default: 14", "Default: 30")
    ended: list[Ended] = []
    threads = [threading.Thread(target=lambda: ended.append(crm.deploy())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = sorted((effects(run) for run in ended), key=len)
    assert done == [set(), {("update", f"{name.title()}Logs") for name in FUNCTIONS}]


def test_one_line_of_the_front_end_publishes_the_site_alone(crm: Crm) -> None:
    old = crm.get("/").body
    edit(crm.program, "web/src/Board.jsx", "Next appointments", "Appointments to come")
    assert effects(crm.deploy()) == set()
    done = crm.publish()
    assert done["built"]
    assert (done["uploaded"], done["removed"], done["invalidated"]) == (2, 0, ["/index.html", "/"])
    page = crm.get("/").body.decode()
    script = next(part for part in page.split('"') if part.endswith(".js"))
    assert b"Appointments to come" in crm.get(script).body
    before = next(part for part in old.decode().split('"') if part.endswith(".js"))
    assert crm.get(before).header("Content-Type") == "text/javascript; charset=utf-8", (
        "for tabs that are open"
    )


def test_the_release_before_comes_back_as_it_was(crm: Crm) -> None:
    edit(crm.program, "web/index.html", "<title>Revive CRM</title>", "<title>Broken</title>")
    assert crm.publish()["invalidated"] == ["/index.html", "/"]
    assert b"<title>Broken</title>" in crm.get("/").body
    assert crm.publish("rollback", "web")["release"] == 4
    shown = crm.program("site", "show")
    assert [line.split()[0] for line in shown.out.splitlines()[2:]] == ["4", "3", "2", "1"]
    edit(crm.program, "web/index.html", "<title>Broken</title>", "<title>Revive CRM</title>")
    assert b"<title>Revive CRM</title>" in crm.get("/").body


def test_one_function_is_one_code_update_and_the_site_is_left_alone(crm: Crm) -> None:
    edit(crm.program, "functions/contacts/app.py", 'note("contact added"', 'note("contact"')
    assert effects(crm.deploy()) == {("update", "ContactsFunction")}
