"""Nested stacks: what the templates say that a template nests becomes part of its own graph.

No stack of CloudFormation's is made, so a nested one is only a way of writing: its resources stand at
`<logical id>.<their own>`, its outputs are the values they hold, and a change of one of its resources is that
change and no other. The language is that of the CloudFormation User Guide, "Nested stacks".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fairway.model.errors import WrongInput
from fairway.model.graph import Definition, Output, Resource, keeps
from fairway.model.values import Value, references
from fairway.sources.cloudformation.resources import build_resource, check_resource
from fairway.sources.cloudformation.result import BROKEN
from fairway.sources.cloudformation.tree import Node
from fairway.sources.findings import Findings, suggest
from fairway.sources.inputs import Inputs, Nesting

if TYPE_CHECKING:
    from fairway.sources.cloudformation.evaluator import Evaluator

STACK = "AWS::CloudFormation::Stack"
ReadTemplate = Callable[[Path, Inputs, Findings], Definition | None]
"""Reads a template file with all that it nests; None when its text cannot be read as a template, which is
reported. Raises WrongInput when the file cannot be read."""

_NOTHING = Definition("cloudformation", "", {})
"""Stands for a nested stack that is not created, or about which something was reported already."""
_OUTPUTS = "Outputs."
_REMOTE = re.compile(r"(s3|https?)://")
_NOT_CARRIED = {
    "NotificationARNs": "no stack of CloudFormation's is made that could notify anybody",
    "Tags": "only resources bear tags: give them to the resources of the nested template",
    "TimeoutInMinutes": "Fairway waits for each resource as long as its type may take",
}


class Nested:
    """The nested stacks of one template, each read when something first needs it."""

    def __init__(self, evaluator: Evaluator, read: ReadTemplate) -> None:
        self.exports: dict[str, Value] = {}
        """What the nested stacks that have been read export, by name."""
        self._evaluator = evaluator
        self._read = read
        self._names = frozenset(_names(evaluator.resources))
        self._under_way: list[str] = []
        self._children: dict[str, Definition] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def resources(self, name: str) -> tuple[Resource, ...]:
        """The resources of a nested stack, at their addresses in the whole graph."""
        return tuple(self._child(name).resources.values())

    def addresses(self, name: str) -> tuple[str, ...]:
        """What to wait for when something waits for a nested stack."""
        return tuple(self._child(name).resources)

    def exported(self) -> Iterator[Output]:
        """The outputs that nested stacks export, under names that are theirs alone."""
        for name, child in self._children.items():
            for output in child.outputs.values():
                if output.export is not None:
                    yield replace(output, name=f"{name}.{output.name}")

    def attribute(self, name: str, attribute: str) -> Value:
        """What `Ref` and `GetAtt` answer of a nested stack. Raises WrongInput for all but its outputs.

        As in CloudFormation, who uses an output waits for the nested stack: for what the output refers to or,
        where it is known already, for all of it.
        """
        if not attribute.startswith(_OUTPUTS):
            raise WrongInput(
                "template.nested",
                f"{name} is a nested stack, of which only outputs can be used",
                why="its resources are deployed with all others, and no stack of CloudFormation's is made",
                next=f"use Fn::GetAtt {name}.Outputs.NAME",
            )
        child, wanted = self._child(name), attribute.removeprefix(_OUTPUTS)
        if wanted in child.outputs and "." not in wanted:  # else it is an export of one that it nests
            value = child.outputs[wanted].value
            if not references(value):
                self._evaluator.waits.update(child.resources)
            return value
        if child is _NOTHING:
            return BROKEN
        raise WrongInput(
            "template.unknown-attribute",
            f"the nested stack {name} has no output {wanted}",
            why="it is not declared, or its condition is false",
            next=suggest(wanted, child.outputs),
        )

    def _child(self, name: str) -> Definition:
        if name in self._under_way:
            cycle = " → ".join([*self._under_way[self._under_way.index(name) :], name])
            where = self._evaluator.template.locate(("Resources", name))
            message = f"these nested stacks wait for each other: {cycle}"
            self._evaluator.findings.error("template.cycle", message, where)
            return _NOTHING
        if name not in self._children:
            self._under_way.append(name)
            block = self._block(name)
            self._children[name] = self._placed(name, block) if block else _NOTHING
            self._under_way.pop()
        return self._children[name]

    def _block(self, name: str) -> Resource | None:
        """What the template says of a nested stack; None when it is not created or cannot be read."""
        evaluator = self._evaluator
        block = build_resource(name, evaluator)
        if block is None:
            return None
        for key in sorted(_NOT_CARRIED.keys() & block.properties.keys()):
            message = f"{key} of a nested stack has no meaning here"
            where = block.locate((key,))
            evaluator.findings.error("template.nested", message, where, why=_NOT_CARRIED[key])
        carried = {key: value for key, value in block.properties.items() if key not in _NOT_CARRIED}
        block = replace(block, properties=carried)
        check_resource(block, name, evaluator)
        return block

    def _placed(self, name: str, block: Resource) -> Definition:
        file = self._file(block)
        if file is None:
            return _NOTHING
        try:
            child = self._read(file, self._inputs(name, block), self._evaluator.findings)
        except WrongInput as error:
            self._refuse(block, error.what, why=error.why)
            return _NOTHING
        if child is None:
            return _NOTHING
        resources = {address: _within(block, each) for address, each in child.resources.items()}
        outputs = child.outputs.values()
        self.exports |= {each.export: each.value for each in outputs if isinstance(each.export, str)}
        return replace(child, resources=resources)

    def _file(self, block: Resource) -> Path | None:
        """The local template that a nested stack names; None when there is none, which is reported."""
        url = block.properties.get("TemplateURL")
        if url is None or url is BROKEN:
            return None
        if not isinstance(url, str):
            self._refuse(block, "the template of a nested stack must be known before the deployment")
        elif _REMOTE.match(url):
            words = "name a template beside this one, or deploy that template as a stack of its own"
            self._refuse(block, f"the template of a nested stack must be a local file, not {url}", next=words)
        else:
            return self._local(block, url)
        return None

    def _local(self, block: Resource, url: str) -> Path | None:
        file = Path(self._evaluator.template.file).parent / url
        try:
            if file.is_dir():
                self._refuse(block, f"{url} is a folder", next="name the template in it")
            elif file.resolve() in self._around():
                self._refuse(block, f"{url} nests itself")
            else:
                return file
        except (OSError, ValueError) as error:  # no file can have such a name
            self._refuse(block, f"{url!r} cannot be read", why=str(error))
        return None

    def _around(self) -> tuple[Path, ...]:
        nesting = self._evaluator.inputs.nesting
        return (*nesting.files, Path(self._evaluator.template.file).resolve())

    def _inputs(self, name: str, block: Resource) -> Inputs:
        inputs = self._evaluator.inputs
        given = block.properties.get("Parameters")
        return replace(
            inputs,
            stack=f"{inputs.stack}-{name}",
            parameters=given if isinstance(given, Mapping) else {},
            exports={**inputs.exports, **self.exports},
            nesting=Nesting(
                prefix=f"{inputs.nesting.prefix}{name}.",
                files=self._around(),
                given=block.locate(("Parameters",)),
            ),
        )

    def _refuse(self, block: Resource, message: str, *, why: str = "", next: str = "") -> None:
        where = block.locate(("TemplateURL",))
        self._evaluator.findings.error("template.nested", message, where, why=why, next=next)


def _names(resources: Mapping[str, Node]) -> Iterator[str]:
    for name, body in resources.items():
        if isinstance(body, Mapping) and body.get("Type") == STACK:
            yield name


def _within(block: Resource, resource: Resource) -> Resource:
    """A nested stack's resource with what is said of the whole: whom it waits for, and whether it is kept."""
    waits = tuple(dict.fromkeys((*resource.depends_on, *block.depends_on)))
    policy = block.deletion_policy if keeps(block.deletion_policy) else resource.deletion_policy
    return replace(resource, depends_on=waits, deletion_policy=policy)
