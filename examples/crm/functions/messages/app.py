"""Messages to leads. Each carries a link to unsubscribe that nobody else can make: it is signed."""

import functools
import hashlib
import hmac
import os

import boto3
from boto3.dynamodb.conditions import Key
from crm import add, api, needed, note, one, table


@functools.cache
def _key():
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["SIGNING_SECRET"])
    return secret["SecretString"].encode()


def signature(lead):
    """What proves that a link to unsubscribe is ours."""
    return hmac.new(_key(), lead.encode(), hashlib.sha256).hexdigest()[:16]


def send(lead, text):
    """Keep a message to a lead. The way to a telephone is each company's own, and begins at this table."""
    filled = text.replace("{name}", lead["name"])
    link = f"/unsubscribe/{lead['id']}/{signature(lead['id'])}"
    message = add("messages", lead=lead["id"], text=filled, unsubscribe=link)
    note("message", lead["id"], text=filled)
    return message


def _list(_body, path):
    found = table("messages").query(IndexName="ByLead", KeyConditionExpression=Key("lead").eq(path["id"]))
    return found["Items"]


def _send(body, path):
    return send(one("leads", path["id"]), needed(body, "text")["text"])


_routes = api(
    {
        ("GET", "/api/leads/{id}/messages"): _list,
        ("POST", "/api/leads/{id}/messages"): _send,
    }
)


def handler(event, context):
    """Calls of the API, and of the two functions that run by themselves."""
    if "httpMethod" in event:
        return _routes(event, context)
    return send(one("leads", event["lead"]), event["text"])
