"""The part of GitHub's and GitLab's APIs that jobs ask, as a server here, where neither of them runs."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "a-token-of-this-job"


@dataclass
class Service:
    """What the service holds: `comments` by id, `reviews` of a run as GitHub tells them."""

    comments: dict[int, str] = field(default_factory=dict)
    reviews: list[Mapping[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def approve(self, environment: str, who: str, state: str = "approved") -> None:
        review = {"state": state, "environments": [{"name": environment}], "user": {"login": who}}
        self.reviews.append(review)

    def answer(self, method: str, target: str, body: Any) -> tuple[int, Any]:
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        self.asked.append(f"{method} {path}")
        if re.fullmatch(r"/repos/acme/rays/actions/runs/7/approvals", path):
            return 200, self.reviews
        if re.fullmatch(r"(/repos/acme/rays/issues/12/comments|/projects/9/merge_requests/12/notes)", path):
            return self._listed(query) if method == "GET" else self._added(body["body"])
        one = re.fullmatch(
            r"(?:/repos/acme/rays/issues/comments|/projects/9/merge_requests/12/notes)/(\d+)", path
        )
        if one and method in ("PATCH", "PUT"):
            self.comments[int(one[1])] = body["body"]
            return 200, {}
        return 404, {"message": "Not Found"}

    def _listed(self, query: Mapping[str, list[str]]) -> tuple[int, Any]:
        size, page = int(query["per_page"][0]), int(query["page"][0])
        every = [{"id": id, "body": text} for id, text in self.comments.items()]
        return 200, every[size * (page - 1) : size * page]

    def _added(self, text: str) -> tuple[int, Any]:
        self.comments[len(self.comments) + 1] = text
        return 201, {}


@contextmanager
def serving() -> Iterator[Service]:
    """A service of one's own, as long as the block lasts."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            given = (self.headers.get("Authorization"), self.headers.get("PRIVATE-TOKEN"))
            allowed = given in ((f"Bearer {TOKEN}", None), (None, TOKEN))
            status, answer = service.answer(self.command, self.path, body) if allowed else (401, {})
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PATCH = do_PUT = _serve

        def log_message(self, format: str, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield service
    server.shutdown()
    thread.join()
    server.server_close()
