"""The local cloud's process: one port on the loopback interface, moto behind it, functions beside it.

It answers at once and loads moto behind its back: AWS calls wait until it is loaded, `/_fairway/` does not.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from fairway import __version__
from fairway.local import faults
from fairway.local.answers import answer, error_reformatter
from fairway.local.calls import identify
from fairway.local.control import Control, Meter, metered
from fairway.local.record import ALREADY_THERE, PORT_TAKEN, Record, hold
from fairway.local.wsgi import App, Environ, Server, StartResponse

log = logging.getLogger(__name__)

DEFAULT_PORT = 4610
_PORTS_TRIED = 40
_HOST = "127.0.0.1"

CANNOT = (
    "functions of PackageType Image, and runtimes other than Python, Node.js and provided",
    "the AWS SDK for JavaScript that Lambda's Node.js runtimes have built in: put it into the package",
    "streamed responses (awslambda.streamifyResponse): a function's answer is sent when it is complete",
    "literal /opt and /var/task paths: use LAMBDA_TASK_ROOT and the usual search paths",
    "IAM permissions: every call is allowed",
)


@dataclass(slots=True)
class Loading:
    """Moto on its way: `app` once it is there, or why it never will be."""

    done: threading.Event
    app: App | None = None
    failure: str = ""

    @property
    def state(self) -> str:
        if not self.done.is_set():
            return "starting"
        return "failed" if self.failure else "ready"


class Daemon:
    """Everything of one local cloud."""

    def __init__(self, home: Path, port: int) -> None:
        """Binds; raises OSError when `port` is taken (0: any free one)."""
        self._home = home
        self._started = time.time()
        self._loading = Loading(threading.Event())
        self._features: tuple[ModuleType, ...] = ()
        self._meter = Meter()
        self._control = Control(
            self._when_loaded,
            self._meter,
            faults.current(),
            identity=self.identity,
            status=self.status,
            reset=self.reset,
        )
        self._server = Server(_HOST, port, self._control)
        self.endpoint = f"http://localhost:{self._server.port}"
        # moto calls itself (Step Functions, among others) at this port
        os.environ["MOTO_PORT"] = str(self._server.port)

    def run(self) -> None:
        """Serve until `stop` is called from another thread."""
        record = Record(os.getpid(), self._server.port, self._started, __version__)
        threading.Thread(target=self._load, name="load", daemon=True).start()
        record.write(self._home)
        log.info("answering at %s", self.endpoint)
        try:
            self._server.serve_forever(poll_interval=0.1)
        finally:
            record.remove(self._home)
            self._each_feature("stop")

    def stop(self) -> None:
        self._server.shutdown()

    def identity(self) -> dict[str, Any]:
        """Tells this daemon from every other server."""
        return {"home": str(self._home), "pid": os.getpid()}

    def status(self) -> dict[str, Any]:
        """See `fairway.local.client.Status`."""
        from fairway.local.functions.memory import MEASURED
        from fairway.local.functions.runtimes import known

        cannot = CANNOT if MEASURED else (*CANNOT, "memory limits: this system does not tell")
        return {
            **self.identity(),
            "endpoint": self.endpoint,
            "uptime": time.time() - self._started,
            "version": __version__,
            "state": self._loading.state,
            "failure": self._loading.failure,
            "runtimes": {found.declared: f"{found.language} {found.version}" for found in known()},
            "faults": self._control.faults().as_json(),
            "cannot": [*cannot, *self._limitations()],
            **(self._contents() if self._loading.state == "ready" else {"functions": [], "workers": []}),
        }

    def reset(self) -> None:
        """Empty everything and turn all faults off; the endpoint stays."""
        from moto.moto_api._internal.models import moto_api_backend

        self._loading.done.wait()
        moto_api_backend.reset()
        self._each_feature("reset")
        log.info("reset")

    def _contents(self) -> dict[str, Any]:
        from moto.awslambda.models import lambda_backends

        from fairway.local.functions import service

        functions = [
            {"name": fn.function_name, "region": region, "account": account, "runtime": fn.run_time}
            for account, regions in list(lambda_backends.items())
            for region, backend in list(regions.items())
            for fn in list(backend.list_functions())
        ]
        return {"functions": functions, "workers": service.current().workers()}

    def _limitations(self) -> list[str]:
        return [sentence for f in self._features if hasattr(f, "limitations") for sentence in f.limitations()]

    def _when_loaded(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        self._loading.done.wait()
        if self._loading.app is None:
            return answer(identify(environ), 501, "LocalCloudFailed", self._loading.failure, start_response)
        return self._loading.app(environ, start_response)

    def _load(self) -> None:
        try:
            # Metering inside: telling REST operations apart takes parts of moto, and importing those beside
            # the thread that imports moto ends in half-made modules.
            self._loading.app = metered(self._make_app(), self._meter)
            log.info("loaded in %.2f s", time.time() - self._started)
        except Exception as error:
            log.exception("cannot start")
            self._loading.failure = f"the local cloud could not start: {error}"
        finally:
            self._loading.done.set()
        if self._loading.app:
            _preload()

    def _make_app(self) -> App:
        from fairway.local import features, selftest
        from fairway.local.functions import service

        self._features = features.load()
        relied_on = {
            symbol: shape for f in self._features for symbol, shape in getattr(f, "RELIES_ON", {}).items()
        }
        changed = selftest.differences(relied_on)
        if changed:
            raise RuntimeError("this moto is not the one Fairway was made for: " + "; ".join(changed))
        self._each_feature("install")
        # by address: a name would make Node try IPv6 first, and other SDKs put the bucket in front of it
        service.start(self._home / "functions", f"http://{_HOST}:{self._server.port}")

        from fairway.local.dispatch import moto_application

        app = moto_application()
        for feature in reversed(self._features):
            if hasattr(feature, "middleware"):
                app = feature.middleware(app)
        return error_reformatter(app)

    def _each_feature(self, name: str) -> None:
        for feature in self._features:
            if hasattr(feature, name):
                getattr(feature, name)()


def _preload() -> None:
    """Import the usual services before they are asked for; the first call of each would pay for it."""
    from moto.backends import get_backend

    from fairway.local.features import PRELOADED

    for service in PRELOADED:
        get_backend(service)  # type: ignore[call-overload]
        time.sleep(0.01)  # calls that are waiting go first


def bind(home: Path, port: int | None) -> Daemon:
    """A daemon on `port`, or on the default one or the next that is free. Raises OSError."""
    if port is not None:
        return Daemon(home, port)
    for candidate in range(DEFAULT_PORT, DEFAULT_PORT + _PORTS_TRIED):
        try:
            return Daemon(home, candidate)
        except OSError:
            continue
    return Daemon(home, 0)


def main(arguments: list[str]) -> int:
    """Run in the foreground until SIGTERM or SIGINT. Exit codes: 3 port taken, 4 there is one already."""
    parser = argparse.ArgumentParser(prog="fairway.local.daemon")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--port", type=int)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    lock = hold(options.home)
    if lock is None:
        return ALREADY_THERE
    try:
        daemon = bind(options.home, options.port)
    except OSError as error:
        sys.stderr.write(json.dumps({"port": options.port, "error": str(error)}) + "\n")
        return PORT_TAKEN

    def stop(_number: int, _frame: FrameType | None) -> None:
        # shutdown waits for the loop that this signal has interrupted
        threading.Thread(target=daemon.stop, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with lock:
        daemon.run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
