"""moto's function, with what it drops at create and ignores at update, and with code that can be run."""

from __future__ import annotations

import base64
import copy
import hashlib
import uuid
from datetime import UTC, datetime
from typing import Any

from moto.awslambda import models
from moto.awslambda.exceptions import InvalidParameterValueException, UnknownLayerVersionException
from moto.awslambda.policy import Policy
from moto.s3.exceptions import MissingBucket, MissingKey, MissingVersion
from moto.s3.models import s3_backends
from moto.utilities.utils import get_partition

from fairway.local.functions.errors import PreconditionFailed
from fairway.local.functions.model import FunctionSpec, Logging, Package
from fairway.local.functions.validation import check_zip

LATEST = "$LATEST"

# Settings that are returned as they were given (BC lambda FunctionConfiguration) and that stock moto drops at
# create or ignores at update; the value is what AWS answers when they were never set.
_KEPT: dict[str, Any] = {
    "DeadLetterConfig": None,
    "FileSystemConfigs": None,
    "TenancyConfig": None,
    "CapacityProviderConfig": None,
    "DurableConfig": None,
    "RuntimeConfig": None,
    "AcceleratorConfig": None,
    "KMSKeyArn": None,
    "TracingConfig": {"Mode": "PassThrough"},
    "EphemeralStorage": {"Size": 512},
    "SnapStart": {"ApplyOn": "None"},
}


class LocalFunction(models.LambdaFunction):
    """One version of a function; `settings` holds what `_KEPT` lists, by name."""

    def __init__(self, account_id: str, spec: dict[str, Any], region: str, version: str | int = 1) -> None:
        self.settings: dict[str, Any] = {}
        self.logging_config: dict[str, Any] = {}
        self.layer_packages: tuple[Package, ...] = ()
        super().__init__(account_id, spec, region, version)
        self._vpc_config: dict[str, Any] | None
        self._keep(spec)
        self.touch()

    def __deepcopy__(self, memo: dict[int, Any]) -> LocalFunction:
        # ListFunctions copies; a true deep copy would take the account's whole log with it
        twin = copy.copy(self)
        twin.settings = copy.deepcopy(self.settings, memo)
        return twin

    def touch(self) -> None:
        """A change is visible as a new revision and time."""
        self.revision_id = str(uuid.uuid4())
        self.last_modified = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"

    def as_version(self, number: int, description: str | None) -> LocalFunction:
        """A published copy; it shares nothing with this one that can change."""
        version = copy.deepcopy(self)
        version.set_version(number)
        version.policy = Policy(version)
        version.code, version.tags = dict(self.code), dict(self.tags)
        version.url_config, version.event_invoke_config = None, []
        if description is not None:
            version.description = description
        version.touch()
        return version

    def spec(self) -> FunctionSpec:
        """What the executor runs. Raises InvalidParameterValueException for container images."""
        if self.package_type != "Zip":
            raise InvalidParameterValueException(
                "The local cloud does not run functions of PackageType Image yet"
            )
        return FunctionSpec(
            account=self.account_id,
            region=self.region,
            name=self.function_name,
            version=str(self.version),
            arn=self.function_arn,
            runtime=str(self.run_time),
            handler=str(self.handler),
            role=self.role,
            memory=int(self.memory_size),
            timeout=int(self.timeout),
            code=Package(self.code_digest, self.code_bytes),
            layers=self.layer_packages,
            environment=tuple(sorted(self.environment_vars.items())),
            logging=self._logging(),
        )

    def get_configuration(self, on_create: bool = False) -> dict[str, Any]:
        config = super().get_configuration(on_create)
        config |= {name: self.settings.get(name, default) for name, default in _KEPT.items()}
        published = str(self.version) != LATEST
        snap_start = config["SnapStart"]["ApplyOn"] == "PublishedVersions" and published
        config["SnapStart"] = {**config["SnapStart"], "OptimizationStatus": "On" if snap_start else "Off"}
        config["LoggingConfig"] = self._logging_answer()
        config["RevisionId"] = self.revision_id
        config["VpcConfig"] = self._vpc_answer()
        config["ImageConfigResponse"] = self._image_answer()
        return {name: value for name, value in config.items() if value is not None}

    def get_code(self) -> dict[str, Any]:
        answer = super().get_code()
        if self.package_type == "Zip" and "SourceKMSKeyArn" in self.code:
            answer["Code"]["SourceKMSKeyArn"] = self.code["SourceKMSKeyArn"]
        if self.reserved_concurrency is not None:
            answer["Concurrency"] = {"ReservedConcurrentExecutions": int(self.reserved_concurrency)}
        return answer

    def update_configuration(self, config_updates: dict[str, Any]) -> dict[str, Any]:
        self.check_revision(config_updates)
        updates = dict(config_updates)
        if "Environment" in updates:
            updates["Environment"] = {"Variables": updates["Environment"].get("Variables") or {}}
        super().update_configuration(updates)
        self._keep(updates)
        self.touch()
        return self.get_configuration()

    def update_function_code(self, updated_spec: dict[str, Any]) -> dict[str, Any]:
        self.check_revision(updated_spec)
        self._set_function_code(updated_spec)
        if not updated_spec.get("DryRun"):
            if updated_spec.get("Architectures"):
                self.architectures = updated_spec["Architectures"]
            self.code_or_config_updated = True
            self.touch()
        return self.get_configuration()

    def check_revision(self, given: dict[str, Any]) -> None:
        """Raises PreconditionFailed when the request was made for another revision."""
        if given.get("RevisionId") not in (None, self.revision_id):
            raise PreconditionFailed("Lambda function or alias")

    def _keep(self, given: dict[str, Any]) -> None:
        for name in _KEPT:
            if name in given:
                self.settings[name] = given[name] or None
        dead_letters = self.settings.get("DeadLetterConfig")
        if dead_letters and not dead_letters.get("TargetArn"):
            self.settings["DeadLetterConfig"] = None  # an empty target removes it (BC DeadLetterConfig)
        if "LoggingConfig" in given:
            self.logging_config = {**self.logging_config, **given["LoggingConfig"]}
        if "ImageConfig" in given:
            self.image_config = models.ImageConfig(given["ImageConfig"])

    def _set_function_code(self, updated_spec: dict[str, Any]) -> None:
        if "ImageUri" in updated_spec:
            super()._set_function_code(updated_spec)
            return
        content = read_code(self.account_id, self.region, updated_spec)
        check_zip(content)
        if updated_spec.get("DryRun"):
            return
        digest = hashlib.sha256(content)
        self.code_bytes, self.code_size, self.code_digest = content, len(content), digest.hexdigest()
        self.code_sha_256 = base64.b64encode(digest.digest()).decode()
        kept = ("S3Bucket", "S3Key", "S3ObjectVersion", "SourceKMSKeyArn")
        self.code = {name: updated_spec[name] for name in kept if name in updated_spec}
        # AWS copies the package into a bucket of its own; this key is that copy's name
        self.code.setdefault("S3Key", f"{self.function_name}-{uuid.uuid4()}")

    def _get_layers_data(self, layers_versions_arns: list[str]) -> list[Any]:
        found = [_layer(arn) for arn in layers_versions_arns]
        if not all(found):
            missing = [arn for arn, layer in zip(layers_versions_arns, found, strict=True) if not layer]
            raise UnknownLayerVersionException(missing)
        layers = [layer for layer in found if layer]
        # the bytes are kept: a function goes on working after its layer version has been deleted
        self.layer_packages = tuple(Package(layer.code_digest, layer.code_bytes) for layer in layers)
        return [{"Arn": layer.arn, "CodeSize": layer.code_size} for layer in layers]

    def _logging_answer(self) -> dict[str, Any]:
        answer = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{self.function_name}", **self.logging_config}
        if answer["LogFormat"] == "JSON":
            answer = {"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO", **answer}
        return answer

    def _logging(self) -> Logging:
        answer = self._logging_answer()
        return Logging(answer["LogGroup"], answer["LogFormat"], answer.get("ApplicationLogLevel", ""))

    def _vpc_answer(self) -> dict[str, Any] | None:
        if not self._vpc_config:
            return None
        config = {"SubnetIds": [], "SecurityGroupIds": [], **self._vpc_config}
        return {**config, "VpcId": "vpc-local" if config["SubnetIds"] else ""}

    def _image_answer(self) -> dict[str, Any] | None:
        if self.package_type != "Image":
            return None
        given = {name: value for name, value in self.image_config.response().items() if value}
        return {"ImageConfig": given} if given else None


def read_code(account: str, region: str, given: dict[str, Any]) -> bytes:
    """The zip that a request names or carries. Raises InvalidParameterValueException when it is not there."""
    if given.get("ZipFile"):
        return base64.b64decode(given["ZipFile"])
    bucket, key = given.get("S3Bucket", ""), given.get("S3Key", "")
    if not bucket or not key:
        raise InvalidParameterValueException("Please provide a source for function code.")
    try:
        found = s3_backends[account][get_partition(region)].get_object(
            bucket, key, given.get("S3ObjectVersion")
        )
    except MissingBucket:
        raise _not_in_s3("NoSuchBucket", "The specified bucket does not exist") from None
    except (MissingKey, MissingVersion):
        found = None
    if found is None:
        raise _not_in_s3("NoSuchKey", "The specified key does not exist.")
    return bytes(found.value)


def _not_in_s3(code: str, message: str) -> InvalidParameterValueException:
    return InvalidParameterValueException(
        f"Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {message}"
    )


def _layer(arn: str) -> models.LayerVersion | None:
    """A layer version of any account and region (moto looks for its name in the function's own)."""
    parts = arn.split(":")
    if len(parts) != 8 or parts[5] != "layer":
        return None
    backend = models.lambda_backends[parts[4]][parts[3]]
    return backend.layers_versions_by_arn(arn)
