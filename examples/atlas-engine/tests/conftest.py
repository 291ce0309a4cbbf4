"""Handlers as Lambda loads them: the shared layer beside them, each in a module of its own."""

import importlib.util
import sys
from pathlib import Path

import pytest

APP = Path(__file__).parents[1]
sys.path.insert(0, str(APP / "layers" / "python-libraries"))


@pytest.fixture
def recorded():
    """The steps that handlers record: lead, kind, details."""
    return []


@pytest.fixture
def function(recorded, monkeypatch):
    """Loads a function, its integrations simulated and what it records kept in `recorded`."""
    monkeypatch.setenv("INTEGRATIONS", "simulated")

    def load(name):
        spec = importlib.util.spec_from_file_location(name, APP / "functions" / name / "app.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        monkeypatch.setattr(module, "record", lambda *step, **details: recorded.append((*step, details)))
        return module.handler

    return load
