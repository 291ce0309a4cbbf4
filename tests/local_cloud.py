"""A real local cloud for tests, and small things to deploy to it."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fairway.local.client import LocalCloud

REGION = "us-east-1"
ACCOUNT = "123456789012"
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["lambda.amazonaws.com", "states.amazonaws.com"]},
            "Action": "sts:AssumeRole",
        }
    ],
}


@contextmanager
def running(home: Path) -> Iterator[Cloud]:
    """A local cloud of one's own, on a free port, as long as the block lasts."""
    local = LocalCloud(home)
    yield Cloud(home, local.up(port=0).endpoint, local)
    local.down()


@dataclass
class Cloud:
    """A running local cloud: its endpoint, and clients for it that do not retry."""

    home: Path
    endpoint: str
    local: LocalCloud
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)
    _role: str = ""

    def client(self, service: str, region: str = REGION) -> Any:
        """A botocore client; the same one each time."""
        import botocore.config
        import botocore.session

        key = (service, region)
        if key not in self._clients:
            self._clients[key] = botocore.session.get_session().create_client(
                service,
                region_name=region,
                endpoint_url=self.endpoint,
                aws_access_key_id="test",
                aws_secret_access_key="test",
                config=botocore.config.Config(
                    retries={"total_max_attempts": 1}, read_timeout=120, s3={"addressing_style": "path"}
                ),
            )
        return self._clients[key]

    def role(self) -> str:
        """The ARN of a role that Lambda and Step Functions may assume."""
        if not self._role:
            name = unique("role")
            created = self.client("iam").create_role(
                RoleName=name, AssumeRolePolicyDocument=json.dumps(_TRUST)
            )
            self._role = str(created["Role"]["Arn"])
        return self._role

    def function(self, files: Mapping[str, str], **settings: Any) -> str:
        """Create a function of `files`; returns its name. Handler `app.handler` on this Python unless set."""
        name = str(settings.pop("FunctionName", unique("function")))
        given = {
            "Runtime": "python3.11",
            "Handler": "app.handler",
            "Timeout": 10,
            "Role": self.role(),
            **settings,
        }
        self.client("lambda").create_function(FunctionName=name, Code={"ZipFile": zipped(files)}, **given)
        return name

    def invoke(self, name: str, event: Any = None, **settings: Any) -> Any:
        """The function's answer. Raises AssertionError when it failed."""
        answer = self.client("lambda").invoke(
            FunctionName=name, Payload=json.dumps(event if event is not None else {}).encode(), **settings
        )
        result = json.loads(answer["Payload"].read() or b"null")
        assert "FunctionError" not in answer, result
        return result


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """A zip of those files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def unique(prefix: str) -> str:
    """A name that no other test has used."""
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended but not been waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
