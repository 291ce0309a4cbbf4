"""What a command does with one site: build it, hold its lease, publish it, go back to an earlier release."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from fairway.aws.calls import Caller
from fairway.build.cache import Cache
from fairway.build.site import SiteSource, build_site
from fairway.model.errors import Failed, FairwayError, WrongInput
from fairway.model.events import SitePublished
from fairway.model.site import Release, SiteState, stack_of
from fairway.model.values import Artifact
from fairway.project.names import filled
from fairway.project.settings import Project, SiteSettings
from fairway.rollout.sites import Destination, Shelf, publish, withdraw
from fairway.sources.findings import suggest
from fairway.stacks.connect import caller
from fairway.stacks.known import Known, outputs_at
from fairway.stacks.prepare import build_folder
from fairway.stacks.request import Target
from fairway.stacks.run import Ports, Run
from fairway.stacks.storage import open_store
from fairway.stacks.turn import turn


@dataclass(frozen=True)
class SiteRequest:
    """A site to publish: `source` is built, to `bucket` and the `distribution` before it (an id), if any.

    `target` says which AWS and where state is; the stack that it names does not matter. `immutable` as in
    `fairway.project.settings.SiteSettings`. The texts have no names in them any more.
    """

    source: SiteSource
    target: Target
    bucket: str
    distribution: str = ""
    immutable: tuple[str, ...] = ()

    @property
    def own_target(self) -> Target:
        """The target under the name that the site has beside the stacks."""
        return replace(self.target, stack=stack_of(self.source.name))


def site_request(
    site: SiteSettings,
    folder: Path,
    target: Target,
    fill: Callable[[str], str],
    present: Callable[[str], str] = lambda text: text,
) -> SiteRequest:
    """The request for a site of a project whose file is in `folder`; `fill` fills the names in its texts.

    `present`, as in `Ports`, makes the build's variables what a browser can use: they end in it.
    """
    source = _source(site, folder, fill, present)
    return SiteRequest(source, target, fill(site.bucket), fill(site.distribution), site.immutable)


def _source(
    site: SiteSettings, folder: Path, fill: Callable[[str], str], present: Callable[[str], str]
) -> SiteSource:
    environment = {name: present(fill(text)) for name, text in site.environment.items()}
    return SiteSource(site.name, folder / site.folder, site.build, site.output, environment, site.location)


def declared_site_request(
    project: Project, name: str, target: Target, present: Callable[[str], str] = lambda text: text
) -> SiteRequest:
    """The request for a site that the project declares: the only one, where no name is given.

    The names in its texts stand for what the target's environment has. Raises WrongInput for a site that
    there is not, and for a name that nothing is known by.
    """
    site = _declared(project, name)
    return site_request(site, project.folder, target, _fill(project, target), present)


def _fill(project: Project, target: Target) -> Callable[[str], str]:
    known = Known(project, target.environment, caller(target).session, outputs_at(target))
    return lambda text: filled(text, known)


def _declared(project: Project, name: str) -> SiteSettings:
    if not name and len(project.sites) == 1:
        return next(iter(project.sites.values()))
    if name in project.sites:
        return project.sites[name]
    what = f"{project.file_name} declares no site {name}" if name else "no site is named"
    there = f"it declares {', '.join(project.sites)}" if project.sites else "add [sites.NAME]: docs/sites.md"
    raise WrongInput("site.name", what, next=suggest(name, project.sites) or there)


@dataclass(frozen=True)
class SiteOffline:
    """A site, built, beside what is recorded of it."""

    artifact: Artifact
    state: SiteState

    @property
    def is_published(self) -> bool:
        """Whether what was built is what was published last."""
        current = self.state.current
        return current is not None and current.digest == self.artifact.digest


def build_declared_site(project: Project, name: str, target: Target, ports: Ports) -> SiteOffline:
    """Build a site that the project declares. Changes nothing. Raises as `build_site`, and WrongInput for a
    name that nothing is known by in the variables of its build.
    """
    source = _source(_declared(project, name), project.folder, _fill(project, target), ports.present)
    artifact = build_site(source, build_folder(target), ports.emit, clock=ports.clock)
    return SiteOffline(artifact, _state(target, name))


def publish_site(request: SiteRequest, ports: Ports) -> SitePublished:
    """Build the site and publish what differs; writes nothing where nothing does.

    Raises as `build_site` and `publish` do, and Failed (`state.locked`) when somebody else publishes it for
    longer than the run waits.
    """
    folder = build_folder(request.target)
    artifact = build_site(request.source, folder, ports.emit, clock=ports.clock)
    with _at_work("publish", request, ports) as work:
        return work.publish(artifact, work.run.origin.commit)


def roll_back_site(request: SiteRequest, ports: Ports, number: int = 0) -> SitePublished:
    """Publish an earlier release again, the one before the present one unless a number is given.

    It becomes the newest release. Raises WrongInput when there is no such release, Failed when its files are
    not kept any more.
    """
    with _at_work("rollback", request, ports) as work:
        release = _release(work.shelf.file.load(), number)
        return work.publish(_fetched(release.digest, work.shelf, request.target), release.commit)


def take_back_site(request: SiteRequest, ports: Ports, before: int, number: int) -> None:
    """Put back the release `before` the publication that made the release `number`; nothing where that is 0.

    Raises Failed where another publication came after it.
    """
    with _at_work("rollback", request, ports) as work:
        state = work.shelf.file.load()
        there = state.current.number if state.current else 0
        if there == before:
            return
        if there != number:
            raise Failed(
                "rollback.overtaken",
                f"release {number} of the site {request.source.name} is not the last one any more, and stays",
                next="see `fairway site show`; `fairway site rollback` goes back from what is there now",
            )
        if before:
            release = _release(state, before)
            work.publish(_fetched(release.digest, work.shelf, request.target), release.commit)
        else:
            work.withdraw()


def site_state(request: SiteRequest) -> SiteState:
    """What is known of the site: its releases, and what is in its bucket."""
    return _state(request.target, request.source.name)


def _state(target: Target, site: str) -> SiteState:
    return open_store(target).site(target.environment, stack_of(site)).load()


@dataclass(frozen=True)
class _Work:
    """One run's turn at a site."""

    run: Run
    request: SiteRequest
    caller: Caller
    shelf: Shelf

    @property
    def where(self) -> Destination:
        request = self.request
        return Destination(
            request.source.name,
            request.bucket,
            request.distribution,
            request.immutable,
            settled=request.target.until == "settled",
        )

    def publish(self, artifact: Artifact, commit: str) -> SitePublished:
        run = self.run
        return publish(
            self.where, artifact, self.caller, self.shelf, run.emit, clock=run.ports.clock, commit=commit
        )

    def withdraw(self) -> SitePublished:
        run = self.run
        return withdraw(self.where, self.caller, self.shelf, run.emit, clock=run.ports.clock)


@contextmanager
def _at_work(command: str, request: SiteRequest, ports: Ports) -> Iterator[_Work]:
    """A run that holds the site's lease and tells how it ended."""
    target = request.own_target
    run = Run(command, target, ports, request.source.folder)
    with turn(run, open_store(target, ports.interruption)) as (store, lease):
        calls = caller(target, ports.interruption, guard=lease.check)
        file = store.site(target.environment, target.stack)
        shelf = Shelf(file, store.artifacts(target.environment, target.stack))
        try:
            yield _Work(run, request, calls, shelf)
        except FairwayError as error:
            run.finish("failed", None, calls=calls.session.count.summary(), error=str(error))
            raise
        written = calls.session.count.writes > 0
        run.finish("succeeded" if written else "unchanged", None, calls=calls.session.count.summary())


def _release(state: SiteState, number: int) -> Release:
    """The release to go back to. Raises WrongInput when there is none."""
    if not number and len(state.releases) > 1:
        return state.releases[-2]
    for release in state.releases:
        if release.number == number:
            return release
    kept = ", ".join(str(release.number) for release in state.releases) or "none"
    what = f"there is no release {number} of the site" if number else "there is no earlier release"
    raise WrongInput("site.release", what, next=f"those that are kept: {kept}")


def _fetched(digest: str, shelf: Shelf, target: Target) -> Artifact:
    """The files of a kept release, on this machine."""
    builds = Cache(build_folder(target))
    builds.fetched(digest, lambda: shelf.artifacts.get(digest))
    path = builds.path_of(digest)
    return Artifact(digest, str(path), path.stat().st_size)
