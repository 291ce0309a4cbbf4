"""From facts to a file that is read without a finding."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cli.program import write
from tests.sources.corpus import CORPUS, cases

from fairway.model.location import Location
from fairway.project.find import read_project
from fairway.project.init.facts import Configured, Deploying, Front, Noted, Suite, Survey, Template
from fairway.project.init.proposal import MOST_STACKS, proposal
from fairway.project.init.survey import survey
from fairway.project.settings import Project
from fairway.sources.cloudformation.parameters import Declaration

ROOT = Path(__file__).parents[3]


def read(text: str, folder: Path) -> Project:
    """What the file says. Raises InvalidDefinition for anything that is wrong in it."""
    write(folder, {"fairway.toml": text})
    return read_project(folder / "fairway.toml")


def proposed(folder: Path) -> Project:
    return read(proposal(survey(folder)).text, folder)


TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String}
  Key: {Type: String, NoEcho: true}
  Limit: {Type: Number}
Resources:
  Pages: {Type: AWS::S3::Bucket}
Outputs:
  SiteBucket: {Value: !Ref Pages}
"""
SAMCONFIG = """
[default.deploy.parameters]
stack_name = "shop"
region = "eu-west-1"
parameter_overrides = "Stage=dev Key=very-secret Gone=1"
[prod.deploy.parameters]
stack_name = "shop-prod"
region = "eu-central-1"
parameter_overrides = "Stage=${prod}"
"""
WORKFLOW = """
on: {push: {branches: [main]}}
jobs: {deploy: {environment: prod, steps: [{run: sam deploy --config-env prod}]}}
"""
FRONT = '{"scripts": {"build": "vite build", "test": "vitest"}, "devDependencies": {"vite": "5"}}'


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    files = {
        "template.yaml": TEMPLATE,
        "samconfig.toml": SAMCONFIG,
        ".github/workflows/deploy.yml": WORKFLOW,
        "web/package.json": FRONT,
        "infra/data/template.yaml": TEMPLATE,
        "legacy/main.tf": "",
    }
    write(tmp_path, files)
    return tmp_path


def test_stacks_are_called_as_samconfig_does_or_by_their_folder(shop: Path) -> None:
    stacks = proposed(shop).stacks
    assert {name: each.source for name, each in stacks.items()} == {
        "shop": "template.yaml",
        "data": "infra/data/template.yaml",
    }


def test_an_environment_is_what_workflows_and_samconfig_say_of_it(shop: Path) -> None:
    found = proposed(shop).environments
    assert {name: (each.region, each.branch) for name, each in found.items()} == {
        "prod": ("eu-central-1", "main"),
        "dev": ("eu-west-1", ""),
    }


def test_samconfigs_default_is_the_only_environment_there_is(shop: Path) -> None:
    alone, _, _ = SAMCONFIG.partition("[prod")
    write(shop, {"samconfig.toml": alone})
    found = proposed(shop).environments
    assert {name: (each.region, each.branch) for name, each in found.items()} == {
        "prod": ("eu-west-1", "main")
    }


def test_parameters_that_samconfig_gives_are_taken_but_for_secrets(shop: Path) -> None:
    text = proposal(survey(shop)).text
    project = read(text, shop)
    assert {name: each.value for name, each in project.stacks["shop"].parameters.items()} == {"Stage": "dev"}
    own = project.environment("prod").stack_parameters["shop"]
    assert {name: each.value for name, each in own.items()} == {"Stage": "$${prod}"}, "no name of ours"
    assert "very-secret" not in text
    assert "# Key is secret" in text
    assert "# Limit has no default" in text


def test_what_is_left_to_do_before_a_plan_is_said(shop: Path) -> None:
    both = proposal(survey(shop))
    assert both.next == (
        "give Key, Limit of shop a value and give Stage, Key, Limit of data a value in it, "
        "then `fairway run --to plan`"
    )
    (shop / "infra/data/template.yaml").unlink()
    assert proposal(survey(shop)).next == "give Key, Limit of shop a value in it, then `fairway plan`"
    write(shop, {"template.yaml": "Resources: {Topic: {Type: AWS::SNS::Topic}}\n"})
    assert proposal(survey(shop)).next == "`fairway plan`"
    (shop / "template.yaml").unlink()
    assert proposal(survey(shop)).next == "name a template in it, then `fairway plan`"


def test_an_environment_has_one_branch_and_others_are_told(shop: Path) -> None:
    write(shop, {".github/workflows/deploy.yml": WORKFLOW.replace("[main]", "[main, develop, main]")})
    text = proposal(survey(shop)).text
    assert read(text, shop).environment("prod").branch == "main"
    assert "those to develop too" in " ".join(text.replace("#", "").split())


def test_a_comment_is_no_wider_than_a_terminal(shop: Path) -> None:
    folder = "a-rather-long-folder/of-a-service/whose-name/is-written-out/in-full"
    write(shop, {f"{folder}/template.yaml": TEMPLATE, f"{folder}/two words here/template.yaml": TEMPLATE})
    comments = [line for line in proposal(survey(shop)).text.splitlines() if line.startswith("# ")]
    assert all(len(line) <= 80 or len(line.split()) == 2 for line in comments)


def test_a_site_goes_to_the_bucket_that_an_output_names(shop: Path) -> None:
    (shop / "infra/data/template.yaml").unlink()
    site = proposed(shop).sites["web"]
    assert (site.bucket, site.folder, site.output) == ("${stacks.shop.SiteBucket}", "web", "dist")


def test_a_site_without_one_bucket_is_left_to_be_filled_in(shop: Path) -> None:
    text = proposal(survey(shop)).text
    assert not read(text, shop).sites
    assert "# [sites.web]" in text


def test_two_sites_are_not_put_into_one_bucket(shop: Path) -> None:
    (shop / "infra/data/template.yaml").unlink()
    write(shop, {"admin/web/package.json": FRONT})
    text = proposal(survey(shop)).text
    assert not read(text, shop).sites
    assert "# [sites.admin-web]" in text


def test_what_is_not_read_has_its_place_as_a_comment(shop: Path) -> None:
    assert '# [stacks.legacy]\n# source = "legacy"' in proposal(survey(shop)).text


def test_a_stack_that_was_deployed_from_here_keeps_its_name(shop: Path) -> None:
    (shop / ".fairway" / "state").mkdir(parents=True)
    assert shop.name.replace("_", "-") in proposed(shop).stacks


def test_a_collection_of_templates_is_a_list_to_choose_from(tmp_path: Path) -> None:
    write(tmp_path, {f"pattern-{at}/template.yaml": TEMPLATE for at in range(MOST_STACKS + 3)})
    text = proposal(survey(tmp_path)).text
    assert not read(text, tmp_path).stacks
    assert "# … and 3 more" in text


def test_an_empty_folder_has_a_name_and_nothing_else(tmp_path: Path) -> None:
    project = proposed(tmp_path)
    assert project.name
    assert (project.stacks, project.environments, project.tests) == ({}, {}, ())


@pytest.mark.parametrize("example", ["crm", "document-pipeline", "ray-converter", "atlas-engine"])
def test_of_the_examples(example: str, tmp_path: Path) -> None:
    found = read(proposal(survey(ROOT / "examples" / example)).text, tmp_path)
    assert [each.source for each in found.stacks.values()] == ["template.yaml"]
    if example == "crm":
        assert found.sites["web"].distribution == "${stacks.crm.DistributionId}"
        assert {each.folder for each in found.tests} == {".", "web"}


@pytest.mark.parametrize("entry", [*cases("SAM")[::8], *cases("CFN")[::8]])
def test_of_other_peoples_projects(entry: dict[str, str], tmp_path: Path) -> None:
    found = read(proposal(survey(CORPUS / entry["name"])).text, tmp_path)
    assert found.stacks


PATHS = st.lists(st.text(min_size=1, max_size=8).filter(lambda part: "/" not in part), min_size=1, max_size=3)
"""Of files whose names may hold anything."""
PURE = PATHS.map(lambda parts: PurePosixPath(*parts))
WORDS = st.text(max_size=12)
DECLARED = st.builds(
    Declaration,
    name=st.from_regex(r"[A-Za-z0-9]{1,6}", fullmatch=True),
    type=st.just("String"),
    location=st.just(Location("template.yaml", 1)),
    default=st.none() | WORDS,
    secret=st.booleans(),
)
NAMED = st.lists(DECLARED, max_size=3).map(lambda found: {each.name: each for each in found})
SURVEYS = st.builds(
    Survey,
    name=st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,8}", fullmatch=True),
    branch=WORDS,
    templates=st.lists(
        st.builds(Template, PURE, st.just("SAM"), st.integers(1, 9), NAMED, st.just(("Site",))),
        max_size=4,
        unique_by=lambda template: template.path,
    ).map(tuple),
    configured=st.lists(
        st.builds(
            Configured, PURE, WORDS, WORDS, st.just("eu-west-1"), st.dictionaries(WORDS, WORDS, max_size=3)
        ),
        max_size=3,
    ).map(tuple),
    deploying=st.lists(
        st.builds(Deploying, PURE, st.from_regex(r"[\w./-]{1,9}", fullmatch=True), WORDS), max_size=3
    ).map(tuple),
    suites=st.lists(st.builds(Suite, st.text(min_size=1), st.just("npm test"), PURE, WORDS), max_size=3).map(
        tuple
    ),
    fronts=st.lists(
        st.builds(Front, WORDS, PURE, st.just("npm run build"), st.just("dist"), st.just("vite")), max_size=2
    ).map(tuple),
    noted=st.lists(st.builds(Noted, WORDS, WORDS, WORDS), max_size=2).map(tuple),
)


@given(SURVEYS)
def test_whatever_is_found_the_file_is_read_without_a_finding(
    tmp_path_factory: pytest.TempPathFactory, found: Survey
) -> None:
    read(proposal(found).text, tmp_path_factory.mktemp("any"))
