"""The order of a project's stacks follows from what they take from each other."""

from __future__ import annotations

from fairway.project.order import cycle, needs
from fairway.project.settings import (
    EnvironmentSettings,
    FromParameterStore,
    FromStack,
    ParameterSetting,
    Project,
    StackSettings,
)

PROJECT = Project(
    stacks={
        "web": StackSettings("web", parameters={"Api": ParameterSetting("${stacks.api.Url}/v1")}),
        "api": StackSettings(
            "api", after=("net",), parameters={"T": ParameterSetting(FromStack("data", "T"))}
        ),
        "jobs": StackSettings("jobs"),
        "data": StackSettings("data"),
        "net": StackSettings("net"),
    },
    environments={
        "prod": EnvironmentSettings(
            stack_parameters={
                "jobs": {"Key": ParameterSetting(FromParameterStore("/${stacks.data.T}/key"))},
                "web": {"Api": ParameterSetting("https://fixed")},
            }
        )
    },
)


def test_a_stack_needs_what_it_names_and_whose_outputs_it_takes() -> None:
    assert needs(PROJECT, "dev", "api") == {"net", "data"}
    assert needs(PROJECT, "dev", "web") == {"api"}


def test_what_an_environment_says_instead_counts_in_it() -> None:
    assert needs(PROJECT, "prod", "web") == frozenset()
    assert needs(PROJECT, "prod", "jobs") == {"data"}


def test_there_is_no_cycle() -> None:
    assert cycle(PROJECT, "dev") == cycle(PROJECT, "prod") == ()
