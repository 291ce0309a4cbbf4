"""What the stacks and environments of a first file are called, and which facts belong to which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fairway.project.init.facts import Configured, Deploying, Survey, Template
from fairway.project.names import name_from
from fairway.project.settings import LOCAL

_DEFAULT = "default"
_DEVELOPMENT = "dev"
_USUAL_STEMS = frozenset({"template", "cloudformation", "cfn", "main", "stack", "sam", "index"})
_BY_BRANCH = {
    "main": "prod",
    "master": "prod",
    "production": "prod",
    "develop": _DEVELOPMENT,
    "stage": "staging",
}


@dataclass(frozen=True)
class Place:
    """An environment; `signs` are the files that tell of it, `others` are more branches that go there."""

    name: str
    branch: str = ""
    region: str = ""
    account: str = ""
    signs: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def with_(self, other: Place) -> Place:
        """What this one lacks is taken from the other."""
        return Place(
            self.name,
            self.branch or other.branch,
            self.region or other.region,
            self.account or other.account,
            tuple(dict.fromkeys((*self.signs, *other.signs))),
            (*self.others, *self._another(other.branch)),
        )

    def _another(self, branch: str) -> tuple[str, ...]:
        return () if branch in ("", self.branch or branch, *self.others) else (branch,)


def stack_names(found: Survey) -> Mapping[str, Template]:
    """The templates by the names of their stacks: each the first that nothing else has."""
    named: dict[str, Template] = {}
    for template in found.templates:
        name = next(each for each in _names(found, template) if each not in named)
        named[name] = template
    return named


def _names(found: Survey, template: Template) -> Iterator[str]:
    at_top, stem = not template.path.parent.name, template.path.stem
    if at_top and found.known_as:
        yield found.known_as
    yield from _configured_names(settings_of(found, template))
    own = "" if stem.lower() in _USUAL_STEMS else stem
    yield name_from(own or template.path.parent.name or found.name)
    yield name_from(f"{template.path.parent.name or found.name}-{stem}")
    name = name_from("-".join([*template.path.parent.parts, stem]))
    yield name
    yield from (f"{name}-{number}" for number in range(2, len(found.templates) + 2))


def _configured_names(configured: tuple[Configured, ...]) -> Iterator[str]:
    """The one name that samconfig gives, without the environment where that is a part of it."""
    names = {each.stack.removesuffix(f"-{each.environment}") for each in configured if each.stack}
    if len(names) == 1:
        yield name_from(names.pop())


def settings_of(found: Survey, template: Template) -> tuple[Configured, ...]:
    """What samconfig says of a template: it stands beside the one that it is for."""
    beside = [each for each in found.templates if each.path.parent == template.path.parent]
    usual = [each for each in beside if each.path.stem == "template"] or beside
    if template not in usual[:1]:
        return ()
    return tuple(each for each in found.configured if each.path.parent == template.path.parent)


def places(found: Survey) -> Mapping[str, Place]:
    """The environments, by name."""
    made: dict[str, Place] = {}
    for deploying in found.deploying:
        _add(made, _of_job(deploying))
    own = [each for each in found.configured if not is_for_all(each)]
    for configured in own:
        _add(made, _of_settings(configured, name_from(configured.environment)))
    for configured in found.configured:
        if is_for_all(configured) and configured.region:
            _add(made, _of_settings(configured, _default_place(made, own)))
    return made


def _default_place(made: Mapping[str, Place], own: Sequence[Configured]) -> str:
    """What samconfig's default is: the only environment there is, where it says no more of that, or `dev`."""
    return next(iter(made)) if len(made) == 1 and not own else _DEVELOPMENT


def is_for_all(configured: Configured) -> bool:
    """Whether what it says holds wherever nothing else is said."""
    return configured.environment == _DEFAULT


def _of_settings(configured: Configured, name: str) -> Place:
    return Place(name, region=configured.region, signs=(str(configured.path),))


def _of_job(job: Deploying) -> Place:
    name = job.environment or _BY_BRANCH.get(job.branch, job.branch)
    return Place(name_from(name), job.branch, job.region, job.account, (str(job.path),))


def _add(made: dict[str, Place], place: Place) -> None:
    if place.name != LOCAL:
        made[place.name] = made[place.name].with_(place) if place.name in made else place
