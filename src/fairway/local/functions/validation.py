"""What Lambda refuses and moto accepts. Each rule raises a moto error with Lambda's code and words."""

from __future__ import annotations

import functools
import io
import json
import zipfile
from typing import Any

from moto.awslambda.exceptions import InvalidParameterValueException, ValidationException

# docs: lambda/latest/dg/configuration-envvars.html, "Defined runtime environment variables", reserved ones
RESERVED_VARIABLES = frozenset(
    {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_DEFAULT_REGION",
        "AWS_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_LAMBDA_RUNTIME_API",
        "LAMBDA_TASK_ROOT",
        "LAMBDA_RUNTIME_DIR",
    }
)
# docs: lambda/latest/dg/gettingstarted-limits.html
_RANGES = {"Timeout": (1, 900), "MemorySize": (128, 10240)}
_ENVIRONMENT_BYTES = 4096
_UNZIPPED_BYTES = 250 * 1024 * 1024
_CANNOT_CONFIGURE = (
    "Lambda was unable to configure your environment variables because "
    "the environment variables you have provided"
)


def check_configuration(given: dict[str, Any]) -> None:
    """The settings of a CreateFunction or UpdateFunctionConfiguration request."""
    for name, (least, most) in _RANGES.items():
        if name in given and not least <= given[name] <= most:
            relation, bound = ("less", most) if given[name] > most else ("greater", least)
            field = name[0].lower() + name[1:]
            message = f"Member must have value {relation} than or equal to {bound}"
            raise ValidationException(str(given[name]), field, message)
    if given.get("Runtime") and given["Runtime"] not in _runtimes():
        raise InvalidParameterValueException(
            f"Value {given['Runtime']} at 'runtime' failed to satisfy constraint: Member must satisfy enum "
            f"value set: [{', '.join(sorted(_runtimes()))}] or be a valid ARN"
        )
    _check_environment(given.get("Environment", {}).get("Variables") or {})


def check_creation(given: dict[str, Any]) -> None:
    """What only CreateFunction can get wrong: a zip needs a runtime and a handler."""
    if given.get("PackageType", "Zip") == "Zip" and not (given.get("Handler") and given.get("Runtime")):
        raise InvalidParameterValueException(
            "Runtime and Handler are mandatory parameters for functions created with deployment packages."
        )
    check_configuration(given)


def _check_environment(variables: dict[str, str]) -> None:
    reserved = sorted(RESERVED_VARIABLES & set(variables))
    if reserved:
        raise InvalidParameterValueException(
            f"{_CANNOT_CONFIGURE} contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
    written = json.dumps(variables, separators=(",", ":"), ensure_ascii=False)
    if len(written.encode()) > _ENVIRONMENT_BYTES:
        # AWS repeats the whole string here; it may hold secrets, and errors are logged
        raise InvalidParameterValueException(f"{_CANNOT_CONFIGURE} exceeded the 4KB limit.")


def check_zip(content: bytes) -> None:
    """A function's or a layer's package, before it is stored."""
    if not content:
        raise InvalidParameterValueException("Uploaded file must be a non-empty zip")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        raise InvalidParameterValueException(
            "Could not unzip uploaded file. Please check your file, then try to upload again."
        ) from None
    if size > _UNZIPPED_BYTES:
        raise InvalidParameterValueException(f"Unzipped size must be smaller than {_UNZIPPED_BYTES} bytes")


@functools.cache
def _runtimes() -> frozenset[str]:
    from moto.core.utils import get_service_model

    return frozenset(get_service_model("lambda").shape_for("Runtime").enum)
