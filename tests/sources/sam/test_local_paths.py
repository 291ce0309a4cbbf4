"""Local paths of a SAM template become what has to be built, or the content of the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.sources.sam.conftest import LoadSam

from fairway.model.evaluate import evaluate
from fairway.model.graph import Definition
from fairway.model.values import Asset, Reference, references

FUNCTION = """\
Globals:
  Function: {Runtime: python3.12, Handler: app.handler, Architectures: [arm64]}
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: esbuild, BuildProperties: {Minify: true}}
    Properties:
      CodeUri: src/
      AutoPublishAlias: live
"""


def asset(definition: Definition, address: str, name: str) -> Asset:
    found = definition.resources[address].properties[name]
    assert isinstance(found, Asset)
    return found


def only(definition: Definition, type_name: str) -> str:
    """The address of the one resource of a type."""
    (address,) = [r.address for r in definition.resources.values() if r.type == type_name]
    return address


def test_a_function_s_code_says_all_that_its_build_needs(load_sam: LoadSam, project: Path) -> None:
    definition, findings = load_sam(FUNCTION)

    assert findings == ()
    code = asset(definition, "Hello", "Code")
    assert (code.kind, code.path, code.handler) == ("function", str(project / "src"), "app.handler")
    assert (code.runtime, code.architecture) == ("python3.12", "arm64")
    assert code.options == {"BuildMethod": "esbuild", "BuildProperties": {"Minify": True}}
    assert code.location
    assert code.location.line == 1 + FUNCTION.splitlines().index("      CodeUri: src/") + 1


def test_code_named_in_globals_belongs_to_each_function(load_sam: LoadSam, project: Path) -> None:
    definition, findings = load_sam("""\
        Globals:
          Function: {Runtime: python3.12, Handler: app.handler, CodeUri: src}
        Resources:
          A: {Type: AWS::Serverless::Function}
          B: {Type: AWS::Serverless::Function, Properties: {CodeUri: other}}
        """)

    assert findings == ()
    assert asset(definition, "A", "Code").path == str(project / "src")
    assert asset(definition, "B", "Code").path == str(project / "other")


def test_a_path_and_a_runtime_may_come_from_parameters(load_sam: LoadSam, project: Path) -> None:
    text = """\
        Parameters:
          Folder: {Type: String, Default: src}
          Runtime: {Type: String}
        Resources:
          A:
            Type: AWS::Serverless::Function
            Properties: {Runtime: !Ref Runtime, Handler: app.handler, CodeUri: !Sub "./${Folder}"}
        """
    definition, findings = load_sam(text, {"Runtime": "python3.11", "Folder": "other"})

    assert findings == ()
    assert asset(definition, "A", "Code").path == str(project / "other")
    assert asset(definition, "A", "Code").runtime == "python3.11"


def test_inline_code_is_built_from_its_text(load_sam: LoadSam) -> None:
    definition, findings = load_sam("""\
        Resources:
          A:
            Type: AWS::Serverless::Function
            Properties: {Runtime: python3.12, Handler: index.handler, InlineCode: "def handler(e, c): pass"}
        """)

    assert findings == ()
    assert asset(definition, "A", "Code").kind == "inline"
    assert asset(definition, "A", "Code").content == "def handler(e, c): pass"


@pytest.mark.parametrize("uri", ["s3://bucket/key.zip", "{Bucket: bucket, Key: key.zip}"])
def test_an_s3_object_stays_one(load_sam: LoadSam, uri: str) -> None:
    definition, findings = load_sam(f"""\
        Resources:
          A:
            Type: AWS::Serverless::Function
            Properties: {{Runtime: python3.12, Handler: a.b, CodeUri: {uri}, AutoPublishAlias: live}}
        """)

    assert findings == ()
    assert definition.resources["A"].properties["Code"] == {"S3Bucket": "bucket", "S3Key": "key.zip"}
    assert "CodeSha256" not in definition.resources[only(definition, "AWS::Lambda::Version")].properties


def test_a_published_version_carries_its_function_s_code(load_sam: LoadSam) -> None:
    definition, _ = load_sam(FUNCTION)
    version = only(definition, "AWS::Lambda::Version")

    assert asset(definition, version, "CodeSha256") == asset(definition, "Hello", "Code")
    assert definition.resources[version].update_replace_policy == "Retain"
    alias = definition.resources["HelloAliaslive"]
    assert alias.properties["FunctionVersion"] == Reference(version, "Version")


@pytest.mark.parametrize("where", ["function", "globals"])
def test_a_version_that_is_published_for_all_properties_follows_its_layers(
    load_sam: LoadSam, where: str
) -> None:
    switch = "AutoPublishAliasAllProperties: true"
    definition, findings = load_sam(f"""\
        Globals:
          Function: {{AutoPublishAlias: live, {switch if where == "globals" else "Timeout: 3"}}}
        Resources:
          Hello:
            Type: AWS::Serverless::Function
            Properties:
              {{Runtime: python3.12, Handler: app.handler, CodeUri: src,
               Layers: [!Ref Libs, "arn:aws:lambda:eu-west-1:123456789012:layer:x:1"],
               {switch if where == "function" else "Timeout: 3"}}}
          Libs: {{Type: AWS::Serverless::LayerVersion, Properties: {{ContentUri: layer}}}}
        """)

    assert findings == ()
    layer = only(definition, "AWS::Lambda::LayerVersion")
    version = definition.resources[only(definition, "AWS::Lambda::Version")]
    assert Reference(layer) in references(version.properties)
    known = {Reference(layer): "arn:aws:lambda:eu-west-1:123456789012:layer:Libs:3"}
    described = evaluate(version.properties["Description"], lambda reference: known[reference])
    assert described == "Libs:3"


def test_a_version_follows_no_layers_otherwise(load_sam: LoadSam) -> None:
    definition, _ = load_sam(
        FUNCTION.replace("CodeUri: src/", "CodeUri: src/\n      Layers: [!Ref Libs]")
        + """\
  Libs: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: layer}}
"""
    )

    version = definition.resources[only(definition, "AWS::Lambda::Version")]
    assert "Description" not in version.properties


def test_new_code_changes_no_address(load_sam: LoadSam, project: Path) -> None:
    before, _ = load_sam(FUNCTION)
    (project / "src" / "app.py").write_text("def handler(event, context):\n    return 'new'\n")
    after, _ = load_sam(FUNCTION)

    assert before == after


def test_a_layer_is_built_for_its_build_method_and_kept_when_replaced(
    load_sam: LoadSam, project: Path
) -> None:
    definition, findings = load_sam("""\
        Resources:
          Libs:
            Type: AWS::Serverless::LayerVersion
            Metadata: {BuildMethod: python3.12}
            Properties: {ContentUri: layer, CompatibleArchitectures: [arm64]}
        """)

    assert findings == ()
    layer = only(definition, "AWS::Lambda::LayerVersion")
    content = asset(definition, layer, "Content")
    assert (content.kind, content.path, content.runtime) == ("layer", str(project / "layer"), "python3.12")
    assert content.architecture == "arm64"
    assert definition.resources[layer].update_replace_policy == "Retain"


def test_a_state_machine_s_file_becomes_its_definition(load_sam: LoadSam) -> None:
    definition, findings = load_sam("""\
        Resources:
          Flow:
            Type: AWS::Serverless::StateMachine
            Properties:
              DefinitionUri: flow.asl.json
              DefinitionSubstitutions: {Fn: "arn:x"}
        """)

    assert findings == ()
    properties = definition.resources["Flow"].properties
    assert json.loads(str(properties["DefinitionString"]))["States"]["A"]["Resource"] == "arn:x"
    assert "DefinitionS3Location" not in properties


@pytest.mark.parametrize("kind", ["Api", "HttpApi"])
def test_an_api_s_file_becomes_its_body_and_a_new_file_a_new_deployment(
    load_sam: LoadSam, project: Path, kind: str
) -> None:
    text = f"""\
        Resources:
          Shop:
            Type: AWS::Serverless::{kind}
            Properties: {{StageName: live, DefinitionUri: api.yaml}}
        """
    before, findings = load_sam(text)
    (project / "api.yaml").write_text("openapi: 3.0.1\npaths:\n  /b:\n    get: {}\n")
    after, _ = load_sam(text)

    assert findings == ()
    body = before.resources["Shop"].properties["Body"]
    assert isinstance(body, dict)
    assert list(body["paths"]) == ["/a"]
    if kind == "Api":
        deployment = "AWS::ApiGateway::Deployment"
        assert only(before, deployment) != only(after, deployment)


@pytest.mark.parametrize("path", ["a\\0b", "s3://Fairway_local_path/zzz", ".", "é ?#&x/..", "x" * 5000])
@pytest.mark.parametrize("kind", ["Function", "StateMachine"])
def test_an_odd_path_gives_no_traceback(load_sam: LoadSam, path: str, kind: str) -> None:
    given = "CodeUri" if kind == "Function" else "DefinitionUri"
    definition, _ = load_sam(f"""\
        Resources:
          A:
            Type: AWS::Serverless::{kind}
            Properties: {{{given}: "{path}"}}
        """)

    assert "A" in definition.resources
