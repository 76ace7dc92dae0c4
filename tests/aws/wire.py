"""Requests and answers as they pass over HTTP, and the way of a request to moto."""

import http.client
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

# https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1: these belong to one connection only.
OF_ONE_CONNECTION = frozenset(
    {"connection", "expect", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}
)
PATIENCE_SECONDS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> str:
        return urlsplit(self.target).query

    def header(self, name: str) -> str:
        """Return the value of a header, or nothing."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...] = field(default=())
    body: bytes = b""


def forward(host: str, port: int, request: Request) -> Answer:
    """Send a request on, on a connection of its own, and return what is answered."""
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE_SECONDS)
    try:
        connection.putrequest(
            request.method, request.target, skip_host=True, skip_accept_encoding=True
        )
        for name, value in lasting(request.headers):
            if name.lower() != "content-length":
                connection.putheader(name, value)
        if request.body or request.method in {"POST", "PUT"}:
            connection.putheader("Content-Length", str(len(request.body)))
        connection.putheader("Connection", "close")
        connection.endheaders(request.body or None)
        with connection.getresponse() as response:
            body = response.read()
            return Answer(
                status=response.status, headers=tuple(lasting(response.getheaders())), body=body
            )
    finally:
        connection.close()


def lasting(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the headers that are meant for the other end and not for the next hop."""
    return [(name, value) for name, value in headers if name.lower() not in OF_ONE_CONNECTION]
