"""Draws docs/images/deploy.svg: a deploy of ray-converter and of one changed line, as a terminal shows them.

Needs curl, and tmux, which plays the terminal. Run it with `.venv/bin/python tools/picture.py`.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "images" / "deploy.svg"
EXAMPLE = ROOT / "examples" / "ray-converter"
COLUMNS, ROWS = 100, 90
# The commands of the picture. The first build and the start of the local cloud happen before it.
SCRIPT = """\
fairway local up >/dev/null; fairway validate >/dev/null; clear
show() { printf '\\033[1m$ %s\\033[0m\\n' "$1"; eval "$1"; echo; }
show 'fairway deploy --yes'
show 'curl -d @events/ray.json "$(fairway outputs RayUrl)"'; echo
show "sed -i 's/VERSION = .*/VERSION = \\"2\\"/' functions/ray_converter/handler.py"
show 'fairway deploy --yes'
"""
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
THEME = TerminalTheme((28, 33, 40), (205, 217, 229), _COLOURS, _COLOURS)


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        screen = seen_on_a_terminal(Path(scratch))
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(drawn(screen))


def seen_on_a_terminal(scratch: Path) -> str:
    """What stands on the terminal after the script, with its colours as ANSI codes."""
    app = shutil.copytree(EXAMPLE, scratch / "ray-converter", ignore=shutil.ignore_patterns(".fairway"))
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "FAIRWAY_"))},
        "FAIRWAY_HOME": str(scratch / "home"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    tmux = ["tmux", "-S", str(scratch / "socket"), "-f", os.devnull]
    size = ["-x", str(COLUMNS), "-y", str(ROWS)]
    script = f"{SCRIPT}\n{' '.join(tmux)} wait-for -S seen; sleep 60"
    try:
        subprocess.run(
            [*tmux, "new-session", "-d", *size, "sh", "-c", script], cwd=app, env=environment, check=True
        )
        subprocess.run([*tmux, "wait-for", "seen"], check=True, timeout=120)
        screen = subprocess.run(
            [*tmux, "capture-pane", "-p", "-e"], check=True, capture_output=True, text=True
        )
        return screen.stdout.rstrip() + "\n"
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)
        subprocess.run(["fairway", "local", "down"], env=environment, check=False, capture_output=True)


def drawn(screen: str) -> str:
    """The screen as SVG, without rich's links to fonts: a page that shows pictures loads none."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(screen))
    svg = console.export_svg(title="fairway deploy", theme=THEME, unique_id="deploy")
    return re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)


if __name__ == "__main__":
    main()
