"""What a nested template says becomes part of the one graph."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from tests.cli.program import write
from tests.sources.cloudformation.templates import inputs, mistakes, sound

from fairway.model.errors import Finding
from fairway.model.graph import Definition
from fairway.model.values import Deferred, Lookup, Reference, Secret
from fairway.sources.load import load

PARENT = """\
Parameters:
  Token: {Type: String, NoEcho: true, Default: hidden}
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Left:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: patterns/one.yaml
      Parameters:
        QueueArn: !GetAtt Queue.Arn
        Token: !Ref Token
"""
CHILD = """\
Parameters:
  QueueArn: {Type: String, Default: ""}
  Token: {Type: String, Default: open}
Conditions:
  HasQueue: !Not [!Equals [!Ref QueueArn, ""]]
Resources:
  Queue:
    Type: AWS::SQS::Queue
    DependsOn: Topic
    Properties: {QueueName: !Sub "${AWS::StackName}-inner"}
  Topic:
    Type: AWS::SNS::Topic
    Properties: {DisplayName: !Ref Token}
  Subscription:
    Type: AWS::SNS::Subscription
    Condition: HasQueue
    Properties: {TopicArn: !Ref Topic, Protocol: sqs, Endpoint: !Ref QueueArn}
Outputs:
  TopicArn: {Value: !Ref Topic}
  Kind: {Value: plain}
"""


def files(folder: Path, parent: str = PARENT, child: str = CHILD) -> Path:
    write(folder, {"template.yaml": dedent(parent), "patterns/one.yaml": dedent(child)})
    return folder / "template.yaml"


def loaded(template: Path) -> Definition:
    definition, findings = load(template, inputs())
    assert [finding for finding in findings if finding.severity == "error"] == []
    return definition


def errors(template: Path) -> list[tuple[str, str, int]]:
    """Code, file name and line of each."""

    def shown(finding: Finding) -> tuple[str, str, int]:
        assert finding.location
        return finding.code, Path(finding.location.file).name, finding.location.line

    return [shown(finding) for finding in load(template, inputs())[1] if finding.severity == "error"]


def test_its_resources_stand_below_its_name_and_are_found_where_they_are_written(tmp_path: Path) -> None:
    definition = loaded(files(tmp_path))
    assert list(definition.resources) == ["Queue", "Left.Queue", "Left.Topic", "Left.Subscription"]
    topic = definition.resources["Left.Topic"]
    assert str(topic.location) == f"{tmp_path}/patterns/one.yaml:11"
    assert definition.resources["Left.Queue"].depends_on == ("Left.Topic",)


def test_what_it_is_given_and_what_is_its_own_are_told_apart(tmp_path: Path) -> None:
    subscription = loaded(files(tmp_path)).resources["Left.Subscription"]
    assert subscription.properties["Endpoint"] == Reference("Queue", "Arn")
    assert subscription.properties["TopicArn"] == Reference("Left.Topic")


def test_a_secret_stays_one_although_the_nested_parameter_is_open(tmp_path: Path) -> None:
    assert loaded(files(tmp_path)).resources["Left.Topic"].properties["DisplayName"] == Secret("hidden")


def test_its_outputs_are_the_values_they_hold(tmp_path: Path) -> None:
    parent = PARENT + "Outputs: {T: {Value: !Sub 'at ${Left.Outputs.TopicArn}'}}\n"
    definition = loaded(files(tmp_path, parent))
    assert definition.outputs["T"].value == Deferred("Join", ("", ["at ", Reference("Left.Topic")]))


def test_who_uses_an_output_that_is_known_waits_for_the_whole(tmp_path: Path) -> None:
    parent = (
        PARENT + "  Last: {Type: AWS::SNS::Topic, Properties: {DisplayName: !GetAtt Left.Outputs.Kind}}\n"
    )
    last = loaded(files(tmp_path, parent)).resources["Last"]
    assert last.properties["DisplayName"] == "plain"
    assert set(last.depends_on) == {"Left.Queue", "Left.Topic", "Left.Subscription"}


def test_waiting_for_it_is_waiting_for_all_that_is_in_it_and_it_may_wait_as_a_whole(tmp_path: Path) -> None:
    parent = PARENT.replace("    Properties:\n", "    DependsOn: First\n    Properties:\n", 1) + dedent("""\
        # comment
          First: {Type: AWS::SNS::Topic}
          Last: {Type: AWS::SNS::Topic, DependsOn: Left}
        """)
    resources = loaded(files(tmp_path, parent)).resources
    assert set(resources["Last"].depends_on) == {"Left.Queue", "Left.Topic", "Left.Subscription"}
    assert all("First" in each.depends_on for name, each in resources.items() if name.startswith("Left."))


def test_one_of_two_takes_what_the_other_answers(tmp_path: Path) -> None:
    parent = PARENT.replace("!GetAtt Queue.Arn", "!GetAtt Right.Outputs.TopicArn") + dedent("""\
        # comment
          Right: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: patterns/one.yaml}}
        """)
    resources = loaded(files(tmp_path, parent)).resources
    assert resources["Left.Subscription"].properties["Endpoint"] == Reference("Right.Topic")
    assert "Right.Subscription" not in resources


def test_a_nested_stack_may_nest(tmp_path: Path) -> None:
    child = CHILD.replace(
        "Resources:\n",
        "Resources:\n  In: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: deep/two.yaml}}\n",
    ).replace("Value: !Ref Topic", "Value: !GetAtt In.Outputs.Name")
    deep = "Resources: {T: {Type: AWS::SNS::Topic}}\nOutputs: {Name: {Value: !GetAtt T.TopicName}}\n"
    template = files(tmp_path, PARENT + "Outputs: {T: {Value: !GetAtt Left.Outputs.TopicArn}}\n", child)
    write(tmp_path, {"patterns/deep/two.yaml": deep})
    definition = loaded(template)
    assert definition.resources["Left.In.T"].type == "AWS::SNS::Topic"
    assert definition.outputs["T"].value == Reference("Left.In.T", "TopicName")


def test_what_it_exports_is_the_stacks_export_and_can_be_imported_by_those_that_wait_for_it(
    tmp_path: Path,
) -> None:
    child = CHILD.replace(
        "Value: !Ref Topic", "Value: !Ref Topic, Export: {Name: !Sub '${AWS::StackName}-t'}"
    )
    parent = PARENT + dedent("""\
        # comment
          User:
            Type: AWS::CloudFormation::Stack
            DependsOn: Left
            Properties: {TemplateURL: patterns/user.yaml}
        """)
    template = files(tmp_path, parent, child)
    user = "Resources: {T: {Type: AWS::SNS::Topic, Properties: {DisplayName: !ImportValue shop-Left-t}}}\n"
    write(tmp_path, {"patterns/user.yaml": user})
    definition = loaded(template)
    assert definition.outputs["Left.TopicArn"].export == "shop-Left-t"
    assert definition.resources["User.T"].properties["DisplayName"] == Reference("Left.Topic")


def test_one_that_is_not_created_has_no_resources(tmp_path: Path) -> None:
    parent = PARENT.replace("    Properties:\n", "    Condition: Never\n    Properties:\n", 1)
    definition = loaded(files(tmp_path, f"Conditions: {{Never: !Equals [a, b]}}\n{parent}"))
    assert list(definition.resources) == ["Queue"]


def test_keeping_it_keeps_all_that_is_in_it(tmp_path: Path) -> None:
    parent = PARENT.replace("    Properties:\n", "    DeletionPolicy: Retain\n    Properties:\n", 1)
    resources = loaded(files(tmp_path, parent)).resources
    assert {name: each.deletion_policy for name, each in resources.items()} == {
        "Queue": "Delete",
        "Left.Queue": "Retain",
        "Left.Topic": "Retain",
        "Left.Subscription": "Retain",
    }


def test_lists_and_lookups_may_wait_for_a_resource(tmp_path: Path) -> None:
    child = dedent("""\
        Parameters:
          Ids: {Type: CommaDelimitedList}
          Stored: {Type: "AWS::SSM::Parameter::Value<String>"}
        Resources:
          T: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Select [1, !Ref Ids], TopicName: !Ref Stored}}
        """)
    parent = dedent("""\
        Resources:
          Queue: {Type: AWS::SQS::Queue}
          Left:
            Type: AWS::CloudFormation::Stack
            Properties:
              TemplateURL: patterns/one.yaml
              Parameters: {Ids: !Join [",", [a, !Ref Queue]], Stored: !GetAtt Queue.QueueName}
        """)
    properties = loaded(files(tmp_path, parent, child)).resources["Left.T"].properties
    assert properties["TopicName"] == Lookup("ssm", Reference("Queue", "QueueName"))
    joined = Deferred("Join", ("", ["a,", Reference("Queue")]))
    assert properties["DisplayName"] == Deferred("Select", (1, Deferred("Split", (",", joined))))


@pytest.mark.parametrize(
    ("block", "code", "line"),
    [
        ("TemplateURL: https://s3.amazonaws.com/b/one.yaml", "template.nested", 5),
        ("TemplateURL: s3://b/one.yaml", "template.nested", 5),
        ("TemplateURL: patterns", "template.nested", 5),
        ("TemplateURL: patterns/none.yaml", "template.nested", 5),
        ("TemplateURL: template.yaml", "template.nested", 5),
        ('TemplateURL: "a\\0b"', "template.nested", 5),
        (f"TemplateURL: {'a' * 300}", "template.nested", 5),
        ("TemplateURL: !Ref Queue", "template.nested", 5),
        ("TemplateUrl: patterns/one.yaml", "property.unknown", 5),
        ("TemplateURL: patterns/one.yaml, TimeoutInMinutes: 5", "template.nested", 5),
        ("TemplateURL: patterns/one.yaml, Tags: [{Key: a, Value: b}]", "template.nested", 5),
        ("TemplateURL: patterns/one.yaml, NotificationARNs: [a]", "template.nested", 5),
        ("TemplateURL: patterns/one.yaml, Parameters: {Missing: a}", "parameter.unknown", 5),
    ],
)
def test_a_mistake_in_the_block_is_told_where_it_stands(
    tmp_path: Path, block: str, code: str, line: int
) -> None:
    parent = (
        "Resources:\n  Queue: {Type: AWS::SQS::Queue}\n  Left:\n    Type: AWS::CloudFormation::Stack\n"
        f"    Properties: {{{block}}}\n"
    )
    assert (code, "template.yaml", line) in errors(files(tmp_path, parent))


def test_a_mistake_in_the_nested_template_is_told_in_its_file_and_once(tmp_path: Path) -> None:
    twice = "  Right: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: patterns/one.yaml}}\n"
    template = files(tmp_path, PARENT + twice, CHILD.replace("!Ref Topic, P", "!Ref Topik, P"))
    assert errors(template) == [("template.unknown-name", "one.yaml", 17)]


def test_a_parameter_without_value_is_missed_at_the_block(tmp_path: Path) -> None:
    template = files(tmp_path, child=CHILD.replace("Parameters:\n", "Parameters:\n  More: {Type: String}\n"))
    assert errors(template) == [("parameter.missing", "template.yaml", 9)]


@pytest.mark.parametrize(
    ("use", "code"),
    [
        ("!Ref Left", "template.nested"),
        ("!GetAtt Left.Arn", "template.unknown-attribute"),
        ("!GetAtt Left.Topic", "template.unknown-attribute"),
        ("!GetAtt Left.Outputs.Topic", "template.unknown-attribute"),
        ("!GetAtt Left.StackId", "template.nested"),
    ],
)
def test_only_its_outputs_can_be_used(tmp_path: Path, use: str, code: str) -> None:
    parent = f"{PARENT}Outputs:\n  T: {{Value: {use}}}\n"
    assert (code, "template.yaml", 13) in errors(files(tmp_path, parent))


def test_two_that_wait_for_each_other_are_a_cycle(tmp_path: Path) -> None:
    parent = PARENT.replace("!GetAtt Queue.Arn", "!GetAtt Right.Outputs.TopicArn") + dedent("""\
        # comment
          Right:
            Type: AWS::CloudFormation::Stack
            Properties:
              TemplateURL: patterns/one.yaml
              Parameters: {Token: !GetAtt Left.Outputs.Kind}
        """)
    assert [code for code, _, _ in errors(files(tmp_path, parent))] == ["template.cycle"]


def test_a_condition_that_needs_what_does_not_exist_yet_is_refused(tmp_path: Path) -> None:
    child = CHILD.replace('[!Ref QueueArn, ""]', "[!Ref QueueArn, other]")
    assert errors(files(tmp_path, child=child)) == [("template.condition", "one.yaml", 5)]


def test_a_template_that_nests_nothing_may_still_be_wrong_about_nesting() -> None:
    text = (
        "Resources:\n  Net:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: net.yaml}\n"
    )
    assert mistakes(text) == [("template.nested", 4)]


def test_a_definition_without_nested_stacks_has_plain_addresses() -> None:
    assert list(sound("Resources: {Q: {Type: AWS::SQS::Queue}}").resources) == ["Q"]
