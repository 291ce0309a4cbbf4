"""A secret must be there; one with a placeholder is a warning. No value of one is ever told."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.checks.deployed import Place, place, told
from tests.local_cloud import Cloud, unique

from fairway.checks import after
from fairway.model.checked import Checked
from fairway.project.settings import Project, SecretSettings

TEMPLATE = """\
Resources:
  Login:
    Type: AWS::SecretsManager::Secret
    Properties:
      GenerateSecretString:
        SecretStringTemplate: '{"username": "placeholder", "host": "https://crm.example"}'
        GenerateStringKey: password
"""


@pytest.fixture
def here(tmp_path: Path, local_cloud: Cloud) -> Place:
    made = place(tmp_path, local_cloud, {"template.yaml": TEMPLATE})
    made.deploy()
    return made


def test_a_placeholder_of_a_stack_is_named_by_its_place(here: Place, local_cloud: Cloud) -> None:
    found = here.built_in()["secrets"]
    assert (found.result, found.message) == ("warned", "a placeholder is in Login (username)")
    local_cloud.client("secretsmanager").put_secret_value(
        SecretId=here.identifier("Login"), SecretString='{"username": "me"}'
    )
    found = here.built_in()["secrets"]
    assert (found.result, found.message) == ("passed", "1 without placeholders")


def declared(here: Place, secret: SecretSettings) -> Checked:
    project = Project(file=here.folder / "fairway.toml", secrets={secret.key: secret})
    (found,) = [
        each
        for each in after.run(project, here.subject(project), told)
        if each.name == f"secret {secret.key}"
    ]
    return found


@pytest.mark.parametrize("store", ["secretsmanager", "ssm"])
def test_a_declared_one(here: Place, local_cloud: Cloud, store: str) -> None:
    name = f"/{unique('secret')}"
    secret = SecretSettings("crm", f"{name}-${{environment}}", store)  # type: ignore[arg-type]
    missing = declared(here, secret)
    assert (missing.result, missing.next) == ("failed", "`fairway secrets set crm`")
    put(local_cloud, store, f"{name}-local", "(placeholder)")
    assert declared(here, secret).result == "warned"
    put(local_cloud, store, f"{name}-local", "the-real-one-4711")
    good = declared(here, secret)
    assert good.result == "passed"
    assert "4711" not in repr(good)


def put(cloud: Cloud, store: str, name: str, value: str) -> None:
    if store == "ssm":
        cloud.client("ssm").put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)
        return
    client = cloud.client("secretsmanager")
    try:
        client.create_secret(Name=name, SecretString=value)
    except client.exceptions.ResourceExistsException:
        client.put_secret_value(SecretId=name, SecretString=value)
