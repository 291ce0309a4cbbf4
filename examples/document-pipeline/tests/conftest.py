import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "lib"))


@pytest.fixture
def handler():
    """The handler of a function, by its folder."""

    def load(folder):
        spec = importlib.util.spec_from_file_location("app", ROOT / folder / "app.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.handler

    return load
