"""The process between pipec and a job: gives it its /opt/ml, stops it, and never outlives pipec.

It is started as a script (`python -I -S supervisor.py STATUS_FD`), so it imports nothing but the
standard library. The first line on stdin says what to run; each later byte is an order: `T` sends
SIGTERM to the job and SIGKILL after the grace, `K` sends SIGKILL. End of file means that pipec is
gone, however it went, and the job is killed. When the job has ended, its remaining descendants
are killed, as the end of a container would do, and one line of JSON goes to STATUS_FD.
"""

import contextlib
import ctypes
import json
import os
import select
import signal
import sys
import time
from pathlib import Path
from typing import Any

CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
MS_BIND = 0x1000
MS_REC = 0x4000
MS_PRIVATE = 0x40000
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def main() -> int:
    """Run the job that stdin describes and report how it ended."""
    status_fd = int(sys.argv[1])
    os.set_inheritable(status_fd, False)
    order = json.loads(_read_line(0))
    status: dict[str, Any]
    try:
        if order["bind"] is not None:
            isolate(order["bind"], order["mount_point"])
        status = supervise(order)
    except OSError as error:
        status = {"fault": f"cannot start the job: {error}"}
    os.write(status_fd, json.dumps(status).encode() + b"\n")
    return 0


def _read_line(fd: int) -> bytes:
    """Read one line byte by byte, so that nothing of the orders behind it is swallowed."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(fd, 1)
        if not byte:
            raise SystemExit("no job on stdin")
        line += byte
    return line


# --- the mount namespace -------------------------------------------------------------------


def isolate(source: str, mount_point: str) -> None:
    """Enter a private mount namespace in which `mount_point` is the folder `source`."""
    uid, gid = os.geteuid(), os.getegid()
    _libc("unshare", CLONE_NEWNS if uid == 0 else CLONE_NEWNS | CLONE_NEWUSER)
    if uid != 0:
        # The job keeps its own user: the capabilities to mount end with the exec of the job.
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1", encoding="ascii")
    _mount("none", Path("/"), MS_REC | MS_PRIVATE)
    place = Path(mount_point)
    if not place.is_dir():
        _cover(place.parent)
        place.mkdir()
    _mount(source, place, MS_BIND | MS_REC)


def _cover(folder: Path) -> None:
    """Put a writable folder of the namespace's own over `folder`, with all its entries in it.

    So the mount point can be made without leaving a trace on the machine.
    """
    below = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    # What the tmpfs hides can still be reached through the open folder.
    origins = list(Path(f"/proc/self/fd/{below}").iterdir())
    _mount("tmpfs", folder, 0, kind="tmpfs", options="mode=755")
    for origin in origins:
        place = folder / origin.name
        if origin.is_symlink():
            place.symlink_to(origin.readlink())
            continue
        if origin.is_dir():
            place.mkdir()
        else:
            place.touch()
        _mount(str(origin), place, MS_BIND | MS_REC)
    os.close(below)


def _mount(source: str, target: Path, flags: int, *, kind: str = "none", options: str = "") -> None:
    _libc("mount", source.encode(), bytes(target), kind.encode(), flags, options.encode())


def _libc(function: str, *arguments: object) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, function)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}: {os.strerror(number)}")


# --- the job -------------------------------------------------------------------------------


def supervise(order: dict[str, Any]) -> dict[str, Any]:
    """Start the job, follow it to its end, and say how it ended."""
    linux = sys.platform.startswith("linux")
    if linux:
        _libc("prctl", PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    signal.set_wakeup_fd(wake_write)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    job = os.fork()
    if job == 0:
        _become(order, linux=linux)
    # Only the job and its descendants hold the log now: its end of file is theirs.
    _to_null(1)
    _to_null(2)
    how = _follow(job, wake_read, order["timeout"], order["grace"])
    with contextlib.suppress(ProcessLookupError):
        os.killpg(job, signal.SIGKILL)
    if linux:
        _kill_orphans()
    return how


def _become(order: dict[str, Any], *, linux: bool) -> None:
    """Turn this forked process into the job."""
    os.setsid()
    if linux:
        _libc("prctl", PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    _to_null(0)
    # Python starts with SIGPIPE ignored, and that would be inherited.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    command = order["command"]
    try:
        os.chdir(order["cwd"])
        os.execvpe(command[0], command, order["environment"])  # noqa: S606
    except OSError as error:
        os.write(2, f"cannot run `{command[0]}`: {error.strerror}\n".encode())
    os._exit(127)


def _to_null(fd: int) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, fd)
    os.close(null)


def _follow(job: int, wake: int, timeout: float | None, grace: float) -> dict[str, Any]:
    """Wait for the end of the job, carrying out orders and the time limit meanwhile."""
    timed_out = False
    listening = [0, wake]
    term_at = None if timeout is None else time.monotonic() + timeout
    kill_at: float | None = None
    while True:
        ended, code = os.waitpid(job, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(code)
            return {
                "exit_code": code if code >= 0 else 128 - code,
                "signal": -code if code < 0 else None,
                "timed_out": timed_out,
            }
        waits = [t for t in (term_at, kill_at) if t is not None]
        wait = max(0.0, min(waits) - time.monotonic()) if waits else None
        ready, _, _ = select.select(listening, [], [], wait)
        now = time.monotonic()
        stop = False
        if wake in ready:
            os.read(wake, 4096)
        if 0 in ready:
            orders = os.read(0, 16)
            if not orders:
                listening.remove(0)
            stop = b"T" in orders
            if not orders or b"K" in orders:
                kill_at = now
        if term_at is not None and now >= term_at:
            term_at, timed_out, stop = None, True, True
        if stop:
            _kill_group(job, signal.SIGTERM)
            kill_at = now + grace if kill_at is None else kill_at
        if kill_at is not None and now >= kill_at:
            _kill_group(job, signal.SIGKILL)
            kill_at = None


def _kill_group(job: int, number: int) -> None:
    try:
        os.killpg(job, number)
    except ProcessLookupError:
        # The job has not made its group yet.
        os.kill(job, number)


def _kill_orphans() -> None:
    """Kill what the job left behind in sessions of its own; as subreaper we inherit it."""
    while children := _children():
        for process in children:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


def _children() -> list[int]:
    try:
        text = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")
    except FileNotFoundError:
        return []
    return [int(word) for word in text.split()]


if __name__ == "__main__":
    sys.exit(main())
