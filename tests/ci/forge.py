"""A stand-in for the APIs of GitHub and GitLab: comments, by page, with a limit and faults."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

TOKEN = "forge-token"  # noqa: S105
GITHUB = re.compile(r"/repos/team/shop/issues/(?:(7)/comments|comments/(\d+))")
GITLAB = re.compile(r"/api/v4/projects/42/merge_requests/7/notes(?:/(\d+))?")


class Forge:
    """A server with the comments on one pull request, number 7."""

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.requests: list[str] = []
        self.fault: tuple[int, bytes] | None = None
        self.user = "github-actions[bot]"
        self.longest = 65_536
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def bodies(self) -> list[str]:
        return [each["body"] for each in self.comments]

    def add(self, body: str, user: str | None = None) -> None:
        who = user or self.user
        self.comments.append(
            {
                "id": 100 + len(self.comments),
                "body": body,
                "user": {"login": who},
                "author": {"username": who},
            }
        )

    def answer(self, method: str, target: str, token: str, content: Any) -> tuple[int, Any]:
        """Return the status and the content of an answer."""
        url = urlsplit(target)
        if token != TOKEN:
            return 401, {"message": "Bad credentials"}
        if (method, url.path.removeprefix("/api/v4")) == ("GET", "/user"):
            return 200, {"login": self.user, "username": self.user}
        found = GITHUB.fullmatch(url.path) or GITLAB.fullmatch(url.path)
        if found is None:
            return 404, {"message": "Not Found"}
        if content is not None and len(content["body"]) > self.longest:
            return 422, {"message": "body is too long"}
        if method == "GET":
            query = {name: int(value[0]) for name, value in parse_qs(url.query).items()}
            size, page = min(100, query.get("per_page", 30)), query.get("page", 1)
            return 200, self.comments[size * (page - 1) : size * page]
        if method == "POST":
            self.add(content["body"])
            return 201, self.comments[-1]
        assert method == ("PATCH" if found.re is GITHUB else "PUT")
        number = found[found.lastindex or 0]
        comment = next(each for each in self.comments if str(each["id"]) == number)
        comment["body"] = content["body"]
        return 200, comment

    def _handler(forge) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def handle_one_request(self) -> None:
                self.raw_requestline = self.rfile.readline()
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                forge.requests.append(f"{self.command} {self.path}")
                token = self.headers.get("PRIVATE-TOKEN") or ""
                token = token or (self.headers.get("Authorization") or "").removeprefix("Bearer ")
                if forge.fault is not None:
                    status, text = forge.fault
                else:
                    content = json.loads(sent) if sent else None
                    status, answer = forge.answer(self.command, self.path, token, content)
                    text = json.dumps(answer).encode()
                self.send_response(status)
                if status in (301, 302):
                    self.send_header("Location", f"{forge.url}/elsewhere")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler
