"""The main job on the local cloud: deploy an app, call it, change a line, deploy again, remove it all.

`make demo` runs it. Everything happens in `.demo/`, or in the folder that the first argument names; your own
local cloud is left alone.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]
DEMO = Path(*sys.argv[1:2] or [ROOT / ".demo"]).resolve()
APP = DEMO / "ray-converter"
FAIRWAY = Path(sys.executable).with_name("fairway")
ENVIRONMENT = {
    key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "FAIRWAY_"))
} | {"FAIRWAY_HOME": str(DEMO / "home")}
RAY = {"origin": [0, 0, 2], "azimuth": 45, "elevation": 30}


def main() -> int:
    if APP.exists():
        fairway("local", "down", quiet=True, check=False)  # of an earlier demo, if that was killed
    shutil.rmtree(DEMO, ignore_errors=True)
    shutil.copytree(ROOT / "examples" / "ray-converter", APP, ignore=shutil.ignore_patterns(".fairway"))
    try:
        tell("A SAM template becomes running code. The first deploy also starts the local cloud.")
        fairway("deploy", "--yes")
        url = fairway("outputs", "RayUrl", quiet=True).strip()
        first = post(url)
        tell("One line of the handler changes. The deploy is one call that swaps the code.")
        change_a_line()
        fairway("deploy", "--yes")
        second = post(url)
        tell("The same deploy again: nothing to do, and no call that changes anything.")
        fairway("deploy", "--yes")
        tell("Everything is removed again. What holds data, like the logs, only goes when it is named.")
        fairway("destroy", "--yes", "--allow-data-loss", "RayLogs")
        return verdict(first, second)
    finally:
        fairway("local", "down", quiet=True, check=False)


def fairway(*arguments: str, quiet: bool = False, check: bool = True) -> str:
    """Run the program in the app's folder; shows the command, what it prints and how long it took."""
    if not quiet:
        print(f"\n$ fairway {' '.join(arguments)}", flush=True)
    started = time.monotonic()
    command = [str(FAIRWAY), *arguments]
    run = subprocess.run(
        command, cwd=APP, env=ENVIRONMENT, text=True, check=False, stdout=subprocess.PIPE if quiet else None
    )
    if not quiet:
        print(f"# {time.monotonic() - started:.1f} s, exit code {run.returncode}", flush=True)
    if check and run.returncode:
        raise SystemExit(run.returncode)
    return run.stdout or ""


def post(url: str) -> dict[str, object]:
    """Post the ray and show the answer."""
    print(f"\n$ curl -d '{json.dumps(RAY)}' {url}")
    request = urllib.request.Request(url, json.dumps(RAY).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        answer: dict[str, object] = json.load(response)
    print(json.dumps(answer), flush=True)
    return answer


def change_a_line() -> None:
    handler = APP / "functions" / "ray_converter" / "handler.py"
    before = handler.read_text()
    handler.write_text(before.replace('VERSION = "1"', 'VERSION = "2"'))
    print('\n- VERSION = "1"\n+ VERSION = "2"')


def tell(sentence: str) -> None:
    print(f"\n# {sentence}", flush=True)


def verdict(first: dict[str, object], second: dict[str, object]) -> int:
    """Whether both answers came from the code that was deployed at that time."""
    if (first["version"], second["version"]) == ("1", "2"):
        tell("Done: both answers came from the deployed code, before and after the change.")
        return 0
    tell(f"The answers are not those of the deployed code: {first['version']}, then {second['version']}.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
