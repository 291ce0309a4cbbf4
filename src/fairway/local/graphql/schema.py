"""A schema as AppSync takes it: SDL with AWS's own scalars and directives.

Source: docs: appsync, scalars.html and graphql-types.html ("AWS AppSync directives").
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphql import GraphQLSchema

_AWS = """
scalar AWSDate
scalar AWSTime
scalar AWSDateTime
scalar AWSTimestamp
scalar AWSEmail
scalar AWSJSON
scalar AWSURL
scalar AWSPhone
scalar AWSIPAddress
directive @aws_subscribe(mutations: [String!]) on FIELD_DEFINITION
directive @aws_publish(subscriptions: [String!]) on FIELD_DEFINITION
directive @aws_auth(cognito_groups: [String!]!) on FIELD_DEFINITION
directive @aws_cognito_user_pools(cognito_groups: [String!]) on FIELD_DEFINITION | OBJECT
directive @aws_api_key on FIELD_DEFINITION | OBJECT
directive @aws_iam on FIELD_DEFINITION | OBJECT
directive @aws_oidc on FIELD_DEFINITION | OBJECT
directive @aws_lambda on FIELD_DEFINITION | OBJECT
"""


def problem_of(text: str) -> str:
    """Why a text is no schema; empty when it is one."""
    from graphql import GraphQLError, validate_schema

    try:
        problems = validate_schema(built(text))
    except (GraphQLError, TypeError) as error:
        return str(error)
    return "; ".join(str(problem) for problem in problems)


def has_field(text: str, type_name: str, field_name: str) -> bool:
    """Whether a schema has such a field."""
    found = built(text).type_map.get(type_name)
    return field_name in getattr(found, "fields", {})


@lru_cache(maxsize=64)
def built(text: str) -> GraphQLSchema:
    """The schema that can be executed. Raises GraphQLError, or TypeError for one that cannot be built."""
    from graphql import build_schema

    schema = build_schema(_AWS + text)
    document: Any = schema.type_map["AWSJSON"]
    document.coerce_output_value = lambda value: value if isinstance(value, str) else json.dumps(value)
    document.coerce_input_value = json.loads
    document.coerce_input_literal = lambda node: json.loads(node.value)
    return schema
