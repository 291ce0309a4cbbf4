"""Resolvers written in JavaScript (APPSYNC_JS) run, in pipelines and alone."""

from __future__ import annotations

import json
from typing import Any

from tests.local.test_graphql import Api
from tests.local_cloud import Cloud, unique

RUNTIME = {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}
PASSING = (
    "export function request(ctx) { return {}; }\nexport function response(ctx) { return ctx.prev.result; }"
)

EARLY = """
import { runtime } from '@aws-appsync/utils'
export const request = () => runtime.earlyReturn('soon')
export const response = () => 'late'
"""


def step(api: Api, code: str, source: str) -> str:
    """The id of a function with this code."""
    made = api.cloud.client("appsync").create_function(
        apiId=api.id, name=unique("step").replace("-", "_"), dataSourceName=source, code=code, runtime=RUNTIME
    )
    return str(made["functionConfiguration"]["functionId"])


def pipeline(api: Api, place: str, *steps: str, code: str = PASSING) -> None:
    api.resolver(
        place, kind="PIPELINE", pipelineConfig={"functions": list(steps)}, code=code, runtime=RUNTIME
    )


def unit(api: Api, place: str, source: str, code: str) -> None:
    api.resolver(place, dataSourceName=source, code=code, runtime=RUNTIME)


def table(api: Api) -> str:
    name = unique("rays")
    api.cloud.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )
    config = {"tableName": name, "awsRegion": "us-east-1"}
    return api.source("table", "AMAZON_DYNAMODB", dynamodbConfig=config)


def test_a_function_is_invoked_and_its_result_handed_on_with_the_stash(local_cloud: Cloud) -> None:
    api = Api.make(local_cloud)
    maker = api.function_source("def handler(event, _):\n    return {'id': event['id'], 'length': 4}\n")
    first = step(
        api,
        """
        import { util } from '@aws-appsync/utils'
        export function request(ctx) {
          ctx.stash.seen = ctx.args.id
          return { operation: 'Invoke', payload: { id: ctx.args.id + '!' } }
        }
        export function response(ctx) {
          if (ctx.error) util.error(ctx.error.message, ctx.error.type)
          return ctx.result
        }
        """,
        maker,
    )
    second = step(
        api,
        """
        export const request = (ctx) => ({ payload: { ...ctx.prev.result, tags: [ctx.stash.seen] } })
        export const response = (ctx) => ctx.result
        """,
        api.source("nothing", "NONE"),
    )
    pipeline(api, "Query.ray", first, second)
    assert api.data('{ ray(id: "a") { id length tags } }') == {
        "ray": {"id": "a!", "length": 4, "tags": '["a"]'}
    }


def test_tables_are_written_and_read_with_the_library(local_cloud: Cloud) -> None:
    api = Api.make(local_cloud)
    source = table(api)
    unit(
        api,
        "Mutation.put",
        source,
        """
        import { util } from '@aws-appsync/utils'
        import * as ddb from '@aws-appsync/utils/dynamodb'
        export function request(ctx) {
          const { id, ...item } = ctx.args.ray
          return ddb.put({ key: { id }, item, condition: { id: { attributeExists: false } } })
        }
        export function response(ctx) {
          if (ctx.error) util.error(ctx.error.message, 'Taken', { id: ctx.args.ray.id })
          return ctx.result ?? ctx.args.ray
        }
        """,
    )
    unit(
        api,
        "Query.ray",
        source,
        """
        import { get } from "@aws-appsync/utils/dynamodb"
        export const request = (ctx) => get({ key: { id: ctx.args.id } })
        export const response = (ctx) => ctx.result
        """,
    )
    unit(
        api,
        "Query.rays",
        source,
        """
        import { scan } from "@aws-appsync/utils/dynamodb"
        const filter = { or: [{ length: { gt: 5 } }, { id: { eq: 'none' } }] }
        export const request = () => scan({ filter })
        export const response = (ctx) => ctx.result
        """,
    )
    put = "mutation($ray: RayInput!) { put(ray: $ray) { id } }"
    rays: list[dict[str, Any]] = [{"id": "r1", "length": 7}, {"id": "r2", "length": 3}]
    for ray in rays:
        assert api.data(put, ray=ray) == {"put": {"id": ray["id"]}}
    [refused] = api.ask(put, ray=rays[0]).json()["errors"]
    assert (refused["errorType"], refused["data"]) == ("Taken", {"id": "r1"})
    assert api.data('{ ray(id: "r2") { length } rays { items { id } } }') == {
        "ray": {"length": 3},
        "rays": {"items": [{"id": "r1"}]},
    }


def test_an_early_return_ends_what_it_stands_in(local_cloud: Cloud) -> None:
    api = Api.make(local_cloud)
    source = api.source("nothing", "NONE")
    pipeline(api, "Query.echo", step(api, EARLY, source))
    unit(api, "Query.fails", source, EARLY)
    assert api.data("{ echo fails }") == {"echo": "soon", "fails": "soon"}


def test_what_the_code_raises_or_lacks_is_an_error_of_its_field(local_cloud: Cloud) -> None:
    api = Api.make(local_cloud)
    source = api.source("nothing", "NONE")
    unit(api, "Query.fails", source, "export const request = () => { throw new Error('broken') }")
    unit(
        api,
        "Query.echo",
        source,
        """
        import { util } from '@aws-appsync/utils'
        export const request = (ctx) => { util.appendError('careful', 'Warned'); return { payload: 'said' } }
        export const response = (ctx) => { console.log('aside'); return ctx.result }
        """,
    )
    unit(
        api,
        "Query.ray",
        source,
        """
        import { util } from '@aws-appsync/utils'
        export const request = () => ({ payload: util.rds.none() })
        """,
    )
    answer = api.ask("{ fails echo ray(id: 1) { id } }").json()
    assert answer["data"] == {"fails": None, "echo": "said", "ray": None}
    told = {(error["errorType"], error["message"], json.dumps(error["path"])) for error in answer["errors"]}
    assert told == {
        ("Code", "broken", '["fails"]'),
        ("Code", "the local cloud has no util.rds", '["ray"]'),
        ("Warned", "careful", '["echo"]'),
    }
