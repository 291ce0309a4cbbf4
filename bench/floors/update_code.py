"""The floor of one changed handler: send a zip from the disk to a function, wait until it is in use."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import botocore.session


def lambda_client() -> Any:
    return botocore.session.get_session().create_client("lambda")


def update(client: Any, name: str, code: bytes) -> None:
    client.update_function_code(FunctionName=name, ZipFile=code)
    while client.get_function_configuration(FunctionName=name)["LastUpdateStatus"] != "Successful":
        time.sleep(0.05)


if __name__ == "__main__":
    name, zip_file = sys.argv[1:]
    update(lambda_client(), name, Path(zip_file).read_bytes())
