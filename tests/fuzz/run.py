"""Feed mutated specs and definitions to the compiler, and say what it does wrong with them.

python -m tests.fuzz.run --seed N --count M [--only K [--show]] [--jobs J]
"""

import argparse
import multiprocessing
import os
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.fuzz.cases import Case, case_of
from tests.fuzz.checks import Checker, Outcome
from tests.fuzz.seeds import definition_seeds, spec_seeds

# What the limit of processor time does not stop, such as a loop in C.
SILENCE = 90.0
MEMORY = 4 * 1024**3
FRAME = re.compile(r'File "[^"]*?/((?:compiler|tests)/[^"]+)", line (\d+), in (\w+)')


def main(arguments: list[str]) -> int:
    """Return 1 when a case shows a fault."""
    parser = argparse.ArgumentParser(description="Compile and import what was mutated.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=20_000, help="number of cases")
    parser.add_argument("--only", type=int, metavar="K", help="this case alone")
    parser.add_argument("--show", action="store_true", help="print the input of that case")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    if options.only is not None:
        return _one(options.seed, options.only, show=options.show)
    return _many(options.seed, options.count, options.jobs)


def _one(seed: int, number: int, *, show: bool) -> int:
    case = case_of(seed, number)
    if show:
        sys.stdout.buffer.write(case.content + b"\n")
        sys.stdout.flush()
    with tempfile.TemporaryDirectory() as folder:
        checker = Checker(Path(folder))
        _warm_up(checker)
        outcome = checker.check(case.kind, case.seed, case.content)
    print(f"{case.label}: {outcome.verdict}, {outcome.seconds:.2f} s")
    for fault in outcome.faults:
        print(fault)
    return 1 if outcome.faults else 0


def _warm_up(checker: Checker) -> None:
    """Load what is loaded once for all specs, so that no case pays for it."""
    for seed in spec_seeds():
        checker.check("spec", seed.name, seed.text.encode())
    for seed in definition_seeds()[:10]:
        checker.check("definition", seed.name, seed.text.encode())


def _work(connection: Connection, folder: str, seed: int, numbers: range) -> None:
    """Check the cases with these numbers, in a process of its own."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    checker = Checker(Path(folder))
    _warm_up(checker)
    connection.send(None)
    for number in numbers:
        case = case_of(seed, number)
        connection.send((case, checker.check(case.kind, case.seed, case.content)))


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection
    left: range
    heard: float = field(default_factory=time.monotonic)


@dataclass(slots=True)
class _Tally:
    """All outcomes, and the cases of each fault."""

    verdicts: Counter[str] = field(default_factory=Counter)
    faults: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    slowest: tuple[float, str] = (0.0, "")

    def add(self, case: Case, outcome: Outcome) -> None:
        self.verdicts[f"{case.kind}: {outcome.verdict}"] += 1
        self.slowest = max(self.slowest, (outcome.seconds, case.label))
        for fault in outcome.faults:
            self.faults.setdefault(signature(fault), []).append((case.label, fault))


def signature(fault: str) -> str:
    """Return what the same fault in other cases has in common: the exception and its last place."""
    last = fault.strip().split("\n")[-1]
    if last.endswith("TooSlowError"):
        return "too slow"
    frames = FRAME.findall(fault)
    if not frames:
        return re.sub(r"\d+|`[^`]*`", "…", last)[:120]
    file, line, function = frames[-1]
    return f"{last.split(':')[0]} at {file}:{line} in {function}"


def _many(seed: int, count: int, jobs: int) -> int:
    start = time.monotonic()
    tally = _Tally()
    with tempfile.TemporaryDirectory() as folder:
        _spread(Path(folder), seed, count, jobs, tally)
    cases = sum(tally.verdicts.values())
    print(f"{cases:,} cases from seed {seed} in {time.monotonic() - start:.0f} s")
    for verdict, times in sorted(tally.verdicts.items()):
        print(f"{times:>8,}  {verdict}")
    seconds, label = tally.slowest
    print(f"slowest: {seconds:.2f} s of processor time, case {label}")
    by_number = sorted(tally.faults.items(), key=lambda entry: -len(entry[1]))
    for text, found in by_number:
        label, fault = found[0]
        print(f"\n{len(found)} times: {text}\n  first in case {label}\n{fault[-2_000:]}")
    print(f"{len(tally.faults)} faults" if tally.faults else "no faults")
    return 1 if tally.faults or cases != count else 0


def _spread(folder: Path, seed: int, count: int, jobs: int, tally: _Tally) -> None:
    """Share the cases among processes, and start a new one where one is lost."""
    workers = [_start(folder, seed, range(job, count, jobs)) for job in range(jobs)]
    while workers:
        ready = wait([worker.connection for worker in workers], timeout=1)
        for worker in list(workers):
            lost = time.monotonic() - worker.heard > SILENCE
            if worker.connection in ready:
                lost = not _hear(worker, tally)
            if lost and worker.left:
                worker.process.kill()
                case = case_of(seed, worker.left[0])
                tally.add(case, Outcome("lost", SILENCE, ("the process died or hangs",)))
            if lost or not worker.left:
                workers.remove(worker)
                worker.process.join()
                if worker.left[1:]:
                    workers.append(_start(folder, seed, worker.left[1:]))


def _hear(worker: _Worker, tally: _Tally) -> bool:
    """Take what a process reports; False if it is gone."""
    try:
        message = worker.connection.recv()
    except EOFError:
        return False
    worker.heard = time.monotonic()
    if message is not None:
        tally.add(*message)
        worker.left = worker.left[1:]
    return True


def _start(folder: Path, seed: int, numbers: range) -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    place = folder / str(numbers.start)
    process = context.Process(target=_work, args=(theirs, str(place), seed, numbers), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours, numbers)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
