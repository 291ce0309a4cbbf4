"""Values that only AWS can answer."""

from __future__ import annotations

import pytest
from tests.aws.world import World
from tests.local_cloud import Cloud

from fairway.model.errors import WrongInput
from fairway.model.values import Lookup, Secret


@pytest.fixture(scope="module")
def stored(local_cloud: Cloud) -> str:
    ssm, secrets = local_cloud.client("ssm"), local_cloud.client("secretsmanager")
    ssm.put_parameter(Name="/look/plain", Type="String", Value="one")
    ssm.put_parameter(Name="/look/plain", Type="String", Value="two", Overwrite=True)
    ssm.put_parameter(Name="/look/secure", Type="SecureString", Value="hush")
    arn = secrets.create_secret(Name="look/secret", SecretString='{"user": "ray", "port": 5}')["ARN"]
    return str(arn)


def test_each_kind_of_value_is_found(world: World, stored: str) -> None:
    look = world.cloud.look_up
    assert look(Lookup("ssm", "/look/plain")) == "two"
    assert look(Lookup("ssm", "/look/plain:1")) == "one"
    assert look(Lookup("ssm-secure", "/look/secure")) == Secret("hush")
    assert look(Lookup("secretsmanager", "look/secret:SecretString:user")) == Secret("ray")
    assert look(Lookup("secretsmanager", "look/secret:SecretString:port:AWSCURRENT")) == Secret("5")
    assert look(Lookup("secretsmanager", f"{stored}:SecretString:user")) == Secret("ray")
    assert look(Lookup("secretsmanager", "look/secret")) == Secret('{"user": "ray", "port": 5}')
    zones = look(Lookup("availability-zones", "us-east-1"))
    assert isinstance(zones, list)
    assert zones[:2] == ["us-east-1a", "us-east-1b"]


@pytest.mark.parametrize(
    ("lookup", "code"),
    [
        (Lookup("ssm", "/look/nothing"), "lookup.missing"),
        (Lookup("secretsmanager", "nothing"), "lookup.missing"),
        (Lookup("secretsmanager", "look/secret:SecretString:nothing"), "lookup.key"),
    ],
)
def test_a_missing_value_is_told(world: World, stored: str, lookup: Lookup, code: str) -> None:
    with pytest.raises(WrongInput) as caught:
        world.cloud.look_up(lookup)
    assert caught.value.code == code
    assert "ray" not in str(caught.value)


def test_a_secret_is_never_looked_up_as_plain_text(world: World, stored: str) -> None:
    with pytest.raises(WrongInput):
        world.cloud.look_up(Lookup("ssm", "/look/secure"))
