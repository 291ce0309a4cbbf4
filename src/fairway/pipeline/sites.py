"""The project's sites, published once the stacks that they name are there, and taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from fairway.model.decision import Decision, Kind
from fairway.model.events import Decided, SitePublished
from fairway.model.results import Ending
from fairway.model.site import stack_of
from fairway.pipeline.delivery import Delivery
from fairway.pipeline.folder import SiteRecord
from fairway.pipeline.subject import subject
from fairway.project.names import outputs_in
from fairway.project.settings import SiteSettings

if TYPE_CHECKING:
    from fairway.stacks.sites import SiteRequest


def publish_sites(delivery: Delivery) -> Ending:
    """Publish every site that this run is about; `nothing` where nothing of them differed."""
    published = [
        _publish(delivery, site) for site in delivery.project.sites.values() if _is_meant(delivery, site)
    ]
    changed = any(each.uploaded or each.removed or each.invalidated for each in published)
    return "done" if changed else "nothing"


def decide_sites(delivery: Delivery) -> Mapping[str, Decision]:
    """Build every site that this run is about, and tell what is to be done with it; by the names that they
    have beside the stacks. Changes nothing. Raises InvalidDefinition for a build that fails.
    """
    found: dict[str, Decision] = {}
    for site in delivery.project.sites.values():
        if _is_meant(delivery, site):
            decision = found[stack_of(site.name)] = _decision(delivery, site)
            delivery.emit(Decided(delivery.now, decision, stack=stack_of(site.name)))
    return found


def _decision(delivery: Delivery, site: SiteSettings) -> Decision:
    """Without the outputs that its build takes, a site cannot be built before those are there."""
    from fairway.pipeline.decision import decide_site
    from fairway.stacks.sites import build_declared_site

    if missing := _missing_outputs(delivery, site):
        reasons = (f"its build takes {each}, which is not there yet" for each in missing)
        return Decision(Kind.LATER, tuple(reasons))
    target = delivery.target(delivery.all_stacks[0])
    return decide_site(build_declared_site(delivery.project, site.name, target, delivery.ports))


def _missing_outputs(delivery: Delivery, site: SiteSettings) -> Sequence[str]:
    taken = sorted({each for text in site.environment.values() for each in outputs_in(text)})
    states = subject(delivery).states if taken else {}
    return [
        f"{stack}.{output}"
        for stack, output in taken
        if stack not in states or output not in states[stack].outputs
    ]


def take_back(delivery: Delivery, name: str, noted: SiteRecord) -> None:
    """Put back what a site was before this run published it. Raises Failed where somebody else did since."""
    from fairway.stacks.sites import take_back_site

    number = noted.before + 1 if noted.after is None else noted.after
    take_back_site(_request(delivery, name), delivery.ports, noted.before, number)
    delivery.folder.note_site(name, SiteRecord(noted.before, noted.before))


def _is_meant(delivery: Delivery, site: SiteSettings) -> bool:
    """A run of some stacks leaves the sites of the others alone."""
    texts = (site.bucket, site.distribution, *site.environment.values())
    named = {stack for text in texts for stack, _ in outputs_in(text)}
    return not named or not named.isdisjoint(delivery.stacks)


def _publish(delivery: Delivery, site: SiteSettings) -> SitePublished:
    """What was there is noted before: a publication may fail, or be cut off, half way."""
    from fairway.stacks.sites import publish_site, site_state

    request, folder = _request(delivery, site.name), delivery.folder
    noted = folder.record().sites.get(site.name)
    if noted is None:
        current = site_state(request).current
        noted = SiteRecord(current.number if current else 0)
        folder.note_site(site.name, noted)
    done = publish_site(request, delivery.ports)
    folder.note_site(site.name, SiteRecord(noted.before, done.release))
    return done


def _request(delivery: Delivery, name: str) -> SiteRequest:
    from fairway.stacks.sites import declared_site_request

    target = delivery.target(delivery.all_stacks[0])
    return declared_site_request(delivery.project, name, target, delivery.ports.present)
