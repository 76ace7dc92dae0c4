"""Run a command and write what it took: `launch.py REPORT COMMAND…`.

A process of its own, because Linux counts the memory of the process that starts a command as the
command's, and this one is smaller than any that is measured.
"""

import os
import sys
import time


def main(report: str, command: list[str]) -> None:
    """Write wall seconds, peak memory and exit code."""
    start = time.perf_counter()
    child = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    with open(report, "w", encoding="utf-8") as file:  # noqa: PTH123 - pathlib takes memory
        file.write(f"{seconds} {usage.ru_maxrss} {os.waitstatus_to_exitcode(status)}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
