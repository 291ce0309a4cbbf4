"""Parameters take what the template allows and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.sources.cloudformation.templates import mistakes, parameters_of, read, sound

from fairway.model.errors import WrongInput
from fairway.model.values import Deferred, Lookup, Secret
from fairway.sources.load import read_parameters

RESOURCES = "Resources: {Queue: {Type: AWS::SQS::Queue}}"


def declared(body: str) -> str:
    return f"Parameters:\n  P: {{{body}}}\n{RESOURCES}\n"


@pytest.mark.parametrize(
    ("body", "given", "value"),
    [
        ("Type: String, Default: a", None, "a"),
        ("Type: String, Default: a", "b", "b"),
        ("Type: String, Default: ''", None, ""),
        ("Type: String", True, "true"),
        ("Type: Number", "512", "512"),
        ("Type: Number, Default: 1.50", None, "1.50"),
        ("Type: CommaDelimitedList", "a, b", ["a", "b"]),
        ("Type: CommaDelimitedList, Default: ''", None, []),
        ("Type: List<Number>", ["1", "2"], ["1", "2"]),
        ("Type: 'List<AWS::EC2::Subnet::Id>'", "subnet-1,subnet-2", ["subnet-1", "subnet-2"]),
        ("Type: AWS::EC2::VPC::Id", "vpc-1", "vpc-1"),
        ("Type: String, NoEcho: true", "s3cret", Secret("s3cret")),
        ("Type: 'AWS::SSM::Parameter::Value<String>'", "/a/b", Lookup("ssm", "/a/b")),
        (
            "Type: 'AWS::SSM::Parameter::Value<List<String>>'",
            "/a/b",
            Deferred("Split", (",", Lookup("ssm", "/a/b"))),
        ),
    ],
)
def test_a_parameter_gets_its_value(body: str, given: Any, value: Any) -> None:
    parameters = {} if given is None else {"P": given}
    assert parameters_of(sound(declared(body), parameters=parameters)) == {"P": value}


@pytest.mark.parametrize(
    ("body", "given"),
    [
        ("Type: String, AllowedValues: [a, b]", "c"),
        ("Type: String, AllowedPattern: '[a-z]+'", "a1"),
        ("Type: String, MinLength: 3", "ab"),
        ("Type: String, MaxLength: 1", "ab"),
        ("Type: Number", "many"),
        ("Type: Number, MinValue: 3", "2"),
        ("Type: Number, MaxValue: 3", "4"),
        ("Type: List<Number>", "1,x"),
        ("Type: String", ["a", "b"]),
        ("Type: CommaDelimitedList, AllowedValues: [a, b]", "a,c"),
    ],
)
def test_a_value_that_is_not_allowed_is_found(body: str, given: Any) -> None:
    assert mistakes(declared(body), parameters={"P": given}) == [("parameter.value", 2)]


def test_the_constraint_description_says_why() -> None:
    body = "Type: String, AllowedPattern: '[a-z]+', ConstraintDescription: lower case only"
    _, [finding] = read(declared(body), parameters={"P": "A"})
    assert finding.why == "lower case only"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("Type: Strng, Default: a", "template.parameter-type"),
        ("Default: a", "template.parameter-type"),
        ("Type: String, Defualt: a, Default: b", "template.unknown-key"),
    ],
)
def test_a_mistake_in_a_declaration_is_found(body: str, code: str) -> None:
    assert mistakes(declared(body)) == [(code, 2)]


def test_unknown_parameters_are_found_with_a_suggestion() -> None:
    _, [finding] = read(
        "Parameters:\n  Stage: {Type: String, Default: a}\n" + RESOURCES, parameters={"Stagee": "b"}
    )
    assert (finding.code, finding.next) == ("parameter.unknown", "did you mean Stage?")


def test_a_secret_value_never_stands_in_a_finding() -> None:
    text = """\
        Parameters:
          Password: {Type: String, NoEcho: true, AllowedPattern: '[a-z]+', MinLength: 20}
          Mode: {Type: String, NoEcho: true}
        Resources:
          Queue:
            Type: AWS::SQS::Queue
            Properties: {DelaySeconds: !Ref Mode, FifoQueue: !Ref Mode, QueueName: !Select [!Ref Mode, [a]]}
        """
    definition, findings = read(text, parameters={"Password": "HUNTER2", "Mode": "HUNTER3"})
    assert len(findings) >= 4
    assert "HUNTER" not in repr(findings) + repr(definition)


def test_what_ssm_answers_is_the_value() -> None:
    text = declared("Type: 'AWS::SSM::Parameter::Value<List<String>>', Default: /a")
    assert parameters_of(sound(text, lookup=lambda lookup: f"{lookup.key}-1,2")) == {"P": ["/a-1", "2"]}


def test_a_missing_ssm_parameter_is_a_finding() -> None:
    def nothing(lookup: Lookup) -> str:
        raise WrongInput("ssm.missing", f"there is no parameter {lookup.key}")

    text = declared("Type: 'AWS::SSM::Parameter::Value<String>', Default: /a")
    assert mistakes(text, lookup=nothing) == [("ssm.missing", 2)]


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(
            [{"ParameterKey": "A", "ParameterValue": "1"}, {"ParameterKey": "B", "ParameterValue": "x,y"}]
        ),
        json.dumps({"Parameters": {"A": "1", "B": "x,y"}}),
        json.dumps({"A": 1, "B": "x,y"}),
        "A: 1\nB: x,y\n",
    ],
)
def test_every_form_of_a_parameter_file_is_read(content: str, tmp_path: Path) -> None:
    file = tmp_path / "params"
    file.write_text(content)
    assert read_parameters(file) == {"A": "1", "B": "x,y"}


@pytest.mark.parametrize(
    "content", ["", "text", "[1]", "A: {b: c}", "A: [", '[{"ParameterKey": "A"}]', "a: 1\na: 2"]
)
def test_a_parameter_file_that_cannot_be_used_is_refused(content: str, tmp_path: Path) -> None:
    file = tmp_path / "params"
    file.write_text(content)
    with pytest.raises(WrongInput) as error:
        read_parameters(file)
    assert error.value.code == "parameters.file"
