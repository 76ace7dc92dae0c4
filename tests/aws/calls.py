"""What was asked of AWS: a record of calls, in the order they came in."""

import threading
from dataclasses import dataclass, field, replace
from typing import Any

READING = (
    "BatchGet", "Describe", "Get", "Head", "List", "Query", "Search", "Select", "AssumeRole",
    "TestEventPattern", "DecodeAuthorizationMessage", "Simulate",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """A request, understood: which operation on what, asked with what and by whom."""

    service: str
    operation: str
    resource: str = ""
    request: dict[str, Any] = field(default_factory=dict)
    region: str = "us-east-1"
    who: str = ""
    protocol: str = "json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One HTTP request: a retry is a call of its own.

    `status` is what AWS answered, also when the answer was lost; it is None if nothing was done.
    """

    number: int
    service: str
    operation: str
    resource: str
    request: dict[str, Any]
    region: str
    who: str
    status: int | None = None
    fault: str | None = None

    @property
    def writes(self) -> bool:
        """Say whether the operation is one that changes something."""
        return not self.operation.startswith(READING)

    @property
    def changed(self) -> bool:
        """Say whether the call was done and not refused, and may have changed something."""
        return self.writes and self.status is not None and self.status < 400

    def __str__(self) -> str:
        shown = f"{self.service}:{self.operation} {self.resource} -> {self.status}"
        return f"{shown} ({self.fault})" if self.fault else shown


class Record:
    """The calls so far; may be used by many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: dict[int, Call] = {}

    def arrive(self, named: Named) -> Call:
        """Note a call as it comes in, and number it from 1."""
        with self._lock:
            call = Call(
                number=len(self._calls) + 1, service=named.service, operation=named.operation,
                resource=named.resource, request=named.request, region=named.region,
                who=named.who,
            )  # fmt: skip
            self._calls[call.number] = call
            return call

    def finish(self, call: Call, *, status: int | None, fault: str | None) -> None:
        """Note how a call ended, unless the record was cleared in between."""
        with self._lock:
            if self._calls.get(call.number) is call:
                self._calls[call.number] = replace(call, status=status, fault=fault)

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()

    @property
    def calls(self) -> list[Call]:
        with self._lock:
            return list(self._calls.values())
