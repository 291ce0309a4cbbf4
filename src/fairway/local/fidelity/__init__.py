"""Repairs of moto: what AWS answers and moto does not (see overlay.py and the tables in rows.py)."""

from __future__ import annotations

from fairway.local.wsgi import App


def middleware(app: App) -> App:
    """The overlay, to be put directly in front of moto's application."""
    from fairway.local.fidelity.overlay import overlay
    from fairway.local.fidelity.rest.entities import keep_extras
    from fairway.local.fidelity.tables import repairs

    return overlay(app, repairs(), {"apigateway": keep_extras})
