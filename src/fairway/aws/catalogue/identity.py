"""The way back from what people and CloudFormation call a resource to the names that identify it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fairway.aws.catalogue.declaration import ResourceType
from fairway.model.values import Properties

_NAME = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.|]*)\}")
_FORMS = {"Arn": "arn:", "Url": "http"}
"""How an identifier begins whose name ends so."""


def is_identifier(declared: ResourceType, named: str) -> bool:
    """Whether a text has the form of the type's identifier."""
    if len(declared.identity) > 1:
        return named.count("|") >= len(declared.identity) - 1
    return _has_form(declared.identity[0], named)


def follows(declared: ResourceType, properties: Properties) -> bool:
    """Whether a thing without a name of its own is identified by what the definition says already."""
    return declared.naming is None and all(properties.get(name) is not None for name in declared.identity)


def _has_form(name: str, text: str) -> bool:
    begins = next((form for end, form in _FORMS.items() if name.endswith(end)), "")
    return text.startswith(begins)


def names_told(declared: ResourceType, named: str) -> Mapping[str, str]:
    """The names that follow when `named` is what `Ref` returns, or else the physical name.

    CloudFormation calls that the physical id (docs:CloudFormation template reference, "Return values").
    """
    template = declared.ref or f"{{{declared.identity[0]}}}"
    # names stand at the odd places
    parts = _NAME.split(template)
    pattern = "".join("(.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
    found = re.fullmatch(pattern, named)
    groups = zip(parts[1::2], found.groups(), strict=True) if found else ()
    told = {name: text for name, text in groups if _has_form(name, text)}
    if declared.naming and not is_identifier(declared, named):
        told[declared.naming.property] = named.rpartition("|")[2]
    return told
