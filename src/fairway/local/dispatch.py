"""moto's own application, with a proper refusal for services that it does not know."""

from __future__ import annotations

from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from fairway.local.wsgi import App


class _Dispatcher(DomainDispatcherApplication):
    def get_backend_for_host(self, host: str | None) -> Any:
        backend = super().get_backend_for_host(host)
        if backend is None and host is not None:
            raise NotImplementedError(f"no service at {host}")
        return backend


def moto_application() -> App:
    """Dispatches by the service that signed the request. Raises NotImplementedError for unknown services."""
    app: App = _Dispatcher(create_backend_app)
    return app
