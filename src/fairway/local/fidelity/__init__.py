"""Repairs of moto: what AWS answers and moto does not (see overlay.py and the tables in rows.py)."""

from __future__ import annotations

from fairway.local.wsgi import App


def middleware(app: App) -> App:
    """The overlay, to be put directly in front of moto's application."""
    from fairway.local.fidelity.overlay import overlay
    from fairway.local.fidelity.percentiles import add_percentiles
    from fairway.local.fidelity.rest.entities import keep_extras
    from fairway.local.fidelity.tables import repairs

    return overlay(app, repairs(), {"apigateway": keep_extras, "cloudwatch": add_percentiles})


def limitations() -> list[str]:
    """Settings that were made and change nothing."""
    from fairway.local.fidelity.kept_only import met

    return met.met()


def reset() -> None:
    """Nothing has been set any more."""
    from fairway.local.fidelity.kept_only import met

    met.forget()
