"""People who may become customers, and where each of them stands."""

import time

from boto3.dynamodb.conditions import Key
from crm import STAGES, Refused, add, api, everything, needed, note, one, table


def _list(_body, _path):
    return everything("leads")


def _add(body, _path):
    lead = add("leads", stage="new", **needed(body, "name", "phone"))
    note("added", lead["id"], name=lead["name"])
    return lead


def _get(_body, path):
    return one("leads", path["id"])


def _move(body, path):
    stage = needed(body, "stage")["stage"]
    if stage not in STAGES:
        raise Refused(400, f"{stage} is no stage; there are {', '.join(STAGES)}")
    lead = {**one("leads", path["id"]), "stage": stage, "touched": int(time.time())}
    table("leads").put_item(Item=lead)
    note("moved", lead["id"], stage=stage)
    return lead


def _activity(_body, path):
    return table("activity").query(KeyConditionExpression=Key("about").eq(path["id"]))["Items"]


handler = api(
    {
        ("GET", "/api/leads"): _list,
        ("POST", "/api/leads"): _add,
        ("GET", "/api/leads/{id}"): _get,
        ("PATCH", "/api/leads/{id}"): _move,
        ("GET", "/api/leads/{id}/activity"): _activity,
    }
)
