"""Tells people what happened, through Apprise. Who is not reached is a warning: it stops no deployment."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import Any

from fairway.model.errors import Failed, FairwayError, Finding, WrongInput
from fairway.model.events import Emit, Event, Warned, to_json
from fairway.model.news import News, NewsKind
from fairway.project.names import filled
from fairway.project.settings import NotifySettings, Project

Read = Callable[[Sequence[Mapping[str, Any]]], News | None]
"""What the last of a run's events, as JSON, is news of."""
_SECONDS = 20.0
"""How long an answer is waited for; Apprise gives most services four to connect and four to answer."""
_TRY = "try it with `fairway notify test`"
_TONES: Mapping[NewsKind, str] = {
    "succeeded": "success",
    "failed": "failure",
    "rolled-back": "warning",
    "drift": "warning",
}


def told_in(project: Project, environment: str) -> tuple[NotifySettings, ...]:
    """Those who are told of what happens in an environment."""
    return tuple(each for each in project.notify if not each.environments or environment in each.environments)


def known_names(project: Project, environment: str, environ: Mapping[str, str]) -> Mapping[str, str]:
    """What the names in their URLs stand for."""
    variables = {f"env.{name}": value for name, value in environ.items()}
    return {**variables, "environment": environment, "project": project.name}


def notify(people: Sequence[NotifySettings], news: News, known: Mapping[str, str]) -> tuple[Finding, ...]:
    """Tell all who want such news, at once. Returns a warning, without its URL, for each not reached."""
    wanted = [each for each in people if not each.on or news.kind in each.on]
    if not wanted:
        return ()
    pool = ThreadPoolExecutor(len(wanted), thread_name_prefix="notify")
    sent = [pool.submit(send, each, news, known) for each in wanted]
    pool.shutdown(wait=False)
    return tuple(
        found for each, future in zip(wanted, sent, strict=True) if (found := _outcome(each, future))
    )


def send(to: NotifySettings, news: News, known: Mapping[str, str]) -> None:
    """Send one message. Raises Failed or WrongInput where that did not work; no error holds the URL."""
    apprise = _apprise()
    asset = apprise.AppriseAsset(app_id="Fairway", app_desc="Fairway", app_url="")
    service = apprise.Apprise(asset=asset)
    if not service.add(_url(to, known)):
        raise WrongInput(
            "notify.url",
            f"the URL of [notify.{to.name}] is of no kind that Apprise knows",
            where=to.location,
            next="see docs/notifications.md for the forms of common services",
        )
    body, tone = "\n".join(news.lines) or news.title, _TONES.get(news.kind, "info")
    with _heard() as said:
        reached = service.notify(title=news.title, body=body, notify_type=tone)
    if not reached:
        raise Failed(
            "notify.not-sent", f"{to.name} was not told", where=to.location, why=_why(said), next=_TRY
        )


def _url(to: NotifySettings, known: Mapping[str, str]) -> str:
    """Raises WrongInput for a name that nothing is known by, in words that do not hold the rest."""
    try:
        return filled(to.url, known)
    except WrongInput as error:
        what = f"the URL of [notify.{to.name}] has a name that nothing is known by"
        raise WrongInput("notify.url", what, where=to.location, next=error.next) from None


@contextmanager
def _heard() -> Iterator[list[str]]:
    """What Apprise logs on this thread: others send at the same time."""
    said: list[str] = []
    thread = threading.get_ident()

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == thread:
                said.append(record.getMessage())

    ear = Ear(logging.WARNING)
    logger = logging.getLogger("apprise")
    logger.addHandler(ear)
    try:
        yield said
    finally:
        logger.removeHandler(ear)


def _why(said: Sequence[str]) -> str:
    """The status alone: what else Apprise logs may hold the URL, which is a secret."""
    if found := re.search(r"error=(\d{3})", "\n".join(said)):
        return f"the service answered with status {found[1]}"
    return "the service could not be reached"


@cache
def _apprise() -> Any:
    """The library, which is an extra; what it logs stays off the terminal. Raises Failed without it."""
    try:
        import apprise
    except ImportError:
        raise Failed(
            "notify.not-installed",
            "notifications need the library Apprise",
            next="pip install 'fairway[notify]'",
        ) from None
    logger = logging.getLogger("apprise")
    logger.propagate = False
    logger.addHandler(logging.NullHandler())
    return apprise


def _outcome(to: NotifySettings, sent: Future[None]) -> Finding | None:
    try:
        sent.result(timeout=_SECONDS)
    except FairwayError as error:
        return Finding(error.code, error.what, to.location, error.why, error.next, "warning")
    except TimeoutError:
        why = f"the service has not answered for {_SECONDS:.0f} s"
        return _not_sent(to, why)
    except Exception as error:  # a bug of a plugin of Apprise must not end a deployment
        why = f"Apprise failed with {type(error).__name__}"
        return _not_sent(to, why)
    return None


def _not_sent(to: NotifySettings, why: str) -> Finding:
    return Finding("notify.not-sent", f"{to.name} was not told", to.location, why, _TRY, "warning")


class Notifier:
    """A reader of a run's events, which tells people what they are news of.

    That a run began is sent while it goes on; every other message before the event itself goes on to `warn`'s
    reader, so that what did not work is told before the run's end.
    """

    def __init__(
        self, people: Sequence[NotifySettings], read: Read, known: Mapping[str, str], warn: Emit
    ) -> None:
        self._people, self._read, self._known, self._warn = people, read, known, warn
        self._events: list[Mapping[str, Any]] = []
        self._behind = ThreadPoolExecutor(1, thread_name_prefix="notify")
        self._begun: list[Future[tuple[Finding, ...]]] = []

    def __call__(self, event: Event) -> None:
        self._events.append(to_json(event))
        news = self._read(self._events)
        if news is None:
            return
        if news.kind == "started":
            self._begun.append(self._behind.submit(notify, self._people, news, self._known))
            return
        begun, self._begun = self._begun, []
        found = [finding for each in begun for finding in each.result()]
        found += notify(self._people, news, self._known)
        for finding in dict.fromkeys(found):
            self._warn(Warned(event.at, finding))

    def close(self) -> None:
        """Nobody is told any more; what is being sent is sent."""
        self._behind.shutdown(wait=False)
