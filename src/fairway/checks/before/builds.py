"""The programs that the builds of a definition need must be there."""

from __future__ import annotations

import shutil

from fairway.build.faults import Rejected
from fairway.build.node import NodePackages
from fairway.build.recipe import recipe
from fairway.checks.before.intended import Intended
from fairway.checks.outcome import Outcome, failed, passed
from fairway.checks.subject import Subject
from fairway.model.values import Asset
from fairway.stacks.read import assets


def check(intended: Intended, subject: Subject) -> Outcome:
    """npm where packages of Node.js are installed; what builds for Python needs comes with Fairway."""
    wanted = [asset for asset in assets(intended.definition) if _needs_npm(asset)]
    if not wanted:
        return passed("nothing has to be installed for them")
    if found := shutil.which("npm", path=subject.environ.get("PATH")):
        return passed(f"npm: {found}")
    names = ", ".join(asset.address for asset in wanted)
    return failed(
        "npm is not installed",
        why=f"{names} have packages of Node.js",
        next="install Node.js, which brings npm",
    )


def _needs_npm(asset: Asset) -> bool:
    try:
        made = recipe(asset)
    except Rejected:  # the definition's own check tells it
        return False
    return bool(made.bundle) or isinstance(made.packages, NodePackages)
