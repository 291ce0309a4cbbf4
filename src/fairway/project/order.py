"""Which stacks of a project come before which: those that one names, and those whose outputs it takes."""

from __future__ import annotations

from collections.abc import Iterator, Set
from graphlib import CycleError, TopologicalSorter

from fairway.project.names import names_in, output_of
from fairway.project.settings import FromParameterStore, FromSecret, FromStack, Given, Parameters, Project


def parameters_of(project: Project, environment: str, stack: str) -> Parameters:
    """What the file gives a stack in an environment: the nearer says it, the environment before the stack.

    Those that an environment gives to all stacks are not among them: see `Project.environment`.
    """
    own = project.stacks[stack].parameters if stack in project.stacks else {}
    return {**own, **project.environment(environment).stack_parameters.get(stack, {})}


def needs(project: Project, environment: str, stack: str) -> frozenset[str]:
    """The stacks that must come before one, by name."""
    declared = project.stacks.get(stack)
    given = parameters_of(project, environment, stack).values()
    taken = (name for setting in given for name, _ in outputs_used(setting.value))
    return frozenset((*(declared.after if declared else ()), *taken))


def taken(project: Project, environment: str, stack: str, needed: str, outputs: Set[str]) -> frozenset[str]:
    """Which of these outputs of one that it needs a stack takes: all, where it may take any by an import."""
    given = parameters_of(project, environment, stack).values()
    used = (output for setting in given for output in outputs_used(setting.value))
    found = {output for name, output in used if name == needed}
    may_be_any = needed in project.stacks[stack].after or not found
    return frozenset(outputs if may_be_any else outputs & found)


def outputs_used(value: Given) -> Iterator[tuple[str, str]]:
    """The outputs that a parameter's value comes from: stack and output."""
    match value:
        case FromStack(stack, output):
            yield stack, output
        case str(text) | FromParameterStore(text) | FromSecret(text):
            yield from (found for name in names_in(text) if (found := output_of(name)))


def cycle(project: Project, environment: str) -> tuple[str, ...]:
    """Stacks that wait for each other, each for the next; empty where there are none."""
    declared = project.stacks
    graph = {name: needs(project, environment, name) & declared.keys() for name in declared}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return tuple(reversed(error.args[1][1:]))
    return ()
