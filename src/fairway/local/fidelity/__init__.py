"""Repairs of moto: what AWS answers and moto does not (see overlay.py and the tables in rows.py)."""

from __future__ import annotations

from fairway.local.fidelity.calls import WsgiApp


def install() -> None:
    """Patch the few places of moto where an answer is made from objects that other modules read as well."""
    from fairway.local.fidelity.rest.entities import keep_extras

    keep_extras()


def middleware(app: WsgiApp) -> WsgiApp:
    """The overlay, to be put directly in front of moto's application."""
    from fairway.local.fidelity.overlay import overlay
    from fairway.local.fidelity.tables import repairs

    return overlay(app, repairs())
