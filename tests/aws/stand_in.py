"""AWS for tests: moto behind an HTTP server that records calls, plays some, and fails on demand.

A test points boto3, or a process, at `url` or `environment`. See `played.py` for the calls that
are not moto's, `script.py` for how executions go, and `faults.py` for what can go wrong.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import boto3
import botocore.session
from botocore.config import Config
from moto.server import ThreadedMotoServer

from tests.aws.calls import Call, Named, Record
from tests.aws.chosen import At
from tests.aws.faults import Fault, Faults, How
from tests.aws.front import Front, HangUpError
from tests.aws.moments import Meeting, Moments
from tests.aws.played import corrected, play, refused_by_model
from tests.aws.recognise import recognise
from tests.aws.refusals import answer_of, invalid
from tests.aws.shapes import wrong_answer
from tests.aws.wire import Answer, Request, forward
from tests.aws.world import Script, World, told

REGION = "us-east-1"
KEY = "AKIAPIPECTESTS000001"
SECRET = "nothing-secret"  # noqa: S105


class AwsStandIn:
    """A stand-in for AWS on this machine, from `start` to `stop` or as a context."""

    def __init__(self) -> None:
        self.mistakes: list[str] = []
        self.record = Record()
        self.faults = Faults()
        self.moments = Moments()
        self.world = World(self._read_object)
        self._moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._at_moto = threading.Lock()
        self._front = Front(self._reply, self.mistakes)
        self._boto3 = session_without_files()
        self._at_boto3 = threading.Lock()
        self._clients: list[Any] = []

    def start(self) -> Self:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._moto.start()
        self._front.start()
        return self

    def stop(self) -> None:
        self.moments.clear()
        self._close_clients()
        self._front.stop()
        self._moto.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return self._front.url

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that point boto3 and the AWS CLI here, and nowhere else."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    @property
    def calls(self) -> list[Call]:
        """Return all calls since the last reset, in the order they came in."""
        return self.record.calls

    @property
    def writes(self) -> list[Call]:
        """Return the calls of operations that change something, whether they were done or not."""
        return [call for call in self.calls if call.writes]

    @property
    def changes(self) -> list[Call]:
        """Return the calls that were done and may have changed something."""
        return [call for call in self.calls if call.changed]

    def client(self, service: str, *, key: str = KEY, region: str = REGION, **config: Any) -> Any:
        """Return a client of boto3; one with another key is another person."""
        with self._at_boto3:
            client = self._boto3.client(
                service,
                endpoint_url=self.url,
                region_name=region,
                aws_access_key_id=key,
                aws_secret_access_key=SECRET,
                config=Config(**{"retries": {"total_max_attempts": 1}, **config}),
            )
            self._clients.append(client)
        return client

    def reset(self) -> None:
        """Forget everything: what moto has, what is played, the calls and the faults."""
        self.faults.clear()
        self.moments.clear()
        self._close_clients()
        self._at_its_turn(Request(method="POST", target="/moto-api/reset"))
        self.world = World(self._read_object)
        self.record.clear()
        self.mistakes.clear()

    def clear_calls(self) -> None:
        """Forget the calls, and count from 1 again."""
        self.record.clear()

    def fail(self, how: How, *, at: At = 1, times: int | None = 1, forwarded: bool = False) -> None:
        """Let calls go wrong: see `faults.Fault` for how, and `chosen.chosen` for which.

        `times` is how many of them, one after the other; None means all from then on.
        """
        self.faults.add(how, at=at, times=times, forwarded=forwarded)

    def before(self, at: At, act: Callable[[Call], object], *, times: int | None = 1) -> None:
        """Act right before calls are done; `act` may make calls itself."""
        self.moments.before(at, act, times)

    def meet(self, at: At, *, parties: int = 2, timeout: float = 10.0) -> Meeting:
        """Let the next calls wait for each other right before they are done."""
        return self.moments.meet(at, parties=parties, timeout=timeout)

    def play_execution(
        self,
        steps: Sequence[Sequence[dict[str, Any]]] = ((),),
        *,
        status: str = "Succeeded",
        failure: str | None = None,
    ) -> None:
        """Say how the next execution, or retry, goes: the steps at each poll, and the end."""
        polls = tuple(tuple(states) for states in steps)
        end = told(PipelineExecutionStatus=status, FailureReason=failure)
        wrong = wrong_answer("sagemaker", "DescribePipelineExecution", end)
        for states in polls:
            answer = {"PipelineExecutionSteps": list(states)}
            wrong += wrong_answer("sagemaker", "ListPipelineExecutionSteps", answer)
        assert not wrong, wrong
        with self.world.lock:
            self.world.scripts.append(Script(polls=polls, status=status, failure=failure))

    def _reply(self, request: Request) -> Answer:
        named = recognise(request)
        call = self.record.arrive(named)
        fault = self.faults.take(call)
        answer: Answer | None = None
        try:
            answer = self._done(request, call, named, fault)
        finally:
            status = answer.status if answer is not None else None
            self.record.finish(call, status=status, fault=fault.name if fault else None)
        if answer is None or (fault is not None and fault.refusal(named) is None):
            raise HangUpError(wait_for_client=fault is not None and fault.how == "timeout")
        return answer

    def _done(
        self, request: Request, call: Call, named: Named, fault: Fault | None
    ) -> Answer | None:
        """Return the answer to a call, or None if it is not done."""
        if fault is not None:
            refusal = fault.refusal(named)
            if refusal is not None:
                return answer_of(refusal, named)
            if not fault.forwarded:
                return None
        self.moments.come(call)
        played = play(self.world, call, named)
        if played is not None:
            return played
        said = refused_by_model(call, named)
        if said is not None:
            return said
        return corrected(self._at_its_turn(request), call, named)

    def _at_its_turn(self, request: Request) -> Answer:
        """Ask moto, which is not made for several callers at once."""
        with self._at_moto:
            return forward(*self._moto.get_host_and_port(), request)

    def _read_object(self, location: dict[str, str]) -> str:
        """Return the text of an object in moto's S3."""
        version = location.get("VersionId")
        query = f"?versionId={version}" if version else ""
        credential = f"AWS4-HMAC-SHA256 Credential={KEY}/20260101/{REGION}/s3/aws4_request"
        request = Request(
            method="GET",
            target=f"/{location['Bucket']}/{quote(location['ObjectKey'])}{query}",
            headers=(("Authorization", credential), ("Host", "s3.amazonaws.com")),
        )
        answer = self._at_its_turn(request)
        if answer.status != 200:
            raise invalid(f"Unable to read the definition at s3:/{request.path}")
        return answer.body.decode()

    def _close_clients(self) -> None:
        while self._clients:
            with suppress(OSError):
                self._clients.pop().close()


def session_without_files() -> Any:
    """Return a session that reads no settings; one for all clients, which are then made quickly."""
    session = botocore.session.Session()
    for name in ("config_file", "credentials_file"):
        session.set_config_variable(name, "/dev/null")
    return boto3.session.Session(botocore_session=session)
