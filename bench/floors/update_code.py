"""The floor of one changed handler: send a zip from the disk to a function, wait until it is in use."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import botocore.session

if __name__ == "__main__":
    name, zip_file = sys.argv[1:]
    client = botocore.session.get_session().create_client("lambda")
    client.update_function_code(FunctionName=name, ZipFile=Path(zip_file).read_bytes())
    while client.get_function_configuration(FunctionName=name)["LastUpdateStatus"] != "Successful":
        time.sleep(0.05)
