"""The time, and waiting; tests have clocks of their own."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """Tells seconds since the epoch, and sleeps for seconds."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
