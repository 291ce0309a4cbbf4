"""Every code of a finding is explained in the documentation, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
READERS = [*(REPOSITORY / "src/fairway/sources").rglob("*.py"), REPOSITORY / "src/fairway/model/evaluate.py"]
CODE = r"(?:template|parameters?|property|asset|value|source|sam)\.[a-z]+(?:-[a-z]+)*"
FILES = {"template.yaml", "template.yml", "template.json"}


def test_the_documentation_lists_exactly_the_codes_that_exist() -> None:
    used = {code for reader in READERS for code in re.findall(rf'"({CODE})"', reader.read_text())} - FILES
    documented = set(re.findall(rf"`({CODE})`", (REPOSITORY / "docs/templates.md").read_text())) - FILES
    assert used == documented
