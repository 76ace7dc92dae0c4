"""Run a container's command as a process of this machine that sees the container's contract.

The job folder stands for /opt/ml. Where the system allows it, the job gets a mount namespace of its
own in which it *is* /opt/ml (`mount-namespace`), so every script runs unchanged. Elsewhere
(`environment`) /opt/ml is replaced by the job folder in the command and in the container's
environment (so in all SM_* variables), and SAGEMAKER_BASE_DIR and PROCESSING_BASE_DIR name it; a
script whose text has /opt/ml in it may then miss its files, which is warned about.

The job's environment is made, not inherited: of the user's own only what `INHERITED` names passes
through. Credentials for AWS and other secrets do not.
"""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Isolation = Literal["mount-namespace", "environment"]

OPT_ML = "/opt/ml"
# What a job takes over from the user: where programs and homes are, the language, proxies and
# certificates for pip, caches and offline switches of Hugging Face, and the choice of devices.
INHERITED = re.compile(
    r"HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TERM|COLUMNS"
    r"|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|(?i:(https?|no|all)_proxy)|PIP_\w+"
    r"|HF_(HOME|HUB_CACHE|HUB_OFFLINE|DATASETS_OFFLINE|DATASETS_CACHE)|TRANSFORMERS_OFFLINE"
    r"|TORCH_HOME|XDG_CACHE_HOME|TOKENIZERS_PARALLELISM|OMP_NUM_THREADS|MKL_NUM_THREADS"
    r"|CUDA_\w+|NVIDIA_\w+|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH"
)
_IN_TEXT = re.compile(rf"(?<![\w./-]){OPT_ML}(?![\w.-])")
_PLAIN_PATH = re.compile(r"[\w./+-]+")
_SUPERVISOR = Path(__file__).with_name("supervisor.py")


class FaultError(Exception):
    """Something outside the script went wrong: the machine or pipec, as the service calls it."""

    def __init__(self, exception_type: str, reason: str) -> None:
        super().__init__(reason)
        self.exception_type = exception_type


class InterpreterError(Exception):
    """What is to run the scripts is no Python."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Container:
    """A command and its environment in terms of /opt/ml, and the folder that stands for that."""

    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    working_directory: str = OPT_ML
    timeout: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Exit:
    """How a job ended; `signal` is what killed it, if one did."""

    code: int
    signal: int | None = None
    timed_out: bool = False
    stopped: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Runtime:
    """What containers are run with on this machine."""

    shims: Path
    python: Path
    isolation: Isolation
    grace_seconds: float


@dataclass(slots=True)
class Stopper:
    """Stops all jobs of an execution, those that run and those that would start later."""

    _asked: threading.Event = field(default_factory=threading.Event)
    _controls: list[int] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def stopping(self) -> bool:
        """Say whether the execution is to stop."""
        return self._asked.is_set()

    def pause(self, seconds: float) -> bool:
        """Wait; return False as soon as the execution is to stop."""
        return not self._asked.wait(seconds)

    @contextmanager
    def holding(self, control: int) -> Iterator[None]:
        """Send orders to the supervisor behind `control` while the block runs."""
        with self._lock:
            self._controls.append(control)
            if self.stopping:
                _order(control, b"T")
        try:
            yield
        finally:
            with self._lock:
                self._controls.remove(control)

    def stop(self) -> None:
        """Ask all jobs to end; they have their grace for it."""
        with self._lock:
            self._asked.set()
            for control in self._controls:
                _order(control, b"T")

    def kill(self) -> None:
        """End all jobs at once."""
        with self._lock:
            self._asked.set()
            for control in self._controls:
                _order(control, b"K")


def _order(control: int, order: bytes) -> None:
    try:
        os.write(control, order)
    except BrokenPipeError:
        return  # The supervisor has ended; its report, or the lack of one, says why.


def run_container(
    container: Container,
    runtime: Runtime,
    *,
    output: Callable[[bytes], None],
    stopper: Stopper | None = None,
) -> Exit:
    """Run the container to its end, giving its output to `output` as it is written."""
    stopper = Stopper() if stopper is None else stopper
    if stopper.stopping:
        return Exit(code=128 + signal.SIGTERM, stopped=True)
    with _mounted(container, runtime) as order:
        status_read, status_write = os.pipe()
        with os.fdopen(status_read, encoding="utf-8") as status:
            try:
                process = subprocess.Popen(  # noqa: S603
                    [sys.executable, "-I", "-S", str(_SUPERVISOR), str(status_write)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    pass_fds=(status_write,),
                    start_new_session=True,
                    bufsize=0,
                )
            except OSError as error:
                raise FaultError(
                    "Step.SERVICE_FAULT", f"cannot start a process: {error}"
                ) from error
            finally:
                os.close(status_write)
            _supervise(process, order, output, stopper)
            return _exit_of(status.readline(), stopper)


def _supervise(
    process: "subprocess.Popen[bytes]",
    order: Mapping[str, Any],
    output: Callable[[bytes], None],
    stopper: Stopper,
) -> None:
    if process.stdin is None or process.stdout is None:
        raise AssertionError("the supervisor was started with pipes")
    with process, process.stdin, process.stdout:
        control = process.stdin.fileno()
        _order(control, json.dumps(order).encode() + b"\n")
        with stopper.holding(control):
            while chunk := os.read(process.stdout.fileno(), 1 << 16):
                output(chunk)
            process.wait()


def _exit_of(report: str, stopper: Stopper) -> Exit:
    if not report:
        raise FaultError("SageMaker.JOB_INTERNAL_ERROR", "the supervisor of the job was killed")
    status: dict[str, Any] = json.loads(report)
    if "fault" in status:
        raise FaultError("SageMaker.JOB_INTERNAL_ERROR", status["fault"])
    return Exit(
        code=status["exit_code"],
        signal=status["signal"],
        timed_out=status["timed_out"],
        stopped=stopper.stopping,
    )


@contextmanager
def _mounted(container: Container, runtime: Runtime) -> Iterator[dict[str, Any]]:
    """Yield the order for the supervisor, with /opt/ml mounted or replaced."""
    bound = runtime.isolation == "mount-namespace"
    environment = dict(container.environment)
    if not bound:
        environment |= {
            "SAGEMAKER_BASE_DIR": OPT_ML,
            "PROCESSING_BASE_DIR": f"{OPT_ML}/processing",
        }
    with _plain(container.folder) as folder:
        base = OPT_ML if bound else str(folder)
        command = [in_text(word, base) for word in container.command]
        environment = {name: in_text(text, base) for name, text in environment.items()}
        yield {
            "command": command,
            "cwd": in_text(container.working_directory, base),
            "environment": inherited_environment(runtime) | environment,
            "bind": str(container.folder) if bound else None,
            "mount_point": OPT_ML,
            "timeout": container.timeout,
            "grace": runtime.grace_seconds,
        }


@contextmanager
def _plain(folder: Path) -> Iterator[Path]:
    """Yield a path to `folder` that may stand in a shell's line and in JSON as it is."""
    if _PLAIN_PATH.fullmatch(str(folder)):
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="pipec-") as place:
        link = Path(place) / "ml"
        link.symlink_to(folder)
        yield link


def in_text(text: str, base: str) -> str:
    """Return `text` with `base` for every path /opt/ml in it."""
    return text if base == OPT_ML else _IN_TEXT.sub(lambda _: base, text)


def inherited_environment(runtime: Runtime) -> dict[str, str]:
    """Return what a job's environment has before the container's own variables."""
    kept = {name: text for name, text in os.environ.items() if INHERITED.fullmatch(name)}
    path = os.pathsep.join(
        [str(runtime.shims), str(runtime.python.parent), os.environ.get("PATH", os.defpath)]
    )
    return kept | {"PATH": path, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def make_shims(folder: Path, python: Path) -> Path:
    """Make the commands `python`, `python3`, `pip` and `pip3` of the chosen interpreter.

    They are scripts and not links: a link elsewhere would take a virtual environment its packages.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, options in {"python": "", "python3": "", "pip": " -m pip", "pip3": " -m pip"}.items():
        shim = folder / name
        shim.write_text(f'#!/bin/sh\nexec {shlex.quote(str(python))}{options} "$@"\n')
        shim.chmod(0o755)
    return folder


def find_python(python: str | Path) -> Path:
    """Return the absolute path of an interpreter, no link followed: a venv's is one."""
    found = shutil.which(str(python))
    if found is None:
        raise InterpreterError(f"there is no interpreter `{python}`")
    return Path(found).absolute()


def python_version(python: Path) -> str:
    """Return the version of an interpreter, or raise `InterpreterError` if it is none."""
    asked = [str(python), "-c", "import platform; print('Python', platform.python_version())"]
    try:
        done = subprocess.run(  # noqa: S603
            asked, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    except (OSError, ValueError) as error:
        raise InterpreterError(f"`{python}` cannot be run: {error}") from None
    word, _, version = done.stdout.strip().partition(" ")
    if done.returncode != 0 or word != "Python":
        raise InterpreterError(f"`{python}` does not run Python: exit code {done.returncode}")
    return version


def choose_isolation(runtime_python: Path) -> Isolation:
    """Try a mount namespace with a /opt/ml of its own; return what works on this machine."""
    if not sys.platform.startswith("linux"):
        return "environment"
    with tempfile.TemporaryDirectory(prefix="pipec-") as place:
        folder = Path(place)
        (folder / "probe").touch()
        probe = Container(
            command=("/bin/sh", "-c", f"test -e {OPT_ML}/probe"), environment={}, folder=folder
        )
        runtime = Runtime(
            shims=folder, python=runtime_python, isolation="mount-namespace", grace_seconds=1
        )
        try:
            works = run_container(probe, runtime, output=lambda _: None).code == 0
        except FaultError:
            works = False
    return "mount-namespace" if works else "environment"


def files_naming_opt_ml(folder: Path) -> list[str]:
    """Return the scripts below `folder` whose text has /opt/ml in it."""
    scripts = (path for path in sorted(folder.rglob("*")) if path.suffix in (".py", ".sh"))
    return [
        path.relative_to(folder).as_posix()
        for path in scripts
        if path.is_file() and OPT_ML.encode() in path.read_bytes()
    ]
