"""Notifications through Apprise, received by a real server."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.pipeline.receiver import Receiver, receiving, self_signed

from fairway.model.errors import Failed
from fairway.model.events import ApplyStarted, DeploymentFinished, DeploymentStarted, Event, Warned
from fairway.model.news import News
from fairway.pipeline import notify as notifications
from fairway.pipeline.notify import Notifier, known_names, notify, send, told_in
from fairway.project.settings import NotifySettings, Project

NEWS = News("failed", "shop: deploy in prod failed", ("Table create failed", "next: allow it"))
TOKEN = "abcdefghijklmnopqrstuvwx"


@pytest.fixture
def service() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def json_to(service: Receiver, name: str = "team", path: str = "hook") -> NotifySettings:
    return NotifySettings(name, f"json://127.0.0.1:{service.port}/{path}")


def test_a_webhook_gets_title_text_and_tone(service: Receiver) -> None:
    assert notify([json_to(service)], NEWS, {}) == ()
    assert service.paths == ["/hook"]
    [body] = service.bodies
    assert (body["title"], body["type"]) == ("shop: deploy in prod failed", "failure")
    assert body["message"] == "Table create failed\nnext: allow it"


def test_the_form_of_slack_and_mattermost_has_one_text(service: Receiver) -> None:
    assert notify([NotifySettings("chat", f"mmost://127.0.0.1:{service.port}/{TOKEN}")], NEWS, {}) == ()
    assert service.paths == [f"/hooks/{TOKEN}"]
    assert "shop: deploy in prod failed" in service.bodies[0]["text"]
    assert "next: allow it" in service.bodies[0]["text"]


def test_the_form_of_teams_is_an_adaptive_card(tmp_path: Path) -> None:
    with receiving(self_signed(tmp_path)) as service:
        url = f"workflows://127.0.0.1:{service.port}/{'a' * 32}/{'S' * 43}/?verify=no"
        assert notify([NotifySettings("teams", url)], NEWS, {}) == ()
    [attached] = service.bodies[0]["attachments"]
    assert attached["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert "shop: deploy in prod failed" in str(attached["content"])


def test_a_url_takes_its_secret_from_the_environment(service: Receiver) -> None:
    known = known_names(Project(name="shop"), "prod", {"HOOK": f"127.0.0.1:{service.port}"})
    assert notify([NotifySettings("team", "json://${env.HOOK}/${project}-${environment}")], NEWS, known) == ()
    assert service.paths == ["/shop-prod"]


def test_only_those_are_told_who_want_such_news(service: Receiver) -> None:
    people = (
        NotifySettings("a", json_to(service, path="a").url, on=("failed",)),
        NotifySettings("b", json_to(service, path="b").url, on=("succeeded", "drift")),
        NotifySettings("c", json_to(service, path="c").url, environments=("dev",)),
        json_to(service, path="d"),
    )
    chosen = told_in(Project(notify=people), "prod")
    assert notify(chosen, NEWS, {}) == ()
    assert sorted(service.paths) == ["/a", "/d"]


def test_who_is_not_reached_is_warned_of_without_the_url(service: Receiver) -> None:
    service.status = 503
    nobody = NotifySettings("nobody", "json://127.0.0.1:9/secret-path")
    unknown = NotifySettings("unknown", "carrier-pigeon://secret-path")
    unset = NotifySettings("unset", "json://secret-path/${env.NOT_SET}")
    found = notify([json_to(service, path="secret-path"), nobody, unknown, unset], NEWS, {})
    assert [(each.code, each.why, each.severity) for each in found] == [
        ("notify.not-sent", "the service answered with status 503", "warning"),
        ("notify.not-sent", "the service could not be reached", "warning"),
        ("notify.url", "", "warning"),
        ("notify.url", "", "warning"),
    ]
    assert "set the environment variable NOT_SET" in found[3].next
    assert "secret-path" not in repr(found)


def test_nothing_of_it_reaches_the_terminal(service: Receiver, capfd: pytest.CaptureFixture[str]) -> None:
    service.status = 500
    notify([json_to(service), NotifySettings("bad", "carrier-pigeon://x")], NEWS, {})
    assert capfd.readouterr() == ("", "")


def test_without_the_library_the_command_that_installs_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    notifications._apprise.cache_clear()
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(Failed) as raised:
        send(NotifySettings("team", "json://127.0.0.1:9"), NEWS, {})
    assert (raised.value.code, raised.value.next) == ("notify.not-installed", "pip install 'fairway[notify]'")


def kinds(events: object) -> News | None:
    """A reader that tells of beginnings and ends."""
    assert isinstance(events, list)
    last = events[-1]["event"]
    return {"ApplyStarted": News("started", "begun"), "DeploymentFinished": NEWS}.get(last)


END = DeploymentFinished(9.0, "failed", 9.0, {}, {}, {})
RUN: tuple[Event, ...] = (
    DeploymentStarted(0.0, "shop", "prod", "deploy", "eu-central-1"),
    ApplyStarted(1.0, 1),
    END,
)


def test_a_run_is_followed_by_its_events(service: Receiver) -> None:
    warned: list[Event] = []
    notifier = Notifier([json_to(service)], kinds, {}, warned.append)
    for event in RUN:
        notifier(event)
    notifier.close()
    assert [body["title"] for body in service.bodies] == ["begun", NEWS.title]
    assert warned == []


def test_what_did_not_work_is_told_once_and_before_the_end(service: Receiver) -> None:
    service.status = 500
    heard: list[Event] = []
    notifier = Notifier([json_to(service)], kinds, {}, heard.append)
    for event in RUN:
        notifier(event)
        heard.append(event)
    notifier.close()
    assert [type(event).__name__ for event in heard[1:]] == ["ApplyStarted", "Warned", "DeploymentFinished"]
    assert isinstance(heard[2], Warned)
    assert heard[2].finding.code == "notify.not-sent"
