"""A folder with what the Python runtimes of Lambda have built in: boto3 and what it needs, nothing else."""

from __future__ import annotations

import importlib.util
from pathlib import Path

# docs: lambda/latest/dg/lambda-python.html: the runtimes include boto3 and its dependencies
PACKAGES = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six")


def make_builtin(folder: Path) -> Path:
    """Link those packages, wherever this Python has them, into `folder`; returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PACKAGES:
        found = importlib.util.find_spec(name)
        if not found or not found.origin:
            continue
        source = Path(found.origin)
        target = source.parent if found.submodule_search_locations else source
        link = folder / target.name
        link.unlink(missing_ok=True)
        link.symlink_to(target)
    return folder
