"""What carrying out a plan needs beside it: values that a plan, which is shown and stored, cannot hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fairway.aws.provider import Live, Owner
from fairway.model.graph import Output, Resource
from fairway.model.journal import Done, Revived
from fairway.model.values import Json, Properties


@dataclass(frozen=True)
class Target:
    """A resource as it should be: its properties with name and tags, references still in them.

    `protected`, `origin` and `untagged` are recorded with it.
    """

    resource: Resource
    owner: Owner
    properties: Properties = field(repr=False)
    protected: bool = False
    origin: str = ""
    untagged: bool = False


@dataclass(frozen=True)
class Desired:
    """`targets` are of the generation in place, `successors` of the next one, where a replacement may come.

    `live` is what AWS answered when the plan was made. `clears` names, by address, the leftovers that
    hold the name of what is to be made there. What is in `delete_first` cannot exist beside its successor.
    `first` is what stands elsewhere than state says: leftovers in their old places, and existing resources
    that are taken over. `standing` are the sealed properties of what stays as it is, where nothing has to be
    waited for to know them.
    """

    targets: Mapping[str, Target] = field(default_factory=dict)
    successors: Mapping[str, Target] = field(default_factory=dict)
    outputs: Mapping[str, Output] = field(default_factory=dict)
    live: Mapping[str, Live] = field(default_factory=dict)
    clears: Mapping[str, frozenset[str]] = field(default_factory=dict)
    delete_first: frozenset[str] = frozenset()
    first: tuple[Revived | Done, ...] = ()
    standing: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
