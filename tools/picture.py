"""Draws docs/images: what a terminal shows of a deploy of ray-converter and of one line, and of pushing that.

Needs curl, git, and tmux, which plays the terminal. Run it with `.venv/bin/python tools/picture.py`.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "images"
EXAMPLE = ROOT / "examples" / "ray-converter"
COLUMNS, ROWS = 100, 90
_SHOW = """show() { printf '\\033[1m$ %s\\033[0m\\n' "$1"; eval "$1"; echo; }"""
_CHANGE = """sed -i 's/VERSION = .*/VERSION = "2"/' functions/ray_converter/handler.py"""
# The commands of each picture. The first build and the start of the local cloud happen before it.
SCRIPTS = {
    "deploy": f"""\
fairway local up >/dev/null; fairway validate >/dev/null; clear
{_SHOW}
show 'fairway deploy --yes'
show 'curl -d @events/ray.json "$(fairway outputs RayUrl)"'; echo
show {shlex.quote(_CHANGE)}
show 'fairway deploy --yes'
""",
    "push": f"""\
git init -q -b main; git add -A; git commit -qm first; fairway remote add >/dev/null
git push -q fairway main:local 2>/dev/null; clear
{_SHOW}
show {shlex.quote(_CHANGE)}
show 'git commit -qam "The second version"'
show 'git push fairway main:local'
""",
}
_COLOURS = [
    (34, 39, 46),
    (244, 112, 103),
    (87, 171, 90),
    (218, 170, 63),
    (83, 155, 245),
    (176, 131, 240),
    (57, 197, 207),
    (173, 186, 199),
]
_TITLES = {"deploy": "fairway deploy", "push": "git push fairway"}
THEME = TerminalTheme((28, 33, 40), (205, 217, 229), _COLOURS, _COLOURS)


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    for name, script in SCRIPTS.items():
        with tempfile.TemporaryDirectory() as scratch:
            screen = seen_on_a_terminal(script, Path(scratch))
        (PICTURES / f"{name}.svg").write_text(drawn(screen, name))


def seen_on_a_terminal(script: str, scratch: Path) -> str:
    """What stands on the terminal after the script, with its colours as ANSI codes."""
    app = shutil.copytree(EXAMPLE, scratch / "ray-converter", ignore=shutil.ignore_patterns(".fairway"))
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "FAIRWAY_"))},
        **{f"GIT_{who}_{what}": "ada" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        "FAIRWAY_HOME": str(scratch / "home"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    tmux = ["tmux", "-S", str(scratch / "socket"), "-f", os.devnull]
    size = ["-x", str(COLUMNS), "-y", str(ROWS)]
    script = f"{script}\n{' '.join(tmux)} wait-for -S seen; sleep 60"
    try:
        subprocess.run(
            [*tmux, "new-session", "-d", *size, "sh", "-c", script], cwd=app, env=environment, check=True
        )
        subprocess.run([*tmux, "wait-for", "seen"], check=True, timeout=120)
        screen = subprocess.run(
            [*tmux, "capture-pane", "-p", "-e"], check=True, capture_output=True, text=True
        )
        # Where this machine has things is nobody else's.
        named = screen.stdout.replace(str(scratch / "home"), "~/.fairway")
        return named.replace(str(Path(sys.executable).parent), "~/.local/bin").rstrip() + "\n"
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)
        subprocess.run(["fairway", "local", "down"], env=environment, check=False, capture_output=True)


def drawn(screen: str, name: str) -> str:
    """The screen as SVG, without rich's links to fonts: a page that shows pictures loads none."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(screen))
    svg = console.export_svg(title=_TITLES[name], theme=THEME, unique_id=name)
    return re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)


if __name__ == "__main__":
    main()
