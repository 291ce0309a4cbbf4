"""A plan as a file: for review, for other tools, and to be carried out later exactly as it was reviewed.

{"fairway": "plan", "schema": 1, "checksum": "<hex sha256 of the compact JSON of `content`>", "content": {…}}

The checksum tells an edited file. What it was made of (state, definition, code, live) is not trusted to be
the same later: `apply` plans again and compares.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from fairway.model.codec import decode_definition, encode_definition
from fairway.model.differences import Difference, differences
from fairway.model.errors import Failed, WrongInput
from fairway.model.graph import Definition
from fairway.model.plain import plain
from fairway.model.plan import Action, Plan
from fairway.model.sealing import SECRET
from fairway.model.state import StackState
from fairway.model.values import Value
from fairway.stacks.prepare import Prepared
from fairway.stacks.request import Request, Target

SCHEMA = 2
_TUPLES = ("secrets", "allow_data_loss", "targets", "protect")
NAMED = 3
"""So many differences are named when a plan is refused."""
_NO_MORE, _AGAIN = "the plan does not hold any more", "plan again"


class StaleState(Failed):
    """The stack was deployed to since the plan was made."""

    def __init__(self, why: str) -> None:
        super().__init__("plan.stale", _NO_MORE, why=why, next=_AGAIN)


@dataclass(frozen=True)
class PlanFile:
    """What a plan file holds.

    `source` is as it was typed, `parameters` are those that were given but for the secret ones, whose names
    are `secrets`. The definition and the plan are JSON; where the stack was not `deployed` yet, secrets in
    them are not even hashed, for the key would be another one.
    """

    stack: str
    environment: str
    region: str
    account: str
    lineage: str
    serial: int
    deployed: bool
    source: str
    parameters: Mapping[str, Any]
    secrets: tuple[str, ...]
    allow_data_loss: tuple[str, ...]
    targets: tuple[str, ...]
    protect: tuple[str, ...]
    refresh: bool
    all_at_once: bool
    definition: Mapping[str, Any]
    plan: Mapping[str, Any]

    @cached_property
    def digest(self) -> str:
        """The same for the same plan, made of the same things for the same state.

        The lineage of a stack that is not deployed yet, also a tag of its resources, is drawn anew each time.
        """
        text = _text(_body(self))
        return _hashed(text if self.deployed else text.replace(self.lineage, ""))

    @property
    def took_shortcut(self) -> bool:
        """Whether only what carries code was read, for nothing else had changed."""
        return self.refresh and bool(self.plan["unread"])


def plan_file(prepared: Prepared, request: Request, *, deployed: bool) -> PlanFile:
    """The file's content for a plan that was just made."""
    state, definition = prepared.state, prepared.definition
    secret = {name for name, each in definition.parameters.items() if each.secret}
    return PlanFile(
        state.stack,
        state.environment,
        state.region,
        state.account,
        state.lineage,
        state.serial,
        deployed,
        str(request.source),
        {name: value for name, value in request.parameters.items() if name not in secret},
        tuple(sorted(secret & request.parameters.keys())),
        tuple(sorted(request.allow_data_loss)),
        tuple(sorted(request.targets)),
        tuple(sorted(request.protect)),
        request.refresh,
        request.all_at_once,
        _encoded(definition, state, deployed=deployed),
        masked(plain(prepared.plan)) if not deployed else plain(prepared.plan),
    )


def digest_of(plan: Plan) -> str:
    """What a plan that was shown, and is in no file, is approved by."""
    return _hashed(_text(masked(plain(plan))))


def write_plan_file(content: PlanFile, path: Path) -> None:
    """Write the file, whole or not at all. Raises WrongInput when the path cannot be written."""
    body = _body(content)
    document = {"fairway": "plan", "schema": SCHEMA, "checksum": _checksum(body), "content": body}
    fresh = path.parent / f".{path.name}.{os.getpid()}"
    try:
        fresh.write_text(json.dumps(document, indent=2) + "\n")
        os.replace(fresh, path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise WrongInput("plan.file", f"cannot write the plan to {path}", why=str(error.strerror)) from None


def read_plan_file(path: Path) -> PlanFile:
    """The content of a file that was not changed since it was written. Raises WrongInput for any other."""
    try:
        document = json.loads(path.read_bytes())
        if (document["fairway"], document["schema"]) != ("plan", SCHEMA):
            raise ValueError("it is of another kind or version")
        body, checksum = document["content"], document["checksum"]
    except OSError as error:
        raise WrongInput("plan.file", f"cannot read {path}", why=str(error.strerror)) from None
    except (ValueError, KeyError, TypeError) as error:
        why = f"`fairway plan --out FILE` did not write it ({error})"
        raise WrongInput("plan.file", f"{path} is not a plan file", why=why) from None
    if checksum != _checksum(body):
        what, way = f"{path} was edited", "change the definition instead, and plan again"
        raise WrongInput("plan.edited", what, why="its checksum does not fit what it holds", next=way)
    tuples = {name: tuple(body[name]) for name in _TUPLES}
    return PlanFile(**{**body, **tuples})


def refuse_missing_secrets(file: PlanFile, given: Mapping[str, Value]) -> None:
    """Raises WrongInput for secret parameters of the plan that are not given again."""
    if missing := [name for name in file.secrets if name not in given]:
        raise WrongInput(
            "plan.secret",
            f"{', '.join(missing)} must be given again",
            why="secret parameters are not in the file",
            next=" ".join(f"--param {name}=…" for name in missing),
        )


def refuse_another_state(file: PlanFile, target: Target, state: StackState | None) -> None:
    """Raises Failed when the plan was made for another stack, StaleState when it was deployed to since."""
    planned_for = (file.stack, file.environment, file.region)
    if planned_for != (target.stack, target.environment, target.region):
        raise _stale(f"it is for {file.stack} in {file.environment} ({file.region})")
    if (state is not None) != file.deployed:
        raise StaleState("the stack was deployed since" if state else "the stack was destroyed since")
    if state and state.lineage != file.lineage:
        raise StaleState("it is for another stack of the same name")
    if state and state.serial != file.serial:
        raise StaleState(f"it was made against serial {file.serial}, the stack is at {state.serial}")


def refuse_another_plan(file: PlanFile, prepared: Prepared) -> None:
    """Raises Failed, naming the first differences, when a deploy would do anything else now."""
    then = decode_definition(file.definition)
    now = decode_definition(_encoded(prepared.definition, prepared.state, deployed=file.deployed))
    found = [_what_differs(each) for each in differences(then, now)]
    found = found or list(_other_changes(file.plan["changes"], plain(prepared.plan)["changes"]))
    if found:
        more = f"; and {len(found) - NAMED} more" if len(found) > NAMED else ""
        raise _stale("; ".join(islice(found, NAMED)) + more)


def _what_differs(found: Difference) -> str:
    paths = ", ".join(change.path for change in found.properties)
    return f"{found.address} was {found.kind} in the definition{f' ({paths})' if paths else ''}"


def _other_changes(planned: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What would be done otherwise than planned, although the definition is the same: live has moved."""
    old, new = ({_place(each): masked(each) for each in changes} for changes in (planned, now))
    for place in sorted({*old, *new}):
        before, after = old.get(place), new.get(place)
        if _deed(before) != _deed(after):
            yield f"{place[0]}: planned was {_words(before)}, now it would be {_words(after)}"


def _place(change: Mapping[str, Any]) -> tuple[str, str]:
    """Changes at one address are told apart by what they delete: there may be leftovers."""
    return change["address"], change["identifier"] if change["reason"] == "left by an earlier deploy" else ""


def _deed(change: Any) -> Any:
    if change is None or change["action"] == Action.UNCHANGED:
        return None
    return change["action"], change["identifier"], change["properties"]


def _words(change: Any) -> str:
    if _deed(change) is None:
        return "nothing"
    paths = ", ".join(each["path"] for each in change["properties"])
    return f"{change['action']} ({paths})" if change["action"] == Action.UPDATE else str(change["action"])


def _encoded(definition: Definition, state: StackState, *, deployed: bool) -> dict[str, Any]:
    encoded = encode_definition(definition, state.secret_key)
    result: dict[str, Any] = encoded if deployed else masked(encoded)
    return result


def masked(value: Any) -> Any:
    """JSON in which nothing tells one secret from another."""
    match value:
        case {"$secret": _, **rest} if not rest:
            return {SECRET: ""}
        case Mapping():
            return {name: masked(child) for name, child in value.items()}
        case [*items]:
            return [masked(item) for item in items]
    return value


def _stale(why: str) -> Failed:
    return Failed("plan.stale", _NO_MORE, why=why, next=_AGAIN)


def _body(file: PlanFile) -> dict[str, Any]:
    """Its fields by name; what they hold is JSON as it is."""
    return {field.name: getattr(file, field.name) for field in fields(file)}


def _checksum(body: Mapping[str, Any]) -> str:
    return _hashed(_text(body))


def _text(body: Mapping[str, Any]) -> str:
    return json.dumps(body, sort_keys=True, separators=(",", ":"))


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
