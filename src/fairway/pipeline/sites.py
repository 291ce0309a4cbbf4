"""The project's sites, published once the stacks that they name are there."""

from __future__ import annotations

from fairway.model.events import SitePublished
from fairway.pipeline.delivery import Delivery, Ending
from fairway.project.names import outputs_in
from fairway.project.settings import SiteSettings


def publish_sites(delivery: Delivery) -> Ending:
    """Publish every site that this run is about; `nothing` where nothing of them differed."""
    published = [
        _publish(delivery, site) for site in delivery.project.sites.values() if _is_meant(delivery, site)
    ]
    changed = any(each.uploaded or each.removed or each.invalidated for each in published)
    return "done" if changed else "nothing"


def _is_meant(delivery: Delivery, site: SiteSettings) -> bool:
    """A run of some stacks leaves the sites of the others alone."""
    texts = (site.bucket, site.distribution, *site.environment.values())
    named = {stack for text in texts for stack, _ in outputs_in(text)}
    return not named or not named.isdisjoint(delivery.stacks)


def _publish(delivery: Delivery, site: SiteSettings) -> SitePublished:
    from fairway.stacks.sites import declared_site_request, publish_site

    target = delivery.target(delivery.all_stacks[0])
    request = declared_site_request(delivery.project, site.name, target, delivery.ports.present)
    return publish_site(request, delivery.ports)
