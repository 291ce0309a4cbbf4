"""The floor of a pushed change: run the tests that the arguments name, zip a folder, send it to a function,
wait until it is in use, and call it.
"""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from bench.floors.update_code import lambda_client, update


def zipped(folder: Path) -> bytes:
    """The folder's files; their times and modes are as they are."""
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder))
    return content.getvalue()


if __name__ == "__main__":
    name, folder, *tests = sys.argv[1:]
    for test in tests:
        subprocess.run(test, shell=True, check=True)
    client = lambda_client()
    update(client, name, zipped(Path(folder)))
    answer = client.invoke(FunctionName=name)
    sys.exit("FunctionError" in answer)
