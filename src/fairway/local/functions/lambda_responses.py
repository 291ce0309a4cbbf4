"""Lambda's HTTP API where moto's differs from it: Invoke, qualifiers, paging, and calls that moto lacks."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import unquote

from moto.awslambda.exceptions import GenericResourcNotFound
from moto.awslambda.responses import LambdaResponse

from fairway.local.functions import service
from fairway.local.functions.lambda_backend import LocalLambdaBackend
from fairway.local.functions.lambda_function import read_code
from fairway.local.functions.permissions import ResourcePolicy
from fairway.local.functions.validation import check_zip

Answer = tuple[int, dict[str, Any], str | bytes]

_PAGE = 50  # BC lambda ListFunctions: at most 50 a page


class LocalLambdaResponse(LambdaResponse):
    """One request; the names of the methods are those of the operations."""

    # BaseResponse keeps what the router matched; both are of the request that this object is made for
    @property
    def local(self) -> LocalLambdaBackend:
        backend: LocalLambdaBackend = self.backend  # type: ignore[assignment]
        return backend

    @property
    def function_name(self) -> str:
        return unquote(str(self.uri_match["FunctionName"]))

    @property
    def qualifier(self) -> str | None:
        return self._query("Qualifier")

    def _query(self, name: str) -> str | None:
        values = self.querystring.get(name)
        return values[0] if values else None

    # invocation

    def invoke(self) -> Answer:
        kind = self.headers.get("X-Amz-Invocation-Type", "RequestResponse")
        function, asked = self.local.locate(self.function_name, self.qualifier)
        if kind == "DryRun":
            return 204, {"status": 204}, ""
        context = self.headers.get("X-Amz-Client-Context", "")
        result = service.current().invoke(
            self.local.arn(function.function_name, asked),
            _raw_body(self.body),
            asynchronous=kind == "Event",
            account=self.current_account,
            region=self.region,
            client_context=base64.b64decode(context).decode() if context else "",
        )
        headers = {"status": result.status, "Content-Type": "application/json"}
        headers["X-Amz-Executed-Version"] = result.executed_version
        if result.function_error:
            headers["X-Amz-Function-Error"] = result.function_error
        if self.headers.get("X-Amz-Log-Type") == "Tail":
            headers["X-Amz-Log-Result"] = result.log_tail
        return result.status, headers, result.payload

    def invoke_async(self) -> Answer:
        service.current().invoke(
            self.function_name,
            _raw_body(self.body),
            asynchronous=True,
            account=self.current_account,
            region=self.region,
        )
        return 202, {"status": 202}, "{}"

    # functions and versions

    def list_functions(self) -> str:
        configurations = [
            fn.get_configuration() for fn in self.backend.list_functions(self._query("FunctionVersion"))
        ]
        page, marker = _page(configurations, self._query("Marker"), self._query("MaxItems"))
        for configuration in page:
            # BC lambda ListFunctions: State and LastUpdateStatus are not in it
            for name in ("State", "LastUpdateStatus"):
                configuration.pop(name, None)
        return _json({"Functions": page, "NextMarker": marker})

    def list_versions_by_function(self) -> str:
        versions = self.backend.list_versions_by_function(
            self.local.locate(self.function_name)[0].function_name
        )
        configurations = [version.get_configuration() for version in versions]
        page, marker = _page(configurations, self._query("Marker"), self._query("MaxItems"))
        return _json({"Versions": page, "NextMarker": marker})

    def publish_version(self) -> Answer:
        given = json.loads(self.body or "{}")
        version = self.local.publish_version(
            self.function_name, given.get("Description"), given.get("CodeSha256"), given.get("RevisionId")
        )
        return 201, {"status": 201}, json.dumps(version.get_configuration())

    def publish_layer_version(self) -> Answer:
        given = dict(self.json_body)
        content = read_code(self.current_account, self.region, given["Content"])
        check_zip(content)
        # moto takes the newest object and never the version asked for, so it is handed the bytes
        given["Content"] = {"ZipFile": base64.b64encode(content).decode()}
        given["LayerName"] = unquote(str(self.uri_match["LayerName"])).rpartition(":")[2]
        layer = self.backend.publish_layer_version(given)
        return 201, {"status": 201}, json.dumps(layer.get_layer_version())

    # policies

    def add_permission(self) -> str:
        statement = self.local.add_statement(self.function_name, self.qualifier, self.json_body)
        return json.dumps({"Statement": json.dumps(statement)})

    def remove_permission(self) -> Answer:
        sid = unquote(str(self.uri_match["StatementId"]))
        self.local.remove_statement(self.function_name, self.qualifier, sid, self._query("RevisionId"))
        return 204, {"status": 204}, ""

    def add_layer_version_permission(self) -> Answer:  # type: ignore[override]
        policy = self._layer_policy()
        statement = policy.add(self.json_body, self._layer_arn())
        answer = {"Statement": json.dumps(statement), "RevisionId": policy.revision}
        return 201, {"status": 201}, json.dumps(answer)

    def get_layer_version_policy(self) -> str:
        return self._layer_policy().wire_format()

    def remove_layer_version_permission(self) -> Answer:
        sid = unquote(str(self.uri_match["StatementId"]))
        self._layer_policy().remove(sid, self._query("RevisionId"))
        return 204, {"status": 204}, ""

    def _layer_policy(self) -> ResourcePolicy:
        return self.local.layer_policy(*self._layer())

    def _layer_arn(self) -> str:
        name, version = self._layer()
        return self.backend.get_layer_version(name.rpartition(":")[2], version).arn

    def _layer(self) -> tuple[str, str]:
        return unquote(str(self.uri_match["LayerName"])), str(self.uri_match["VersionNumber"])

    # function URLs

    def create_function_url_config(self) -> Answer:
        url = self.local.put_url(self.function_name, self.qualifier, self.json_body, new=True)
        return 201, {"status": 201}, json.dumps(url)

    def update_function_url_config(self) -> str:
        return json.dumps(self.local.put_url(self.function_name, self.qualifier, self.json_body, new=False))

    def get_function_url_config(self) -> str:  # type: ignore[override]
        return json.dumps(self.local.get_url(self.function_name, self.qualifier))

    def delete_function_url_config(self) -> Answer:
        self.local.delete_url(self.function_name, self.qualifier)
        return 204, {"status": 204}, ""

    def list_function_url_configs(self) -> str:
        name = self.local.locate(self.function_name)[0].function_name
        return json.dumps(
            {"FunctionUrlConfigs": [url for key, url in self.local.function_urls.items() if key[0] == name]}
        )

    # settings of asynchronous invocations

    def put_function_event_invoke_config(self) -> str:  # type: ignore[override]
        config = self.local.put_invoke_config(
            self.function_name, self.qualifier, self.json_body, replace=True
        )
        return json.dumps(config)

    def update_function_event_invoke_config(self) -> str:
        config = self.local.put_invoke_config(
            self.function_name, self.qualifier, self.json_body, replace=False
        )
        return json.dumps(config)

    def get_function_event_invoke_config(self) -> str:  # type: ignore[override]
        return json.dumps(self.local.invoke_config(self.function_name, self.qualifier))

    def delete_function_event_invoke_config(self) -> Answer:
        self.local.delete_invoke_config(self.function_name, self.qualifier)
        return 204, {"status": 204}, ""

    def list_function_event_invoke_configs(self) -> str:
        name = self.local.locate(self.function_name)[0].function_name
        qualifiers = [key[1] for key in self.local.invoke_configs if key[0] == name]
        found = [self.local.invoke_config(name, qualifier) for qualifier in qualifiers]
        return json.dumps({"FunctionEventInvokeConfigs": found})

    # settings that have calls of their own; moto has none of these

    def put_provisioned_concurrency_config(self) -> Answer:
        wanted = self.json_body["ProvisionedConcurrentExecutions"]
        counts = ("Requested", "Available", "Allocated")
        config = {f"{count}ProvisionedConcurrentExecutions": wanted for count in counts}
        return self._put_side("provisioned", {**config, "Status": "READY"}, 202)

    def get_provisioned_concurrency_config(self) -> str:
        return self._get_side("provisioned", None)

    def delete_provisioned_concurrency_config(self) -> Answer:
        return self._delete_side("provisioned")

    def put_runtime_management_config(self) -> Answer:
        return self._put_side("runtime", self.json_body, 200)

    def get_runtime_management_config(self) -> str:
        return self._get_side("runtime", {"UpdateRuntimeOn": "Auto"})

    def put_function_recursion_config(self) -> Answer:
        return self._put_side("recursion", self.json_body, 200)

    def get_function_recursion_config(self) -> str:
        return self._get_side("recursion", {"RecursiveLoop": "Terminate"})

    def put_function_code_signing_config(self) -> Answer:
        function, _ = self.local.locate(self.function_name)
        function.code_signing_config_arn = self.json_body["CodeSigningConfigArn"]
        return 200, {"status": 200}, self.get_function_code_signing_config()

    def delete_function_code_signing_config(self) -> Answer:
        function, _ = self.local.locate(self.function_name)
        function.code_signing_config_arn = None
        return 204, {"status": 204}, ""

    def _side_key(self, kind: str) -> tuple[str, str, str]:
        function, asked = self.local.locate(self.function_name, self.qualifier)
        return (function.function_name, asked, kind)

    def _put_side(self, kind: str, value: dict[str, Any], status: int) -> Answer:
        key = self._side_key(kind)
        self.local.side_settings[key] = {"FunctionArn": self.local.arn(*key[:2]), **value}
        return status, {"status": status}, json.dumps(self.local.side_settings[key])

    def _get_side(self, kind: str, default: dict[str, Any] | None) -> str:
        key = self._side_key(kind)
        value = self.local.side_settings.get(key, default)
        if value is None:
            raise GenericResourcNotFound()
        return json.dumps({"FunctionArn": self.local.arn(*key[:2]), **value})

    def _delete_side(self, kind: str) -> Answer:
        self.local.side_settings.pop(self._side_key(kind), None)
        return 204, {"status": 204}, ""


def _raw_body(body: Any) -> bytes:
    return body.encode() if isinstance(body, str) else bytes(body or b"")


def _page(items: list[Any], marker: str | None, size: str | None) -> tuple[list[Any], str | None]:
    start = int(marker) if marker and marker.isdigit() else 0
    end = start + min(int(size or _PAGE), _PAGE)
    return items[start:end], str(end) if end < len(items) else None


def _json(value: dict[str, Any]) -> str:
    return json.dumps({name: item for name, item in value.items() if item is not None})
