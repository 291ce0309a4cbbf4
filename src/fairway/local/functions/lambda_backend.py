"""moto's Lambda backend, with versions, policies, URLs and invoke settings kept per qualifier as AWS does."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from moto.awslambda import models
from moto.awslambda.exceptions import (
    GenericResourcNotFound,
    InvalidParameterValueException,
    UnknownEventConfig,
)

from fairway.local.functions import service
from fairway.local.functions.errors import ResourceConflict
from fairway.local.functions.lambda_function import LATEST, LocalFunction
from fairway.local.functions.lookup import split_name
from fairway.local.functions.permissions import ResourcePolicy
from fairway.local.functions.validation import check_configuration, check_creation

Qualified = tuple[str, str]  # function name, and version or alias; "" for the function itself


_URL_SETTINGS: tuple[str, ...] = ("AuthType", "Cors", "InvokeMode")


class LocalLambdaBackend(models.LambdaBackend):
    """One account's functions in one region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.policies: dict[Qualified, ResourcePolicy] = {}
        self.layer_policies: dict[str, ResourcePolicy] = {}
        self.function_urls: dict[Qualified, dict[str, Any]] = {}
        self.invoke_configs: dict[Qualified, dict[str, Any]] = {}
        self.side_settings: dict[tuple[str, str, str], dict[str, Any]] = {}
        self._last_version: dict[str, int] = {}

    def locate(self, name_or_arn: str, qualifier: str | None = None) -> tuple[LocalFunction, str]:
        """The function and the qualifier it was asked for by ("" for none).

        Raises UnknownFunctionException.
        """
        name, own = split_name(name_or_arn)
        asked = own or qualifier or ""
        return self._lambdas.get_function_by_name_with_qualifier(name, asked or None), asked  # type: ignore[return-value]

    def choose(self, name_or_arn: str, draw: Callable[[str], float]) -> tuple[LocalFunction, str]:
        """The version that an invocation runs, by the alias's weights, and the ARN invoked.

        `draw` answers 0 to 1 for an ARN whose traffic is shared out. Raises UnknownFunctionException.
        """
        function, asked = self.locate(name_or_arn)
        arn = self.arn(function.function_name, asked)
        alias = self._lambdas._get_function_aliases(function.function_name).get(asked)
        routing: Any = alias.routing_config if alias else None
        weights = (routing or {}).get("AdditionalVersionWeights") or {}
        drawn = draw(arn) if weights else 0.0
        for version, weight in weights.items():
            drawn -= weight
            if drawn < 0:
                function, _ = self.locate(function.function_name, version)
                break
        return function, arn

    def arn(self, name: str, qualifier: str = "") -> str:
        plain = f"arn:{self.partition}:lambda:{self.region_name}:{self.account_id}:function:{name}"
        return f"{plain}:{qualifier}" if qualifier else plain

    # functions and versions

    def create_function(self, spec: dict[str, Any]) -> Any:
        check_creation(spec)
        publish, given = spec.get("Publish"), {**spec, "Publish": False}
        function = super().create_function(given)
        return self.publish_version(spec["FunctionName"]) if publish else function

    def update_function_code(
        self,
        function_name: str,
        qualifier: str,  # noqa: ARG002 - moto's signature; only $LATEST can be changed
        body: dict[str, Any],
    ) -> dict[str, Any]:
        function, _ = self.locate(function_name)
        configuration = function.update_function_code(body)
        if body.get("Publish") and not body.get("DryRun"):
            return self.publish_version(function_name).get_configuration()
        return configuration

    def update_function_configuration(
        self,
        function_name: str,
        qualifier: str,  # noqa: ARG002 - moto's signature; only $LATEST can be changed
        body: dict[str, Any],
    ) -> dict[str, Any]:
        check_configuration(body)
        function, _ = self.locate(function_name)
        return function.update_configuration(body)

    def publish_version(
        self,
        name_or_arn: str,
        description: str | None = None,
        code_sha256: str | None = None,
        revision: str | None = None,
    ) -> LocalFunction:
        """The new version, or the last one when nothing has changed since (BC lambda PublishVersion)."""
        latest, _ = self.locate(name_or_arn)
        latest.check_revision({"RevisionId": revision})
        if code_sha256 and code_sha256 != latest.code_sha_256:
            raise InvalidParameterValueException(
                f"CodeSHA256 ({code_sha256}) is different from current CodeSHA256 in $LATEST "
                f"({latest.code_sha_256}). Please try again with the CodeSHA256 in $LATEST."
            )
        name = latest.function_name
        versions: list[LocalFunction] = self._lambdas._functions[name]["versions"]
        if versions and not latest.code_or_config_updated:
            return versions[-1]
        number = self._last_version.get(name, 0) + 1
        self._last_version[name] = number
        version = latest.as_version(number, description)
        latest.code_or_config_updated = False
        versions.append(version)
        self._lambdas._arns[version.function_arn] = version
        return version

    def delete_function(self, function_name: str, qualifier: str | None = None) -> None:
        function, asked = self.locate(function_name, qualifier)
        name = function.function_name
        if asked == LATEST:
            raise InvalidParameterValueException(
                "$LATEST version cannot be deleted without deleting the function."
            )
        if asked and any(alias.function_version == asked for alias in self.list_aliases(name)):
            raise ResourceConflict(f"Version {asked} of {name} is in use by an alias")
        super().delete_function(name, asked or None)
        service.current().retire(self.account_id, self.region_name, name, asked or None)
        self._forget(name, asked)

    def delete_alias(self, name: str, function_name: str) -> None:
        function, _ = self.locate(function_name)
        super().delete_alias(name, function_name)
        self._forget(function.function_name, name)

    def create_alias(self, name: str, function_name: str, *args: Any, **kwargs: Any) -> models.LambdaAlias:
        function, _ = self.locate(function_name)
        if name in self._lambdas._get_function_aliases(function.function_name):
            raise ResourceConflict(f"Alias already exists: {self.arn(function.function_name, name)}")
        return super().create_alias(name, function_name, *args, **kwargs)

    def update_alias(self, *args: Any, **kwargs: Any) -> models.LambdaAlias:
        alias = super().update_alias(*args, **kwargs)
        alias.revision_id = str(uuid.uuid4())
        return alias

    def _forget(self, name: str, qualifier: str) -> None:
        """Drop what was kept for a qualifier that is gone; all of them when the function is."""
        stores: tuple[dict[Any, Any], ...] = (
            self.policies,
            self.function_urls,
            self.invoke_configs,
            self.side_settings,
        )
        for kept in stores:
            for key in [key for key in kept if key[0] == name and qualifier in ("", key[1])]:
                del kept[key]
        if not qualifier:
            self._last_version.pop(name, None)

    # invocation, for the parts of moto that call it

    def invoke(
        self, function_name: str, qualifier: str | None, body: Any, headers: Any, response_headers: Any
    ) -> bytes:
        name = f"{function_name}:{qualifier}" if qualifier else function_name
        payload = body.encode() if isinstance(body, str) else bytes(body or b"{}")
        asynchronous = (headers or {}).get("X-Amz-Invocation-Type") == "Event"
        result = service.current().invoke(
            name, payload, asynchronous=asynchronous, account=self.account_id, region=self.region_name
        )
        if result.function_error:
            response_headers["x-amz-function-error"] = result.function_error
        return result.payload

    def reserved(self, name: str) -> int | None:
        """The function's reserved concurrency, over all its versions."""
        reserved = self.get_function_concurrency(name)
        return None if reserved is None else int(reserved)

    # policies

    def statements(self, name_or_arn: str, qualifier: str | None = None) -> list[dict[str, Any]]:
        """The policy statements on exactly that qualifier."""
        function, asked = self.locate(name_or_arn, qualifier)
        policy = self.policies.get((function.function_name, _plain(asked)))
        return policy.statements if policy else []

    def add_statement(self, name_or_arn: str, qualifier: str | None, given: dict[str, Any]) -> dict[str, Any]:
        function, asked = self.locate(name_or_arn, qualifier)
        key = (function.function_name, _plain(asked))
        policy = self.policies.setdefault(key, ResourcePolicy())
        return policy.add(given, self.arn(*key))

    def remove_statement(
        self, name_or_arn: str, qualifier: str | None, sid: str, revision: str | None
    ) -> None:
        function, asked = self.locate(name_or_arn, qualifier)
        policy = self.policies.get((function.function_name, _plain(asked)), ResourcePolicy())
        policy.remove(sid, revision)

    def get_policy(self, function_name: str, qualifier: str | None = None) -> str:
        function, asked = self.locate(function_name, qualifier)
        policy = self.policies.get((function.function_name, _plain(asked)), ResourcePolicy())
        return policy.wire_format()

    def layer_policy(self, layer: str, version: str) -> ResourcePolicy:
        """The policy of a layer version. Raises UnknownLayerException."""
        found = self.get_layer_version(layer.rpartition(":")[2], version)
        return self.layer_policies.setdefault(found.arn, ResourcePolicy())

    # function URLs

    def put_url(
        self, name_or_arn: str, qualifier: str | None, given: dict[str, Any], *, new: bool
    ) -> dict[str, Any]:
        """Create (`new`) or change a function URL; `given` is the request's body."""
        function, asked = self.locate(name_or_arn, qualifier)
        key = (function.function_name, asked)
        if new and key in self.function_urls:
            raise ResourceConflict(f"Function URL config exists for this Lambda function: {self.arn(*key)}")
        if not new and key not in self.function_urls:
            raise GenericResourcNotFound()
        known = self.function_urls.get(key) or self._new_url(key)
        settings = {name: given[name] for name in _URL_SETTINGS if name in given}
        self.function_urls[key] = {**known, **settings, "LastModifiedTime": _now()}
        return self.function_urls[key]

    def _new_url(self, key: Qualified) -> dict[str, Any]:
        # AWS's ids are 32 lower-case letters and digits
        host = f"{uuid.uuid4().hex}.lambda-url.{self.region_name}.on.aws"
        return {
            "FunctionUrl": f"https://{host}/",
            "FunctionArn": self.arn(*key),
            "CreationTime": _now(),
            "InvokeMode": "BUFFERED",
        }

    def get_url(self, name_or_arn: str, qualifier: str | None) -> dict[str, Any]:
        """Raises ResourceNotFoundException when there is none."""
        function, asked = self.locate(name_or_arn, qualifier)
        try:
            return self.function_urls[function.function_name, asked]
        except KeyError:
            raise GenericResourcNotFound() from None

    def delete_url(self, name_or_arn: str, qualifier: str | None) -> None:
        function, asked = self.locate(name_or_arn, qualifier)
        if self.function_urls.pop((function.function_name, asked), None) is None:
            raise GenericResourcNotFound()

    # settings of asynchronous invocations

    def put_invoke_config(
        self, name_or_arn: str, qualifier: str | None, given: dict[str, Any], *, replace: bool
    ) -> dict[str, Any]:
        function, asked = self.locate(name_or_arn, qualifier)
        models.EventInvokeConfig(function.function_arn, "", given)  # validates
        key = (function.function_name, asked or LATEST)
        known = {} if replace else self.invoke_configs.get(key, {})
        self.invoke_configs[key] = {**known, **given}
        return self.invoke_config(name_or_arn, qualifier)

    def invoke_config(self, name_or_arn: str, qualifier: str | None) -> dict[str, Any]:
        """Raises ResourceNotFoundException when none was put."""
        function, asked = self.locate(name_or_arn, qualifier)
        key = (function.function_name, asked or LATEST)
        if key not in self.invoke_configs:
            raise UnknownEventConfig(self.arn(*key))
        destinations: dict[str, Any] = {"OnSuccess": {}, "OnFailure": {}}
        now = datetime.now(UTC).timestamp()
        defaults = {"DestinationConfig": destinations, "FunctionArn": self.arn(*key), "LastModified": now}
        return {**defaults, **self.invoke_configs[key]}

    def delete_invoke_config(self, name_or_arn: str, qualifier: str | None) -> None:
        self.invoke_config(name_or_arn, qualifier)
        function, asked = self.locate(name_or_arn, qualifier)
        del self.invoke_configs[function.function_name, asked or LATEST]


def _plain(qualifier: str) -> str:
    """A policy on $LATEST is the function's own."""
    return "" if qualifier == LATEST else qualifier


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
