"""The HTTP server that tests talk to: it reads requests, and answers, hangs or hangs up."""

import select
import socket
import socketserver
import struct
import threading
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

from tests.aws.wire import Answer, Request

WITHOUT_BODY = frozenset({204, 304})
LONGEST_HANG_SECONDS = 60


class HangUpError(Exception):
    """Close the connection instead of answering: by a reset, or when the client gives up."""

    def __init__(self, *, wait_for_client: bool) -> None:
        super().__init__("hang up")
        self.wait_for_client = wait_for_client


class Front(socketserver.ThreadingTCPServer):
    """A server on a free port of this machine, with a thread for each connection."""

    allow_reuse_address = True
    daemon_threads = False
    request_queue_size = 128

    def __init__(self, reply: Callable[[Request], Answer], mistakes: list[str]) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.reply = reply
        self.mistakes = mistakes
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop, and close the connections that clients keep open."""
        self.closing.set()
        self.shutdown()
        with self._lock:
            left = list(self._open)
        for connection in left:
            hang_up(connection)
        self.server_close()
        self._thread.join()

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002
        """Keep what went wrong for the test, which is told at its end."""
        self.mistakes.append(f"{client_address}: {traceback.format_exc()}")

    def opened(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)


class Conversation(BaseHTTPRequestHandler):
    """One connection: requests and answers in turn."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Front

    def setup(self) -> None:
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        self.server.closed(self.connection)
        super().finish()

    def handle(self) -> None:
        try:
            super().handle()
        except HangUpError as hang:
            if hang.wait_for_client:
                self._wait_for_client()
            self._reset()
        except ConnectionError:
            self.close_connection = True

    def handle_expect_100(self) -> bool:
        go_on = super().handle_expect_100()
        self.wfile.flush()
        return go_on

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def _serve(self) -> None:
        request = Request(
            method=self.command,
            target=self.path,
            headers=tuple(self.headers.items()),
            body=self._body(),
        )
        answer = self._answer(request)
        self.send_response_only(answer.status)
        bodiless = self.command == "HEAD" or answer.status in WITHOUT_BODY
        for name, value in answer.headers:
            if name.lower() != "content-length" or self.command == "HEAD":
                self.send_header(name, value)
        if not bodiless:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if not bodiless:
            self.wfile.write(answer.body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_PATCH = _serve  # noqa: N815

    def _answer(self, request: Request) -> Answer:
        try:
            return self.server.reply(request)
        except ConnectionError as error:  # not one between the client and us
            raise RuntimeError("moto, or what a test does before a call, broke off") from error

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return b"".join(iter(self._chunk, b""))
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def _chunk(self) -> bytes:
        size = int(self.rfile.readline().split(b";")[0], 16)
        chunk = self.rfile.read(size)
        if size:
            self.rfile.readline()
        else:
            while self.rfile.readline().strip():
                pass
        return chunk

    def _wait_for_client(self) -> None:
        """Wait until the client closes its end, or the server stops."""
        for _ in range(LONGEST_HANG_SECONDS * 50):
            readable, _, _ = select.select([self.connection], [], [], 0.02)
            if readable or self.server.closing.is_set():
                return

    def _reset(self) -> None:
        """Close so that the client finds the connection reset, not ended."""
        at_once = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        self.server.closed(self.connection)
        self.rfile.close()
        self.wfile.close()
        self.connection.close()


def hang_up(connection: socket.socket) -> None:
    """End a connection whose thread waits for the next request."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
