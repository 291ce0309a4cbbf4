"""The daemon: started once, found again, stopped with all that is in it, no trouble after it was killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from tests.local_cloud import Cloud, alive

from fairway.local.client import LocalCloud
from fairway.local.record import ALREADY_THERE, holder
from fairway.model.errors import Failed

SLEEPER = {"app.py": "import os\ndef handler(event, context): return os.getpid()\n"}


@pytest.fixture
def local(tmp_path: Path) -> Iterator[LocalCloud]:
    """A local cloud of this test alone, not started."""
    cloud = LocalCloud(tmp_path)
    yield cloud
    cloud.down()


def eventually(holds: Callable[[], bool], seconds: float = 20) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


def with_a_worker(local: LocalCloud, tmp_path: Path) -> tuple[int, int]:
    """Start the cloud and a worker in it; returns both process ids."""
    running = local.up(port=0)
    cloud = Cloud(tmp_path, running.endpoint, local)
    return running.pid, cloud.invoke(cloud.function(SLEEPER))


def test_up_twice_is_the_same_daemon_and_down_twice_is_no_error(local: LocalCloud) -> None:
    first = local.up(port=0)
    assert local.up() == first
    assert local.status().running
    assert local.down() is True
    assert not alive(first.pid)
    assert local.down() is False
    assert not local.status().running


def test_many_who_start_it_at_once_end_with_one(local: LocalCloud, tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from fairway.local.client import LocalCloud\n"
        "print(LocalCloud(pathlib.Path(sys.argv[1])).up().pid)"
    )

    def start(_: int) -> str:
        command = [sys.executable, "-c", code, str(tmp_path)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    with ThreadPoolExecutor(4) as threads:
        pids = set(threads.map(start, range(4)))
    assert len(pids) == 1


def test_down_ends_the_workers(local: LocalCloud, tmp_path: Path) -> None:
    daemon, worker = with_a_worker(local, tmp_path)
    assert local.down()
    assert not alive(daemon)
    assert eventually(lambda: not alive(worker))


def test_kill_9_leaves_no_worker_and_the_next_up_works(local: LocalCloud, tmp_path: Path) -> None:
    daemon, worker = with_a_worker(local, tmp_path)
    os.kill(daemon, signal.SIGKILL)
    assert eventually(lambda: not alive(worker))
    assert not local.status().running
    again = local.up(port=0)
    assert again.pid != daemon
    assert local.status().running


def test_a_handler_in_a_tight_loop_dies_with_the_daemon(local: LocalCloud, tmp_path: Path) -> None:
    running = local.up(port=0)
    cloud = Cloud(tmp_path, running.endpoint, local)
    pid_file = tmp_path / "pid"
    code = f"""
import os
def handler(event, context):
    open({str(pid_file)!r}, "w").write(str(os.getpid()))
    while True: pass
"""
    name = cloud.function({"app.py": code}, Timeout=60)
    cloud.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=b"{}")
    assert eventually(lambda: pid_file.exists() and pid_file.read_text() != "")
    os.kill(running.pid, signal.SIGKILL)
    assert eventually(lambda: not alive(int(pid_file.read_text())))


def test_a_port_that_is_taken_is_an_error_that_says_so(local: LocalCloud) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(Failed) as raised:
        local.up(port=taken.getsockname()[1])
    assert raised.value.code == "local.port-taken"
    assert local.up(port=0).pid


def test_another_port_than_the_running_one_is_refused(local: LocalCloud) -> None:
    running = local.up(port=0)
    with pytest.raises(Failed) as raised:
        local.up(port=running.port + 1)
    assert raised.value.code == "local.other-port"
    assert running.endpoint in raised.value.what


def test_a_stranger_on_the_recorded_port_is_not_taken_for_the_daemon(
    local: LocalCloud, tmp_path: Path
) -> None:
    class Stranger(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"hello": "world"}')

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Stranger)
    Thread(target=server.serve_forever, daemon=True).start()
    folder = tmp_path / "local"
    folder.mkdir()
    record = f'{{"pid": {os.getpid()}, "port": {server.server_port}, "started": 1.0, "version": "0"}}'
    (folder / "daemon.json").write_text(record)
    assert not local.status().running
    running = local.up(port=0)  # and this process, whose id is in the record, still lives
    assert running.port != server.server_port
    server.shutdown()
    server.server_close()


def test_without_the_extra_it_says_what_to_install(
    local: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "moto", None)  # as if it were not installed
    with pytest.raises(Failed) as raised:
        local.up(port=0)
    assert raised.value.code == "local.not-installed"
    assert "fairway[local]" in raised.value.next


def test_a_daemon_whose_starter_was_killed_is_found_and_not_doubled(
    local: LocalCloud, tmp_path: Path
) -> None:
    folder = tmp_path / "local"
    folder.mkdir()
    command = [sys.executable, "-m", "fairway.local.daemon", "--home", str(folder), "--port", "0"]
    orphan = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
    assert eventually(lambda: holder(folder) == orphan.pid)
    assert local.up().pid == orphan.pid
    assert subprocess.run(command, check=False, timeout=20).returncode == ALREADY_THERE
    local.down()
    assert orphan.wait(timeout=5) == 0


@pytest.mark.parametrize("damaged", ["", "{", '{"pid": 1}', "[]"])
def test_a_damaged_record_is_no_trouble(local: LocalCloud, tmp_path: Path, damaged: str) -> None:
    folder = tmp_path / "local"
    folder.mkdir()
    (folder / "daemon.json").write_text(damaged)
    assert not local.status().running
    assert local.up(port=0).pid


def test_a_daemon_that_hangs_is_replaced(local: LocalCloud) -> None:
    hanging = local.up(port=0).pid
    os.kill(hanging, signal.SIGSTOP)
    assert local.up(port=0).pid != hanging
    assert eventually(lambda: not alive(hanging))


def test_reset_empties_everything_and_keeps_the_endpoint(local: LocalCloud, tmp_path: Path) -> None:
    running = local.up(port=0)
    cloud = Cloud(tmp_path, running.endpoint, local)
    worker = cloud.invoke(cloud.function(SLEEPER))
    cloud.client("s3").create_bucket(Bucket="kept-no-longer")
    local.reset()
    assert local.up() == running
    assert cloud.client("s3").list_buckets()["Buckets"] == []
    assert cloud.client("lambda").list_functions()["Functions"] == []
    assert eventually(lambda: not alive(worker))


def test_reset_of_nothing_says_what_to_do(local: LocalCloud) -> None:
    with pytest.raises(Failed) as raised:
        local.reset()
    assert raised.value.code == "local.not-running"


def test_the_log_tells_where_it_answers(local: LocalCloud) -> None:
    running = local.up(port=0)
    assert any(running.endpoint in line for line in local.logs())


def test_the_client_loads_nothing_heavy() -> None:
    heavy = ("moto", "botocore", "werkzeug", "rich")
    code = f"import sys, fairway.local.client; print([m for m in {heavy} if m in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
