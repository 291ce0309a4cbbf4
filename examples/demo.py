"""The main job on the local cloud, by `git push`: live, one line changed, broken and taken back, removed.

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
    **{key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "FAIRWAY_", "GIT_"))},
    **{f"GIT_{who}_NAME": "Ada Example" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "ada@example.com" for who in ("AUTHOR", "COMMITTER")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "FAIRWAY_HOME": str(DEMO / "home"),
}
RAY = {"origin": [0, 0, 2], "azimuth": 45, "elevation": 30}
HANDLER = "functions/ray_converter/handler.py"


def main() -> int:
    if APP.exists():
        run("fairway", "local", "down", quiet=True, check=False)  # of an earlier demo, if that was killed
    shutil.rmtree(DEMO, ignore_errors=True)
    make_repository()
    try:
        return tour()
    finally:
        run("fairway", "local", "down", quiet=True, check=False)


def tour() -> int:
    tell("A repository with a SAM template gets a remote that deploys what is pushed to it.")
    run("fairway", "remote", "add")
    tell("The first push: tests, plan, deploy and verification. It starts the local cloud, too.")
    push()
    url = run("fairway", "outputs", "RayUrl", quiet=True).strip()
    answers = [post(url)]
    tell("One line changes. What is pushed is tested, and then it is one call that swaps the code.")
    change('VERSION = "1"', 'VERSION = "2"', "The second version")
    push()
    answers.append(post(url))
    tell("A mistake that no test finds. Verification does: it is rolled back, and the push refused.")
    change("_answer(200,", "_answer(500,", "What looks like an improvement")
    refused = push(check=False)
    answers.append(post(url))
    tell("Everything is removed again. What holds data, like the logs, only goes when it is named.")
    run("fairway", "destroy", "--yes", "--allow-data-loss", "RayLogs")
    return verdict([str(answer["version"]) for answer in answers], refused)


def make_repository() -> None:
    """The example as somebody has it who has cloned it; what is wrong is told after a second, for once."""
    shutil.copytree(ROOT / "examples" / "ray-converter", APP, ignore=shutil.ignore_patterns(".fairway"))
    settings = APP / "fairway.toml"
    settings.write_text(settings.read_text().replace('within = "15s"', 'within = "1s"'))
    run("git", "init", "--quiet", "--initial-branch", "main", quiet=True)
    run("git", "add", "--all", quiet=True)
    run("git", "commit", "--quiet", "--message", "The first version", quiet=True)


def push(*, check: bool = True) -> bool:
    """Push to the local cloud's environment; whether that was refused."""
    started = time.monotonic()
    code = show("git", "push", "fairway", "main:local")
    print(f"# {time.monotonic() - started:.1f} s, exit code {code}", flush=True)
    if check and code:
        raise SystemExit(code)
    return code != 0


def run(program: str, *arguments: str, quiet: bool = False, check: bool = True) -> str:
    """Run a program in the app's folder; returns what it prints where that is not shown."""
    if not quiet:
        if code := show(program, *arguments):
            raise SystemExit(code)
        return ""
    done = subprocess.run(
        command(program, *arguments), cwd=APP, env=ENVIRONMENT, text=True, check=check, stdout=subprocess.PIPE
    )
    return done.stdout


def show(program: str, *arguments: str) -> int:
    """Run it as on a terminal, and return its exit code."""
    print(f"\n$ {' '.join((program, *arguments))}", flush=True)
    return subprocess.run(command(program, *arguments), cwd=APP, env=ENVIRONMENT, check=False).returncode


def command(program: str, *arguments: str) -> list[str]:
    return [str(FAIRWAY) if program == "fairway" else program, *arguments]


def post(url: str) -> dict[str, object]:
    """Post the ray and show the answer."""
    print(f"\n$ curl -d '{json.dumps(RAY)}' {url}")
    request = urllib.request.Request(url, json.dumps(RAY).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        answer: dict[str, object] = json.load(response)
    print(json.dumps(answer), flush=True)
    return answer


def change(before: str, after: str, message: str) -> None:
    """Change one place of the handler, show it, and commit it."""
    handler = APP / HANDLER
    text = handler.read_text()
    line = next(line.strip() for line in text.splitlines() if before in line)
    handler.write_text(text.replace(before, after))
    print(f"\n- {line}\n+ {line.replace(before, after)}", flush=True)
    run("git", "commit", "--quiet", "--all", "--message", message, quiet=True)


def tell(sentence: str) -> None:
    print(f"\n# {sentence}", flush=True)


def verdict(versions: list[str], refused: bool) -> int:
    """Whether each answer came from the code that was to be live at that time."""
    if versions == ["1", "2", "2"] and refused:
        tell("Done: each answer came from the deployed code, and the broken version did not stay.")
        return 0
    tell(f"The answers are not those of the deployed code: {versions}; refused: {refused}.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
