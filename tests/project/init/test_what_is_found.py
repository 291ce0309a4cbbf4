"""What a repository's files say, each kind by itself."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import pytest
from tests.cli.program import write

from fairway.project.init.components import fronts, suites
from fairway.project.init.facts import Configured, Deploying
from fairway.project.init.files import files_of
from fairway.project.init.others import noted
from fairway.project.init.proposal import proposal
from fairway.project.init.samconfig import configured
from fairway.project.init.survey import survey
from fairway.project.init.templates import templates
from fairway.project.init.workflows import deploying

SAM = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Api: {Type: AWS::Serverless::Api}\n"
WORKFLOW = """
on:
  push:
    branches: [main, 'release/**']
env: {AWS_REGION: eu-west-1}
jobs:
  test:
    steps: [{run: pytest}]
  deploy:
    environment: {name: production}
    steps:
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          role-to-assume: arn:aws:iam::123456789012:role/deploy
          aws-region: ${{ env.AWS_REGION }}
      - run: |
          sam build
          sam deploy --no-confirm-changeset
"""


def test_a_template_that_another_one_nests_is_no_stack(tmp_path: Path) -> None:
    nesting = SAM + (
        "  One: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./nested/one.yaml}}\n"
        "  Two: {Type: AWS::Serverless::Application, Properties: {Location: nested/two.yaml}}\n"
        "  Far: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: 'https://x.example/nested/far'}}\n"
    )
    files = {"template.yaml": nesting, "nested/one.yaml": SAM, "nested/two.yaml": SAM, "other/far.yml": SAM}
    write(tmp_path, {**files, "node_modules/x/template.yaml": SAM, ".aws-sam/build/template.yaml": SAM})
    found, left = templates(files_of(tmp_path))
    assert [(str(each.path), each.language) for each in found] == [
        ("template.yaml", "SAM"),
        ("other/far.yml", "SAM"),
    ]
    assert left == ()


def test_templates_of_tests_and_those_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    broken = "Resources:\n  A: {Type: AWS::SNS::Topic\n"
    write(
        tmp_path,
        {"tests/template.yaml": SAM, "broken.yaml": f"# ours\n{broken}", "values.yaml": "a: AWS::X\n"},
    )
    found, left = templates(files_of(tmp_path))
    assert found == ()
    assert {each.what for each in left} == {"broken.yaml", "tests/template.yaml"}


def test_outputs_that_name_a_bucket_or_a_distribution(tmp_path: Path) -> None:
    text = """
Resources:
  Pages: {Type: AWS::S3::Bucket}
  Cdn: {Type: AWS::CloudFront::Distribution}
Outputs:
  Site: {Value: !Ref Pages}
  Arn: {Value: !GetAtt Pages.Arn}
  Id: {Value: !Ref Cdn}
"""
    write(tmp_path, {"cfn.json.template": text})
    [[found], _] = templates(files_of(tmp_path))
    assert (found.buckets, found.distributions) == (("Site",), ("Id",))


@pytest.mark.parametrize(
    "overrides",
    [
        '"Stage=prod Words=\\"two words\\" Key=a=b"',
        '["Stage=prod", "Words=\\"two words\\"", "Key=a=b"]',
        '"ParameterKey=Stage,ParameterValue=prod ParameterKey=Words,ParameterValue=\\"two words\\" Key=a=b"',
    ],
)
def test_samconfig_in_each_way_of_writing_it(tmp_path: Path, overrides: str) -> None:
    text = f"""
version = 0.1
[default.global.parameters]
stack_name = "shop"
region = "eu-west-1"
[prod.deploy.parameters]
stack_name = "shop-prod"
region = "eu-central-1"
parameter_overrides = {overrides}
"""
    write(tmp_path, {"samconfig.toml": text})
    path = PurePosixPath("samconfig.toml")
    given = {"Stage": "prod", "Words": "two words", "Key": "a=b"}
    assert list(configured(files_of(tmp_path))) == [
        Configured(path, "default", "shop", "eu-west-1"),
        Configured(path, "prod", "shop-prod", "eu-central-1", given),
    ]


def test_the_jobs_that_deploy_a_branch(tmp_path: Path) -> None:
    write(
        tmp_path,
        {".github/workflows/ci.yml": WORKFLOW, ".github/workflows/bad.yml": "a: [", "ci.yml": WORKFLOW},
    )
    path = PurePosixPath(".github/workflows/ci.yml")
    assert list(deploying(files_of(tmp_path))) == [
        Deploying(path, "main", "production", "eu-west-1", "123456789012")
    ]


def test_a_workflow_that_only_tests_deploys_nothing(tmp_path: Path) -> None:
    text = "on: {push: {branches: main}}\njobs: {test: {steps: [{run: sam build}, {run: npm test}]}}\n"
    write(tmp_path, {".github/workflows/ci.yml": text})
    assert list(deploying(files_of(tmp_path))) == []


def test_each_component_has_its_tests_once(tmp_path: Path) -> None:
    test = "def test_a():\n    pass\n"
    write(
        tmp_path,
        {
            "backend/pytest.ini": "[pytest]\n",
            "backend/tests/test_a.py": test,
            "backend/tests/unit/conftest.py": "",
            "worker/tests/test_b.py": test,
            "pyproject.toml": "[tool.ruff]\nline-length = 100\n",
            "web/package.json": '{"scripts": {"test": "vitest run"}}',
            "web/package-lock.json": "{}",
            "lib/package.json": '{"scripts": {"test": "echo \\"Error: no test specified\\" && exit 1"}}',
        },
    )
    found = {str(each.folder): each.run for each in suites(files_of(tmp_path))}
    assert found == {
        "backend": "python -m pytest -q",
        "worker": "python -m pytest -q",
        ".": "ruff check .",
        "web": "npm ci && CI=true npm test",
    }


def test_a_front_end_is_a_package_that_a_bundler_builds(tmp_path: Path) -> None:
    front = '{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "^5"}}'
    write(tmp_path, {"web/package.json": front, "lambda/package.json": '{"scripts": {"build": "tsc"}}'})
    [found] = fronts(files_of(tmp_path))
    assert (str(found.folder), found.build, found.output) == ("web", "npm run build", "dist")


def test_what_is_not_read_is_told_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "infra/main.tf": "",
            "infra/vpc/main.tf": "",
            "modules/x/main.tf": "",
            "a/Dockerfile": "",
            "b/Dockerfile": "",
            "task-definition.json": '{"containerDefinitions": []}',
            "cdk.json": "{}",
        },
    )
    found = {each.what: each.place for each in noted(files_of(tmp_path))}
    assert found == {
        "infra/*.tf": "infra",
        "a/Dockerfile and 1 more": "",
        "task-definition.json": "",
        "cdk.json": "",
    }


def test_files_that_cannot_be_read_are_named_with_the_line(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "template.yaml": "Resources:\n  Api:\n   - {Type: AWS::SNS::Topic\n",
            "pyproject.toml": "[tool.ruff]\nline-length = \n",
            "samconfig.yaml": "version: 0.1\ndefault: [\n",
            "package.json": '{\n  "scripts": {,}\n}',
        },
    )
    notes = {each.what: each.why for each in survey(tmp_path).noted}
    assert set(notes) == {"template.yaml", "pyproject.toml", "samconfig.yaml", "package.json"}
    assert all(re.search(r"line \d", why) for why in notes.values()), notes
    made = proposal(survey(tmp_path)).text
    assert "no template of SAM or CloudFormation can be read" in made


def test_a_parameter_that_another_stack_puts_out_is_told_how_to_take_it(tmp_path: Path) -> None:
    data = f"{SAM}Outputs:\n  OrdersName: {{Value: orders}}\n"
    api = f"Parameters:\n  OrdersName: {{Type: String}}\n{SAM}"
    write(tmp_path, {"data/template.yaml": data, "api/template.yaml": api})
    assert '{ stack = "data", output = "OrdersName" }' in proposal(survey(tmp_path)).text
