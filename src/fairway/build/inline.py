"""Code written in the template itself, as CloudFormation packs it [docs:cfn Function Code, ZipFile]."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from fairway.build.faults import rejected
from fairway.build.files import File
from fairway.build.runtimes import language
from fairway.model.values import Asset

_RESOURCES = Path(__file__).parent / "resources"
_FILES = {"python": "index.py", "nodejs": "index.js"}
_PYTHON_IMPORT = re.compile(r"^\s*(?:import|from)\s.*\bcfnresponse\b", re.M)
_NODE_IMPORT = re.compile(r"""['"]cfn-response['"]""")


def inline_files(asset: Asset) -> tuple[File, ...]:
    """`index` with the code, and the module that answers custom resources where the code uses it.

    Raises Rejected for a runtime that has no inline code.
    """
    name = _FILES.get(language(asset.runtime))
    if not name:
        runtime = asset.runtime or "without a runtime"
        what = f"inline code is for Python and Node.js; {asset.address} is {runtime}"
        raise rejected("build.inline", what, next="put the code into a file and name its folder")
    index = File(name, asset.content.encode())
    if name == "index.py":
        return (index, _module("cfnresponse.py")) if _PYTHON_IMPORT.search(asset.content) else (index,)
    if not _NODE_IMPORT.search(asset.content):
        return (index,)
    return (index, _module("cfn-response.js").under("node_modules/"))


@cache
def _module(name: str) -> File:
    return File(name, (_RESOURCES / name).read_bytes())
