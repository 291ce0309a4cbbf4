"""The command line and environment a worker is started with: what a function sees of its world."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fairway.local.functions.model import Credentials, FunctionSpec
from fairway.local.functions.runtimes import Interpreter

_HERE = Path(__file__).parent
# docs: lambda/latest/dg/configuration-envvars.html "Defined runtime environment variables"
_PASSED_ON = ("TZ", "LANG", "LC_ALL", "HOME", "TMPDIR")
_NODE_SHARE_OF_MEMORY = 0.9  # what Node's heap may take; the rest is the program itself


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start one worker."""

    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path


def plan_launch(
    spec: FunctionSpec,
    interpreter: Interpreter,
    *,
    task: Path,
    opt: Path | None,
    built_in: Path,
    endpoint: str,
    credentials: Credentials,
    log_stream: str,
) -> Launch:
    """Everything a worker needs but the address of its Runtime API."""
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment |= {"TZ": environment.get("TZ", ":UTC"), "LANG": environment.get("LANG", "en_US.UTF-8")}
    environment |= _identity(spec, task, log_stream) | _access(spec, endpoint, credentials)
    environment |= _search_paths(interpreter, task, opt, built_in)
    # the function's own variables win, except over the reserved ones, which Lambda refuses anyway
    environment |= dict(spec.environment)
    return Launch(_command(spec, interpreter, task), environment, task)


def _identity(spec: FunctionSpec, task: Path, log_stream: str) -> dict[str, str]:
    return {
        "_HANDLER": spec.handler,
        "LAMBDA_TASK_ROOT": str(task),
        "LAMBDA_RUNTIME_DIR": str(_HERE),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{spec.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": spec.name,
        "AWS_LAMBDA_FUNCTION_VERSION": spec.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(spec.memory),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": spec.logging.group,
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_LAMBDA_LOG_FORMAT": spec.logging.format,
        "AWS_LAMBDA_LOG_LEVEL": spec.logging.level,
    }


def _access(spec: FunctionSpec, endpoint: str, credentials: Credentials) -> dict[str, str]:
    return {
        "AWS_REGION": spec.region,
        "AWS_DEFAULT_REGION": spec.region,
        "AWS_ACCESS_KEY_ID": credentials.access_key,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
        "AWS_SESSION_TOKEN": credentials.token,
        "AWS_ENDPOINT_URL": endpoint,
        # buckets as <name>.localhost would not resolve everywhere; configuration files of the user stay out
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _search_paths(interpreter: Interpreter, task: Path, opt: Path | None, built_in: Path) -> dict[str, str]:
    system = os.environ.get("PATH", os.defpath)
    paths = {"PATH": f"{opt}/bin:{system}" if opt else system}
    libraries = [f"{opt}/lib"] if opt else []
    paths["LD_LIBRARY_PATH"] = ":".join([*libraries, str(task), f"{task}/lib"])
    if interpreter.language == "python":
        site = f"python/lib/python{interpreter.version}/site-packages"
        paths["PYTHONPATH"] = f"{opt}/python:{opt}/{site}" if opt else ""
        paths["FAIRWAY_BUILT_IN"] = str(built_in)
        if interpreter.version != f"{sys.version_info.major}.{sys.version_info.minor}":
            # byte code of another Python would be written into the tool's own packages
            paths["PYTHONPYCACHEPREFIX"] = str(built_in.parent / f"bytecode-{interpreter.version}")
    elif interpreter.language == "node":
        versioned = f"{opt}/nodejs/node{interpreter.version}/node_modules"
        paths["NODE_PATH"] = f"{opt}/nodejs/node_modules:{versioned}" if opt else ""
    return paths


def _command(spec: FunctionSpec, interpreter: Interpreter, task: Path) -> tuple[str, ...]:
    if interpreter.language == "python":
        # -S: without it the function would see packages that its zip does not declare
        return (interpreter.path, "-S", "-s", str(_HERE / "bootstrap.py"))
    if interpreter.language == "node":
        heap = int(spec.memory * _NODE_SHARE_OF_MEMORY)
        return (interpreter.path, f"--max-old-space-size={heap}", str(_HERE / "bootstrap.mjs"))
    return (str(task / "bootstrap"),)
