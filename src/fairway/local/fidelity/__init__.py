"""Repairs of moto: what AWS answers and moto does not (see overlay.py and the tables in rows.py)."""

from __future__ import annotations

from fairway.local.fidelity.calls import WsgiApp


def install() -> None:
    """Nothing to patch in the process yet: this feature is all middleware."""


def middleware(app: WsgiApp) -> WsgiApp:
    """The overlay, to be put directly in front of moto's application."""
    from fairway.local.fidelity.overlay import overlay
    from fairway.local.fidelity.tables import repairs

    return overlay(app, repairs())
