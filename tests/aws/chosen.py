"""Choose calls: by their number, by the name of the operation, or by a test of one's own."""

from collections.abc import Callable
from fnmatch import fnmatchcase

from tests.aws.calls import Call

At = int | str | Callable[[Call], bool]


def chosen(at: At) -> Callable[[Call], bool]:
    """Return whether a call is meant.

    A number means the call of that number and those after it, a text an operation as in
    `UpdatePipeline`, `s3:PutObject` or `s3:*`.
    """
    if isinstance(at, int):
        return lambda call: call.number >= at
    if isinstance(at, str):
        pattern = at if ":" in at else f"*:{at}"
        return lambda call: fnmatchcase(f"{call.service}:{call.operation}", pattern)
    return at
