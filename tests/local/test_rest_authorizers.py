"""Authorizers of REST APIs: TOKEN, REQUEST and Cognito."""

from __future__ import annotations

from typing import Any

import pytest
from tests.local.apis_world import ECHO, Rest, lambda_uri, permit
from tests.local_cloud import ACCOUNT, REGION, Cloud

_POLICY = """
def handler(event, context):
    token = event.get("authorizationToken") or (event.get("headers") or {{}}).get("X-Key")
    if token == "unknown":
        raise Exception("Unauthorized")
    if token == "broken":
        return {{"no": "policy"}}
    effect = "Allow" if token == "good" else "Deny"
    statement = {{"Action": "execute-api:Invoke", "Effect": effect, "Resource": event["methodArn"]}}
    return {{"principalId": "ann", "policyDocument": {{"Version": "2012-10-17", "Statement": [statement]}},
            "context": {{"level": 3, "admin": True, "type": event["type"]}}}}
"""


@pytest.fixture(scope="module")
def echo(local_cloud: Cloud) -> str:
    return local_cloud.function(ECHO)


def guarded(cloud: Cloud, echo: str, *, permitted: bool = True, **settings: Any) -> Rest:
    """An API whose only method has a Lambda authorizer."""
    check = cloud.function({"app.py": _POLICY.format()})
    rest = Rest(cloud)
    created = rest.client.create_authorizer(
        restApiId=rest.id, name="check", authorizerUri=lambda_uri(check), **settings
    )
    if permitted:
        permit(cloud, check, rest.arn(f"authorizers/{created['id']}"))
    rest.function("GET", "/items/{id}", echo, authorizationType="CUSTOM", authorizerId=created["id"])
    rest.deploy()
    return rest


def test_a_token_authorizer_decides_and_hands_on_its_context(local_cloud: Cloud, echo: str) -> None:
    rest = guarded(local_cloud, echo, type="TOKEN", identitySource="method.request.header.X-Token")
    none = rest.call("/items/1")
    assert (none.status, none.json()) == (401, {"message": "Unauthorized"})
    unknown = rest.call("/items/1", headers={"X-Token": "unknown"})
    assert (unknown.status, unknown.json()) == (401, {"message": "Unauthorized"})
    denied = rest.call("/items/1", headers={"X-Token": "bad"})
    assert denied.status == 403
    assert denied.json() == {
        "message": "User is not authorized to access this resource with an explicit deny"
    }
    good = rest.call("/items/1", headers={"X-Token": "good"})
    authorizer = good.json()["requestContext"]["authorizer"]
    assert authorizer["principalId"] == "ann"
    assert (authorizer["level"], authorizer["admin"], authorizer["type"]) == ("3", "true", "TOKEN")


def test_a_request_authorizer_sees_the_request(local_cloud: Cloud, echo: str) -> None:
    rest = guarded(local_cloud, echo, type="REQUEST", identitySource="method.request.header.X-Key")
    assert rest.call("/items/1").status == 401
    good = rest.call("/items/1", headers={"X-Key": "good"})
    assert good.json()["requestContext"]["authorizer"]["type"] == "REQUEST"


def test_an_authorizer_that_answers_wrongly_or_may_not_be_called_is_an_error(
    local_cloud: Cloud, echo: str
) -> None:
    source = "method.request.header.X-Token"
    wrong = guarded(local_cloud, echo, type="TOKEN", identitySource=source)
    reply = wrong.call("/items/1", headers={"X-Token": "broken"})
    assert (reply.status, reply.json()) == (500, {"message": "Internal server error"})
    closed = guarded(local_cloud, echo, permitted=False, type="TOKEN", identitySource=source)
    reply = closed.call("/items/1", headers={"X-Token": "good"})
    assert reply.status == 500
    assert "AWS::Lambda::Permission" in (reply.header("x-fairway-reason") or "")


def test_a_validation_expression_refuses_before_the_function_is_asked(local_cloud: Cloud, echo: str) -> None:
    rest = guarded(
        local_cloud,
        echo,
        type="TOKEN",
        identitySource="method.request.header.X-Token",
        identityValidationExpression="[a-z]+",
    )
    assert rest.call("/items/1", headers={"X-Token": "GOOD"}).status == 401
    assert rest.call("/items/1", headers={"X-Token": "good"}).status == 200


def test_a_user_pool_authorizer_takes_the_pools_tokens(local_cloud: Cloud, echo: str) -> None:
    cognito = local_cloud.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="people")["UserPool"]["Id"]
    other = cognito.create_user_pool(PoolName="others")["UserPool"]["Id"]
    rest = Rest(local_cloud)
    created = rest.client.create_authorizer(
        restApiId=rest.id,
        name="pool",
        type="COGNITO_USER_POOLS",
        identitySource="method.request.header.Authorization",
        providerARNs=[f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{pool}"],
    )
    rest.function("GET", "/", echo, authorizationType="COGNITO_USER_POOLS", authorizerId=created["id"])
    rest.deploy()
    assert rest.call("/").status == 401
    reply = rest.call("/", headers={"Authorization": token(local_cloud, pool)})
    assert reply.json()["requestContext"]["authorizer"]["claims"]["cognito:username"] == "ann"
    assert rest.call("/", headers={"Authorization": token(local_cloud, other)}).status == 401


def token(cloud: Cloud, pool: str) -> str:
    """An id token of a user of the pool."""
    cognito = cloud.client("cognito-idp")
    client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="app")["UserPoolClient"]["ClientId"]
    cognito.admin_create_user(UserPoolId=pool, Username="ann")
    cognito.admin_set_user_password(UserPoolId=pool, Username="ann", Password="Secret-123", Permanent=True)
    answer = cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=client,
        AuthFlow="ADMIN_NO_SRP_AUTH",
        AuthParameters={"USERNAME": "ann", "PASSWORD": "Secret-123"},
    )
    return str(answer["AuthenticationResult"]["IdToken"])
