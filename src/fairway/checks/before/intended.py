"""What is going to be deployed, read once for all the checks that look at it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import TypeAlias

from fairway.aws.cloud import Cloud
from fairway.aws.provider import Owner
from fairway.checks.outcome import Outcome, skipped
from fairway.checks.subject import Subject
from fairway.model.errors import Failed, FairwayError, Finding
from fairway.model.graph import Definition
from fairway.model.state import StackState
from fairway.model.values import Lookup, Value
from fairway.stacks.offline import certain, is_certain
from fairway.stacks.prepare import first_state
from fairway.stacks.read import read, with_findings_of_code
from fairway.stacks.request import Request
from fairway.stacks.storage import open_store
from fairway.stacks.validate import ANY_ACCOUNT


@dataclass(frozen=True)
class Intended:
    """A stack's definition, its mistakes, and the state from which it goes: a new one before its first
    deploy. It is not certain where a condition rests on what is not known yet.
    """

    request: Request
    definition: Definition
    findings: tuple[Finding, ...]
    state: StackState
    cloud: Cloud
    is_certain: bool = True

    def owner(self, address: str) -> Owner:
        """As whose the deploy makes a resource."""
        return Owner(self.state.stack, self.state.environment, address, lineage=self.state.lineage)


FindOut: TypeAlias = Callable[[Intended, Subject], Outcome]


class Reading:
    """Reads the definitions beside the other checks, one after the other: they share their translator."""

    def __init__(self, subject: Subject) -> None:
        self._reader = ThreadPoolExecutor(1, "definition")
        self._read: dict[str, Future[Intended]] = {
            stack: self._reader.submit(_read, request, subject)
            for stack, request in {**subject.requests, **subject.ahead}.items()
        }

    def __enter__(self) -> Reading:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reader.shutdown(wait=kind is None, cancel_futures=True)

    def of(self, stack: str) -> Intended:
        """What was read. Raises WrongInput for a definition that cannot be read at all."""
        return self._read[stack].result()

    def use(self, stack: str, subject: Subject, find_out: FindOut) -> Outcome:
        """What a check that needs the definition finds; without one it is skipped, for another tells why."""
        try:
            intended = self.of(stack)
        except FairwayError:
            return skipped("the definition cannot be read")
        if any(finding.severity == "error" for finding in intended.findings):
            return skipped("the definition has mistakes")
        return find_out(intended, subject)


def _read(request: Request, subject: Subject) -> Intended:
    """Without credentials the account is anybody's, and nothing is looked up: another check tells that. Nor
    is it for what waits for others: much of that is not known yet.
    """
    stack = request.target.stack
    cloud, store = Cloud(subject.caller), open_store(request.target)
    look_up: Callable[[Lookup], Value] | None = None if stack in subject.ahead else cloud.look_up
    try:
        account = subject.caller.session.account
    except Failed:
        account, look_up = ANY_ACCOUNT, None
    definition, findings = read(request, store, cloud, account=account, look_up=look_up)
    findings = with_findings_of_code(definition, findings)
    state = subject.states.get(stack) or first_state(request.target, store, cloud)
    if stack in subject.ahead:
        return Intended(request, definition, certain(findings), state, cloud, is_certain(findings))
    return Intended(request, definition, findings, state, cloud, is_certain(findings))
