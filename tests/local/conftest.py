"""A stand-in for the daemon until it lands."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from typing import Any

import pytest


class Cloud:
    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint

    def client(self, service: str) -> Any:
        import botocore.config
        import botocore.session

        session = botocore.session.get_session()
        return session.create_client(
            service,
            region_name="us-east-1",
            endpoint_url=self.endpoint,
            aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
            aws_secret_access_key="x",
            config=botocore.config.Config(retries={"total_max_attempts": 1}),
        )


@pytest.fixture(scope="session")
def local_cloud() -> Iterator[Cloud]:
    from moto.core.config import default_user_config
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    from fairway.local import fidelity

    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    default_user_config["iam"] = {"load_aws_managed_policies": False}
    fidelity.install()
    try:
        from fairway.local import workflows

        workflows.install()
        wrap = lambda a: fidelity.middleware(workflows.middleware(a))
    except ImportError:
        wrap = fidelity.middleware
    app: Any = DomainDispatcherApplication(create_backend_app)
    if not os.environ.get("STOCK"):
        app = wrap(app)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    os.environ["MOTO_PORT"] = str(server.server_port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Cloud(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
