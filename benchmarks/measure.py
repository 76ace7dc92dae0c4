"""Time and memory of a process, and of a function."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

LAUNCHER = Path(__file__).resolve().parent / "launch.py"
# Fewer runs are made of what takes long.
BUDGET_SECONDS = 20.0
# macOS counts in bytes, Linux in kilobytes.
MEMORY_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """What some runs of one thing took."""

    seconds: tuple[float, ...]
    memory: int = 0
    returncode: int = 0
    output: str = ""

    @property
    def best(self) -> float:
        """The shortest time: what the others add is the machine's other work."""
        return min(self.seconds)

    @property
    def median(self) -> float:
        """The time that half of the runs kept to."""
        return statistics.median(self.seconds)


def of_process(
    command: list[str], runs: int, environment: Mapping[str, str] | None = None
) -> Measure:
    """Run a command some times and return wall time and peak memory of its process."""
    taken: list[float] = []
    memory = returncode = 0
    output = ""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report"
        launch = [sys.executable, "-I", "-S", str(LAUNCHER), str(report), *command]
        while _goes_on(taken, runs):
            output = subprocess.run(
                launch,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                env={**os.environ, **(environment or {})},
                check=True,
            ).stdout
            seconds, peak, code = report.read_text(encoding="utf-8").split()
            taken.append(float(seconds))
            memory = max(memory, int(peak) * MEMORY_UNIT)
            returncode = int(code)
    return Measure(seconds=tuple(taken), memory=memory, returncode=returncode, output=output)


def of_function(function: Callable[[], object], runs: int) -> Measure:
    """Call a function some times, once before that count, and return the times."""
    function()
    taken: list[float] = []
    while _goes_on(taken, runs):
        start = time.perf_counter()
        function()
        taken.append(time.perf_counter() - start)
    return Measure(seconds=tuple(taken))


def _goes_on(taken: list[float], runs: int) -> bool:
    return not taken or (len(taken) < runs and sum(taken) + taken[-1] < BUDGET_SECONDS)
