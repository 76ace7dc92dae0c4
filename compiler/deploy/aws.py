"""The one door to AWS: calls by the API's own names, and errors that say which call failed."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeAlias

import boto3
import botocore
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from compiler.version import VERSION

Answer: TypeAlias = dict[str, Any]

CONNECT_TIMEOUT, READ_TIMEOUT = 5.0, 30.0
# Throttling, 5xx, resets and timeouts; each wait is twice the one before, at most 20 s.
ATTEMPTS = 6
# What a call takes at most, with all attempts and waits.
LONGEST_CALL = 250.0
AT_A_TIME = 8
BODY_ATTEMPTS = 3

SESSION, IDENTITY = "session", "identity"
MISSING = frozenset({"ResourceNotFound", "ResourceNotFoundException", "NoSuchKey", "404"})
DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"})
PRECONDITION_FAILED = frozenset({"PreconditionFailed", "412"})
CONFLICT = frozenset({"ConditionalRequestConflict", "409"})
# Who is asked later may answer; the rest says no however often it is asked.
PASSING = frozenset({
    "Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException",
    "RequestLimitExceeded", "SlowDown", "RequestTimeout", "RequestTimeoutException",
    "InternalError", "InternalFailure", "InternalServerException", "InternalServerError",
    "ServiceUnavailable", "ServiceUnavailableException", "500", "502", "503", "504",
    "EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError",
    "ConnectionClosedError", "ConnectionError", "HTTPClientError", "ProxyConnectionError",
})  # fmt: skip
NO_REGION = "no region: the spec names none, and neither do --region, AWS_REGION and the profile"
NO_CREDENTIALS = "no credentials: set AWS_PROFILE, log in, or give the CI job a role"


@dataclass(eq=False)
class AwsError(Exception):
    """Why a call had no success; `code` is AWS's own, or the name of what botocore raised."""

    message: str
    code: str = ""
    operation: str = ""

    def __str__(self) -> str:
        return f"{self.operation}: {self.message}" if self.operation else self.message

    @property
    def is_missing(self) -> bool:
        """Whether what was asked for is not there."""
        return self.code in MISSING

    @property
    def is_conflict(self) -> bool:
        """Whether something else was done to an object at the same time: nothing is known of it."""
        return self.code in CONFLICT

    @property
    def is_denied(self) -> bool:
        """Whether the caller may not ask this."""
        return self.code in DENIED

    @property
    def is_passing(self) -> bool:
        """Whether the same call may succeed in a while: AWS is busy, or can't be reached."""
        return self.code in PASSING

    @property
    def is_precondition(self) -> bool:
        """Whether an object was not written because it is not what it was expected to be."""
        return self.code in PRECONDITION_FAILED


@dataclass(slots=True)
class Aws:
    """AWS as the caller's credentials see it, in one region.

    The region is that of the caller's environment when none is given.
    """

    region: str | None = None
    profile: str | None = None
    _clients: dict[str, Any] = field(default_factory=dict)
    _lock: Any = field(default_factory=Lock)

    def call(self, service: str, operation: str, /, **request: Any) -> Answer:
        """Return the answer to a call; raises AwsError when all attempts have failed."""
        method = getattr(self.open(service), botocore.xform_name(operation))
        try:
            answer: Answer = method(**request)
        except ClientError as error:
            raise _said(error, operation, request.get("Bucket")) from error
        except NoCredentialsError as error:
            raise AwsError(NO_CREDENTIALS, "NoCredentials") from error
        except BotoCoreError as error:
            raise AwsError(_line(error), type(error).__name__, operation) from error
        # EventBridge answers so that a part of a request has failed.
        for failed in answer.get("FailedEntries") or ():
            raise AwsError(str(failed.get("ErrorMessage")), str(failed.get("ErrorCode")), operation)
        return answer

    def read(self, bucket: str, key: str) -> tuple[bytes, str] | None:
        """Return an object of S3 and its version, None if it is not there."""
        for attempt in range(BODY_ATTEMPTS):
            answer = self.find("s3", "GetObject", Bucket=bucket, Key=key)
            if answer is None:
                return None
            try:
                return answer["Body"].read(), str(answer["ETag"])
            except BotoCoreError as error:
                # botocore tries calls again, and not what of an answer comes after its head.
                if attempt == BODY_ATTEMPTS - 1:
                    said = f"s3://{bucket}: {error}"
                    raise AwsError(said, type(error).__name__, "GetObject") from error
        return None

    def find(self, service: str, operation: str, /, **request: Any) -> Answer | None:
        """Return the answer to a call, None if what it asks for is not there."""
        try:
            return self.call(service, operation, **request)
        except AwsError as error:
            if error.is_missing:
                return None
            raise

    def pages(
        self, service: str, operation: str, member: str, /, **request: Any
    ) -> Iterator[Answer]:
        """Yield the items of a list that comes in pages."""
        given, taken = TOKENS.get(service, ("NextToken", "NextToken"))
        while True:
            answer = self.call(service, operation, **request)
            yield from answer.get(member) or ()
            token = answer.get(taken)
            if not token:
                return
            request[given] = token

    @property
    def account(self) -> str:
        """The account of the caller."""
        return str(self.identity["Account"])

    @property
    def identity(self) -> Answer:
        """Who calls: account and ARN."""
        with self._lock:
            known: Answer | None = self._clients.get(IDENTITY)
        if known is None:
            known = self.call("sts", "GetCallerIdentity")
            with self._lock:
                self._clients[IDENTITY] = known
        return known

    @property
    def home(self) -> str:
        """The region that is called."""
        return str(self.open("sagemaker").meta.region_name)

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for service, client in self._clients.items():
                if service not in (SESSION, IDENTITY):
                    client.close()
            self._clients.clear()

    def open(self, service: str) -> Any:
        """Return the client of a service, which is made when it is first asked for."""
        with self._lock:
            if service not in self._clients:
                try:
                    self._clients[service] = self._session().client(service, config=_config())
                except (BotoCoreError, ValueError) as error:
                    raise AwsError(_line(error), type(error).__name__) from error
            return self._clients[service]

    def _session(self) -> boto3.Session:
        if SESSION not in self._clients:
            # The other SDKs of AWS read AWS_REGION first; boto3 does not read it at all.
            region = self.region or os.environ.get("AWS_REGION") or None
            session = boto3.Session(profile_name=self.profile, region_name=region)
            if not session.region_name:
                raise AwsError(NO_REGION, "NoRegion")
            self._clients[SESSION] = session
        return self._clients[SESSION]


# In the request and in the answer, where it is not `NextToken` in both.
TOKENS = {"s3": ("ContinuationToken", "NextContinuationToken")}


def _config() -> Config:
    given = os.environ.get("AWS_MAX_ATTEMPTS") or str(ATTEMPTS)
    if not given.isdigit() or int(given) < 1:
        raise AwsError(f"AWS_MAX_ATTEMPTS is `{given}`, expected a number from 1", "Config")
    attempts = int(given)
    return Config(
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=AT_A_TIME,
        user_agent_extra=f"pipec/{VERSION}",
    )


def _line(error: Exception) -> str:
    """Return what an error says, in one line."""
    return " ".join(str(error).split())


def _said(error: ClientError, operation: str, bucket: str | None) -> AwsError:
    said = error.response.get("Error", {})
    message = str(said.get("Message") or said.get("Code") or error).partition("\n")[0]
    if bucket is not None:
        # S3 says "Access Denied", and not to what.
        message = f"s3://{bucket}: {message}"
    return AwsError(message, str(said.get("Code", "")), operation)
