"""What stands in local files takes the place of their paths: code to build, documents to send."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sources.cloudformation.templates import mistakes, read, sound

from fairway.model.values import Asset, Deferred, Reference

FUNCTION = """\
Resources:
  Handler:
    Type: AWS::Lambda::Function
    Metadata: {BuildMethod: python3.12, BuildProperties: {Minify: true}, Owner: me}
    Properties:
      Runtime: python3.12
      Handler: app.handler
      Role: arn:aws:iam::123456789012:role/service
      Architectures: [arm64]
      Code: src
"""


def test_a_functions_path_becomes_code_to_build(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    code = sound(FUNCTION, tmp_path).resources["Handler"].properties["Code"]
    assert isinstance(code, Asset)
    assert (code.kind, code.address, code.path) == ("function", "Handler", str(tmp_path / "src"))
    assert (code.runtime, code.architecture, code.handler) == ("python3.12", "arm64", "app.handler")
    assert code.options == {"BuildMethod": "python3.12", "BuildProperties": {"Minify": True}}
    assert code.location is not None
    assert code.location.line == 10


@pytest.mark.parametrize("layers", [[], ["arn:aws:lambda:eu-west-1:123456789012:layer:deps:1"]])
def test_code_knows_whether_its_handler_may_be_in_a_layer(layers: list[str]) -> None:
    code = sound(f"{FUNCTION}      Layers: {layers}\n").resources["Handler"].properties["Code"]
    assert isinstance(code, Asset)
    assert code.layered is bool(layers)


def test_inline_code_becomes_code_to_build() -> None:
    text = FUNCTION.replace("Code: src", "Code: {ZipFile: !Sub 'region = \"${AWS::Region}\"'}")
    code = sound(text).resources["Handler"].properties["Code"]
    assert isinstance(code, Asset)
    assert (code.kind, code.path, code.content) == ("inline", "", 'region = "eu-west-1"')


def test_inline_code_that_waits_for_a_resource_is_refused() -> None:
    text = FUNCTION.replace("Code: src", "Code: {ZipFile: !Ref Queue}") + "  Queue: {Type: AWS::SQS::Queue}\n"
    assert mistakes(text) == [("asset.inline-unknown", 10)]


@pytest.mark.parametrize("code", ["{S3Bucket: bucket, S3Key: key.zip}", "{ImageUri: 'host/image:1'}"])
def test_code_that_lies_elsewhere_stays_as_it_is(code: str) -> None:
    properties = sound(FUNCTION.replace("Code: src", f"Code: {code}")).resources["Handler"].properties
    assert isinstance(properties["Code"], dict)


def test_a_layers_path_becomes_a_layer_to_build(tmp_path: Path) -> None:
    (tmp_path / "deps").mkdir()
    text = """\
        Resources:
          Deps:
            Type: AWS::Lambda::LayerVersion
            Properties: {Content: deps, CompatibleRuntimes: [python3.12], CompatibleArchitectures: [arm64]}
        """
    content = sound(text, tmp_path).resources["Deps"].properties["Content"]
    assert isinstance(content, Asset)
    assert (content.kind, content.runtime, content.architecture) == ("layer", "python3.12", "arm64")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("api.yaml", "openapi: 3.0.1\npaths:\n  /a:\n    get: {}\n"),
        ("api.json", '{"openapi": "3.0.1", "paths": {"/a": {"get": {}}}}'),
    ],
)
def test_an_api_body_is_read_from_its_file(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    text = f"""\
        Resources:
          Api:
            Type: AWS::ApiGateway::RestApi
            Properties: {{BodyS3Location: {name}}}
        """
    properties = sound(text, tmp_path).resources["Api"].properties
    assert properties == {"Body": {"openapi": "3.0.1", "paths": {"/a": {"get": {}}}}}


MACHINE = """\
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: arn:aws:iam::123456789012:role/service
      DefinitionSubstitutions: {Arn: !GetAtt Queue.Arn, Seconds: 5}
"""
SUBSTITUTED = Deferred("Join", ("", ['{"Q":"', Reference("Queue", "Arn"), '","S":5,"${Other}":1}']))


def test_a_definition_is_read_from_its_file_with_substitutions_made(tmp_path: Path) -> None:
    (tmp_path / "machine.asl.json").write_text('{"Q":"${Arn}","S":${Seconds},"${Other}":1}')
    text = MACHINE + "      DefinitionS3Location: machine.asl.json\n"
    properties = sound(text, tmp_path).resources["Machine"].properties
    assert properties["DefinitionString"] == SUBSTITUTED
    assert properties.keys() == {"RoleArn", "DefinitionString"}


def test_a_definition_in_the_template_becomes_one_text() -> None:
    text = MACHINE + "      Definition: {Q: '${Arn}', S: 5, '${Other}': 1}\n"
    assert sound(text).resources["Machine"].properties["DefinitionString"] == SUBSTITUTED


def test_a_substitution_that_is_no_text_is_found() -> None:
    text = MACHINE.replace("Seconds: 5", "Seconds: [5]") + "      DefinitionString: 'wait ${Seconds}'\n"
    assert mistakes(text) == [("value.not-text", 7)]


def test_a_document_that_is_not_text_is_found(tmp_path: Path) -> None:
    (tmp_path / "machine.asl.json").write_bytes(b"\xff\xfe")
    text = MACHINE + "      DefinitionS3Location: machine.asl.json\n"
    assert mistakes(text, folder=tmp_path) == [("asset.missing", 8)]


def test_a_definition_in_s3_stays_there() -> None:
    text = MACHINE + "      DefinitionS3Location: {Bucket: b, Key: k}\n"
    properties = sound(text).resources["Machine"].properties
    assert properties.keys() == {"RoleArn", "DefinitionS3Location", "DefinitionSubstitutions"}


def test_an_included_file_is_part_of_the_template(tmp_path: Path) -> None:
    (tmp_path / "extra.yaml").write_text("DelaySeconds: 5\nVisibiltyTimeout: !Ref AWS::Region\n")
    text = """\
        Resources:
          Queue:
            Type: AWS::SQS::Queue
            Properties:
              QueueName: orders
              Fn::Transform: {Name: AWS::Include, Parameters: {Location: extra.yaml}}
        """
    definition, [finding] = read(text, tmp_path)
    assert definition.resources["Queue"].properties["DelaySeconds"] == 5
    assert (finding.code, finding.next) == ("property.unknown", "did you mean VisibilityTimeout?")
    assert str(finding.location) == f"{tmp_path / 'extra.yaml'}:2"


@pytest.mark.parametrize("form", ["{}", "[AWS::LanguageExtensions, {}]"])
def test_a_file_may_be_included_at_the_top(form: str, tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text("Resources:\n  Queue: {Type: AWS::SQS::Queue}\n")
    include = "{Name: AWS::Include, Parameters: {Location: more.yaml}}"
    definition = sound(f"Transform: {form.replace('{}', include)}\n", tmp_path)
    assert list(definition.resources) == ["Queue"]


@pytest.mark.parametrize("location", ["nothing.yaml", "s3://bucket/key", "list.yaml", r"a\0b"])
def test_an_include_that_cannot_be_read_is_found(location: str, tmp_path: Path) -> None:
    (tmp_path / "list.yaml").write_text("- a\n")
    text = f'Transform: {{Name: AWS::Include, Parameters: {{Location: "{location}"}}}}\nResources: {{}}\n'
    assert ("template.include", 1) in mistakes(text, folder=tmp_path)
