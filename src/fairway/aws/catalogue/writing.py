"""Creates, updates and deletes a resource as its declaration says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fairway.aws.catalogue.context import Context, parameters_of, send
from fairway.aws.catalogue.declaration import Call, Facet, Hook
from fairway.aws.catalogue.derive import Target
from fairway.aws.catalogue.patch import Operation, patch_operations, without_unset
from fairway.aws.catalogue.reading import learn, main_answer, read_main
from fairway.aws.catalogue.tags import update_tags
from fairway.aws.catalogue.waiting import pauses, wait_until_usable
from fairway.aws.failures import CallFailed, Kind
from fairway.model.errors import Failed
from fairway.model.until import reaches

GONE_TIMEOUT = 600.0
"""Seconds until a delete that AWS accepted counts as stuck; as long as other waits."""


def create(context: Context) -> None:
    """Creates the resource with all its facets and waits until it is usable.

    Raises CallFailed of kind EXISTS or UNCERTAIN when the create itself ends so.
    """
    declared = context.derived.type
    if isinstance(declared.create, Call):
        learn(
            context, send(context, declared.create, context.after, context.derived.create_targets, once=True)
        )
    else:
        learn(context, declared.create(context))
    context.identify(context.identifier)
    wait_until_usable(context, "create")
    if declared.confirm is not None:
        declared.confirm(context)
    _put_remaining(context)


def _put_remaining(context: Context) -> None:
    """What the create call could not carry: tags first, for they say whose it is if we are killed here."""
    derived = context.derived
    sent = {*derived.create_targets, *derived.type.carries}
    tags = derived.type.tags
    if tags and tags.tag and tags.property not in sent and context.after.get(tags.property):
        update_tags(context, tags, {}, context.after)
    for facet in derived.type.facets:
        if any(name in context.after and name not in sent for name in facet.properties):
            put_facet(context, facet)


def update(context: Context) -> None:
    """Carries `context.changed` over. Raises Failed for a property that no call can change."""
    derived, declared = context.derived, context.derived.type
    left = set(context.changed)
    if declared.update_hook is not None:
        declared.update_hook(context)
        left -= derived.carried - {derived.tag_property}
    for facet in (facet for facet in declared.facets if facet.before_main):
        left -= _update_facet(context, facet)
    for call in declared.update:
        left -= _update_main(context, call)
    for facet in (facet for facet in declared.facets if not facet.before_main):
        left -= _update_facet(context, facet)
    if declared.tags and declared.tags.tag and declared.tags.property in left:
        update_tags(context, declared.tags, context.before, context.after)
        left.discard(declared.tags.property)
    _refuse(context, left)


def _refuse(context: Context, left: set[str]) -> None:
    if left:
        raise Failed(
            "catalogue.cannot-update",
            f"{', '.join(sorted(left))} of {context.derived.type.name} cannot be changed in place",
            next="give the resource another name, so that a new one replaces it",
        )


def _update_main(context: Context, call: Call) -> set[str]:
    """Sends what this call owns; a property that is gone is sent as what AWS takes for none."""
    targets = context.derived.update_targets(call)
    owned = {name for name in context.changed if name in targets}
    if not owned:
        return set()
    if call.patch:
        send_patch(context, call, owned)
    else:
        wanted = {name: context.after.get(name) for name in (targets if call.whole else owned)}
        properties = {n: v if v is not None else reset_value(context, n, call) for n, v in wanted.items()}
        learn(context, send(context, call, properties, targets))
    wait_until_usable(context, "update")
    if context.derived.type.confirm is not None:
        context.derived.type.confirm(context)
    return owned


def reset_value(context: Context, name: str, call: Call) -> Any:
    """What to send to take a property back; None leaves it away, which is right where the call replaces all.

    Raises Failed when nothing says how.
    """
    declared = context.derived.type
    if name in declared.resets:
        return declared.resets[name]
    if name in declared.defaults:
        return declared.defaults[name]
    if call.whole or name not in context.changed:
        return None
    target = context.derived.update_targets(call)[name]
    if target.shape is not None and target.shape.type_name in ("list", "map"):
        return [] if target.shape.type_name == "list" else {}
    if target.shape is None or (target.shape.type_name == "string" and not getattr(target.shape, "enum", ())):
        return ""
    raise Failed(
        "catalogue.cannot-reset",
        f"{name} of {declared.name} cannot be taken back by leaving it away",
        next=f"write the value that {name} shall have instead",
    )


def send_patch(context: Context, call: Call, names: set[str]) -> None:
    """Takes these properties from `context.before` to `context.after` by patch operations."""
    targets = {name: target for name, target in context.derived.create_targets.items() if name in names}
    missing = {name for name in names if context.after.get(name) is None}
    after = {**context.after, **{name: _patch_reset(context, name, call) for name in missing}}
    old, new = (_patch_tree(context, properties, targets) for properties in (context.before, after))
    for member, value in new.items():
        if isinstance(value, Mapping) and _is_structure(targets, member):
            old[member] = without_unset(old[member] or {}, value)
    send_operations(context, call, patch_operations(old, new))


def _patch_tree(
    context: Context, properties: Mapping[str, Any], targets: Mapping[str, Target]
) -> dict[str, Any]:
    """The properties in the shape in which the create call takes them and the read answers them."""
    create = context.derived.type.create
    assert isinstance(create, Call)
    given = {name: value for name, value in properties.items() if name in targets}
    sent = parameters_of(context, Call(create.operation, rename=create.rename), given, targets)
    return {target.path[0]: sent.get(target.path[0]) for target in targets.values()}


def _is_structure(targets: Mapping[str, Target], member: str) -> bool:
    shapes = (target.shape for target in targets.values() if target.path[0] == member)
    return any(shape is not None and shape.type_name == "structure" for shape in shapes)


def _patch_reset(context: Context, name: str, call: Call) -> Any:
    """What takes a property back by a patch: a structure is removed, everything else set as elsewhere."""
    target = context.derived.create_targets[name]
    return None if _is_structure({name: target}, target.path[0]) else reset_value(context, name, call)


def send_operations(context: Context, call: Call, operations: Sequence[Operation]) -> None:
    """Sends patch operations, if there are any."""
    if operations:
        with_operations = Call(
            call.operation, keys=call.keys, fixed={**call.fixed, "patchOperations": operations},
            answer=call.answer, service=call.service,
        )  # fmt: skip
        learn(context, send(context, with_operations, {}, {}))


def _update_facet(context: Context, facet: Facet) -> set[str]:
    owned = context.changed & set(facet.properties)
    if owned:
        put_facet(context, facet)
    return set(owned)


def put_facet(context: Context, facet: Facet) -> None:
    """Puts a facet's properties as they shall be; clears it when none of them is given."""
    given = {name: context.after[name] for name in facet.properties if context.after.get(name) is not None}
    if not given and facet.clear is not None:
        _run(context, facet, facet.clear, {})
    else:
        resets = {**context.derived.type.defaults, **context.derived.type.resets}
        missing = {name: resets[name] for name in facet.properties if name not in given and name in resets}
        _run(context, facet, facet.put, {**missing, **given})


def _run(context: Context, facet: Facet, verb: Any, properties: Mapping[str, Any]) -> None:
    if not isinstance(verb, Call):
        verb(context)
        return
    try:
        send(context, verb, properties, context.derived.facet_targets(facet, verb))
    except CallFailed as failure:
        if properties or failure.kind is not Kind.NOT_FOUND:
            raise


def delete(context: Context) -> None:
    """Removes the resource; one that is gone already is fine."""
    declared = context.derived.type
    try:
        if declared.prepare_delete is not None:
            _prepare_delete(context, declared.prepare_delete)
        if isinstance(declared.delete, Call):
            send(context, declared.delete, {}, {})
        else:
            declared.delete(context)
    except CallFailed as failure:
        if failure.kind is Kind.NOT_FOUND:
            return
        raise
    if declared.wait_deleted and reaches(context.until, declared.wait_deleted):
        _wait_until_gone(context)


def _prepare_delete(context: Context, prepare: Hook) -> None:
    """Again where a part was not there any more: an earlier try, whose answer was lost, removed it."""
    try:
        prepare(context)
    except CallFailed as failure:
        if not (failure.kind is Kind.NOT_FOUND and failure.after_lost):
            raise
        prepare(context)


def _wait_until_gone(context: Context) -> None:
    what = f"it is still there {GONE_TIMEOUT:.0f} s after its delete"
    waiting = pauses(context, GONE_TIMEOUT, Failed("aws.wait", what, next="try again"))
    while read_main(context) is not None:
        context.progress("being deleted")
        next(waiting)


def complete_attributes(context: Context) -> None:
    """After a create: reads once when the read tells an attribute that the create cannot tell."""
    derived = context.derived
    wanted = derived.schema.read_only - set(context.attributes()) - set(derived.type.attributes)
    if derived.create_call:
        wanted -= set(derived.sources(derived.create_call, wanted))
    _read_attributes(context, wanted)


def refresh_attributes(context: Context) -> None:
    """After an update: reads once when it may have changed an attribute that its answers do not tell."""
    told = set(context.attributes())
    _read_attributes(context, frozenset(context.derived.type.volatile) - told)


def _read_attributes(context: Context, wanted: frozenset[str]) -> None:
    read = context.derived.type.read
    if isinstance(read, Call) and context.derived.sources(read, wanted):
        learn(context, main_answer(context, read))
