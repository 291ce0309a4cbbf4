"""Runs aws-sam-translator: the only module that imports it, and only when it has to run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """What the translator refuses: its own words, and the logical id they are about, where it names one."""

    message: str
    address: str = ""


@dataclass(frozen=True)
class Translation:
    """The CloudFormation template that a SAM template stands for; empty when there are problems."""

    template: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Request:
    """All that a translation depends on, as plain JSON, so that it can be keyed by its content."""

    template: Mapping[str, Any]
    parameters: Mapping[str, Any]
    region: str

    def text(self) -> str:
        """The request as JSON. Keys keep their order, because the translator's output follows it."""
        return json.dumps([self.template, self.parameters, self.region], separators=(",", ":"))


def translate(request: Request) -> Translation:
    """The translator's answer; never raises for what the template says.

    No network is used: managed policies come from the translator's own list of names, and applications
    of the Serverless Application Repository must have been taken out before.
    """
    import logging
    from types import SimpleNamespace

    from samtranslator.metrics.metrics import DummyMetricsPublisher, Metrics
    from samtranslator.model.exceptions import ExceptionWithMessage, InvalidDocumentException
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    # What it logs is about itself, or is said again in the error it raises.
    logging.getLogger("samtranslator").setLevel(logging.CRITICAL + 1)
    # It reads nothing but the region's name of a session; a real one would read the user's AWS files.
    session = SimpleNamespace(region_name=request.region)
    metrics = Metrics("fairway", DummyMetricsPublisher())
    translator = Translator({}, Parser(), boto_session=session, metrics=metrics)
    template, parameters, _ = json.loads(request.text())  # it changes what it is given
    try:
        translated = translator.translate(template, parameters, passthrough_metadata=True)
        return Translation(json.loads(json.dumps(translated)))
    except InvalidDocumentException as error:
        return Translation({}, tuple(_problem(cause) for cause in error.causes))
    except ExceptionWithMessage as error:
        return Translation({}, (_problem(error),))
    except Exception as error:  # the translator meets odd input with whatever Python raises
        message = f"the SAM translator cannot read this ({type(error).__name__}: {error})"
        return Translation({}, (Problem(message, _resource_at_work(error.__traceback__)),))
    finally:
        metrics.publish()


def _problem(error: Any) -> Problem:
    address = getattr(error, "_logical_id", "")
    if isinstance(address, list):
        address = address[0] if address else ""
    return Problem(str(error.message), str(address))


def _resource_at_work(traceback: TracebackType | None) -> str:
    """The logical id the translator was working on when it fell over."""
    while traceback:
        names = traceback.tb_frame.f_locals
        address = names.get("logical_id") or names.get("logicalId")
        if isinstance(address, str):
            return str(address)
        traceback = traceback.tb_next
    return ""
