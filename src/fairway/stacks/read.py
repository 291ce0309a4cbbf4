"""The first stage: a source becomes a definition that is known to be deployable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from fairway.aws.provider import Provider
from fairway.build.builder import asset_key, check_assets
from fairway.model.errors import Finding, InvalidDefinition
from fairway.model.events import Emit, Warned
from fairway.model.graph import Definition
from fairway.model.values import Artifact, Asset, Lookup, Value, walk
from fairway.registry.schema import schema
from fairway.sources.load import Inputs, find_template, load
from fairway.stacks.request import Request
from fairway.state.store import Store


def read(
    request: Request,
    store: Store,
    provider: Provider,
    *,
    account: str,
    look_up: Callable[[Lookup], Value] | None,
) -> tuple[Definition, tuple[Finding, ...]]:
    """The definition, and every finding of the language, the schemas and the catalogue."""
    target = request.target
    definition, findings = load(
        find_template(request.source),
        Inputs(
            stack=target.stack,
            region=target.region,
            account=account,
            parameters=request.parameters,
            exports=store.exports(target.environment, besides=target.stack),
            lookup=look_up,
            cache=target.cache / "sources",
        ),
    )
    existing = [each for each in definition.resources.values() if schema(each.type)]
    carried = [finding for resource in existing for finding in provider.validate(resource)]
    return definition, _in_order([*findings, *carried])


def with_findings_of_code(definition: Definition, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those, and what can be known to be wrong with the code before it is built."""
    return _in_order([*findings, *check_assets(assets(definition))])


def refuse_mistakes(definition: Definition, findings: Sequence[Finding], emit: Emit, now: float) -> None:
    """Warnings become events. Raises InvalidDefinition, with all findings, when one is an error.

    The code is looked at only then, for the message to be complete: else the build will look at it.
    """
    if any(finding.severity == "error" for finding in findings):
        raise InvalidDefinition(with_findings_of_code(definition, findings))
    for finding in findings:
        emit(Warned(at=now, finding=finding))


def assets(definition: Definition) -> tuple[Asset, ...]:
    """Everything the definition wants built."""
    nodes = (node for resource in definition.resources.values() for node in walk(resource.properties))
    return tuple(node for node in nodes if isinstance(node, Asset))


def with_artifacts(definition: Definition, artifacts: Mapping[str, Artifact]) -> Definition:
    """The definition with every asset replaced by what it was built into."""
    if not artifacts:
        return definition

    def built(value: Value) -> Value:
        return artifacts[asset_key(value)] if isinstance(value, Asset) else value

    return definition.rewritten(built)


def _in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """By place, so that the messages read along the file; what has no place comes first."""
    unique = dict.fromkeys(findings)
    return tuple(sorted(unique, key=lambda f: (f.location.file, f.location.line) if f.location else ("", 0)))
