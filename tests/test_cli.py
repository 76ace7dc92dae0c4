"""The command `pipec`: what each verb prints and how it exits.

A file in `golden/cli/` lists commands after `$`, each with all that it prints and its exit status;
its commands run one after the other in a fresh copy of `cases/cli/`.
"""

import gc
import io
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from compiler.cli import VERBS, main
from compiler.cli.progress import Progress
from compiler.compile import compile_pipeline
from compiler.diagnostics.codes import ALL_CODES
from compiler.local.events import StepMetric, StepWarned
from compiler.local.step_types import RUNNING
from compiler.version import VERSION
from tests.conftest import ROOT

SESSIONS = sorted((ROOT / "tests" / "golden" / "cli").glob("*.txt"))
PIPEC = f'#!/bin/sh\nexec "{sys.executable}" -m compiler "$@"\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a copy of the project that the commands are tried on."""
    copy = tmp_path / "project"
    shutil.copytree(ROOT / "tests" / "cases" / "cli", copy)
    return copy


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which `pipec` is a command."""
    command = tmp_path / "bin" / "pipec"
    command.parent.mkdir()
    command.write_text(PIPEC)
    command.chmod(0o755)
    return {
        "PATH": f"{command.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "STAGE": "not declared",
    }


class Shell:
    """Runs commands in the project."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment

    def __call__(self, command: str) -> tuple[int, str]:
        """Return the exit status of a command, and what it printed on both streams."""
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    def quickly(self, command: str) -> tuple[int, str]:
        """Do the same without a new process, if the command is nothing but `pipec …`."""
        if not command.startswith("pipec ") or set(command) & set("|&;<>"):
            return self(command)
        printed = io.StringIO()
        status: object = 0
        before = Path.cwd(), sys.argv
        os.chdir(self.folder)
        sys.argv = shlex.split(command)
        try:
            with redirect_stdout(printed), redirect_stderr(printed):
                main()
        except SystemExit as exit_:
            status = exit_.code
        finally:
            gc.enable()
            os.chdir(before[0])
            sys.argv = before[1]
        assert isinstance(status, int | None)
        return status or 0, printed.getvalue()


@pytest.fixture
def shell(project: Path, environment: dict[str, str]) -> Shell:
    """Return a shell in the project."""
    return Shell(project, environment)


@pytest.mark.parametrize("session", SESSIONS, ids=lambda path: path.stem)
def test_a_session_prints_what_it_printed(
    session: Path, shell: Shell, golden: Callable[[Path, str], None]
) -> None:
    printed = ""
    for command in re.findall(r"^\$ (.*)$", session.read_text("utf-8"), re.MULTILINE):
        status, output = shell.quickly(command)
        assert str(shell.folder) not in output
        assert "Traceback" not in output
        end = "" if not output or output.endswith("\n") else "\n"
        exit_ = f"[exit {status}]\n" if status else ""
        printed += f"$ {command}\n{output.replace(VERSION, '0.0.0')}{end}{exit_}\n"
    golden(session, printed.rstrip("\n") + "\n")


# Their sessions are in `tests/deploy` and `tests/executions`, where there is something to talk to.
IN_AWS = {
    "plan", "upsert", "drift", "diff",
    "start", "watch", "status", "list", "stop", "retry",
    "versions", "promote", "rollback", "delete",
}  # fmt: skip


def test_there_is_a_session_for_every_verb_that_prints_the_same_each_time() -> None:
    verbs = {
        match
        for session in SESSIONS
        for match in re.findall(r"pipec (\w+)", session.read_text("utf-8"))
    }
    assert set(VERBS) - verbs - IN_AWS <= {"run", "completion", "schema"}


def test_files_are_named_from_the_current_folder(shell: Shell) -> None:
    folder = shell.folder / "below"
    folder.mkdir()
    (folder / "spec.yaml").write_text("kind: Pipelin\n", "utf-8")
    for here, name in ((folder, "spec.yaml"), (shell.folder, "below/spec.yaml")):
        _, output = Shell(here, shell.environment).quickly(f"pipec validate {name}")
        assert f"--> {name}:1:7\n" in output


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_says_what_it_does(verb: str, shell: Shell) -> None:
    status, output = shell.quickly(f"pipec {verb} --help")
    assert status == 0
    assert output.startswith(f"Usage: pipec {verb} ")
    assert shell.quickly(f"pipec {verb} -h") == (0, output)


def test_the_help_lists_every_verb_and_the_version_is_that_of_the_package(shell: Shell) -> None:
    status, output = shell("pipec --help")
    assert status == 0
    for verb, text in VERBS.items():
        assert re.search(rf"^  {verb} +{re.escape(text)}$", output, re.MULTILINE)
    assert shell("pipec --version") == (0, f"pipec, version {VERSION}\n")


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_the_completion_of_a_shell_calls_pipec(name: str, shell: Shell) -> None:
    status, output = shell.quickly(f"pipec completion {name}")
    assert status == 0
    assert "_PIPEC_COMPLETE" in output
    words = "COMP_WORDS='pipec comp' COMP_CWORD=1 _PIPEC_COMPLETE=bash_complete pipec"
    assert shell(words) == (0, "plain,compile\nplain,completion\n")


PAGES = sorted((ROOT / "compiler" / "diagnostics" / "explain").glob("*.md"))


@pytest.mark.parametrize("page", PAGES[:2], ids=lambda path: path.stem)
def test_a_code_is_explained_by_its_id_and_its_name(page: Path, shell: Shell) -> None:
    name = next(code.name for code in ALL_CODES if code.id == page.stem)
    for code in (page.stem, page.stem.lower(), name):
        status, output = shell.quickly(f"pipec explain {code}")
        assert status == 0
        assert output.startswith(page.read_text("utf-8"))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("E201", "It can't be ignored, nor switched off or lowered in `pipec.yaml`.\n"),
        ("E504", "`# pipec: ignore[E504] reason` ignores it in its line; "),
        ("W301", "`# pipec: ignore[W301] reason` ignores it in its line; "),
        ("E601", "It can't be ignored, "),
    ],
)
def test_an_explanation_says_whether_a_code_can_be_ignored(
    code: str, said: str, shell: Shell
) -> None:
    last = shell.quickly(f"pipec explain {code}")[1].splitlines(keepends=True)[-1]
    assert last.startswith(said)


def test_a_shell_that_is_not_known_is_wrong_use(shell: Shell) -> None:
    assert shell.quickly("pipec completion csh")[0] == 2


def test_the_schemas_that_are_written_are_those_that_are_published(shell: Shell) -> None:
    published = ROOT / "schemas"
    assert shell.quickly("pipec schema")[1] == (published / "pipeline.schema.json").read_text(
        "utf-8"
    )
    status, output = shell.quickly("pipec schema -o there")
    assert status == 0
    written = {line: (shell.folder / line).read_text("utf-8") for line in output.split()}
    assert written == {
        f"there/{path.relative_to(published)}": path.read_text("utf-8")
        for path in published.rglob("*.json")
    }


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("spec", ["pipelines/pipe.yaml", "pipelines"])
def test_a_pipe_is_not_waited_for(spec: str, shell: Shell) -> None:
    # Somebody writes to the pipe, so that one who did read it would come to its end.
    status, printed = shell(
        "mkfifo pipelines/pipe.yaml; echo 'kind: nothing' > pipelines/pipe.yaml & "
        f"pipec validate {spec}; status=$?; kill $!; exit $status"
    )
    is_named = spec.endswith(".yaml")
    assert ("can't read the file: it is a pipe or a device" in printed) == is_named
    assert status == is_named
    assert "nothing" not in printed


def test_settings_are_not_read_from_a_device(shell: Shell) -> None:
    (shell.folder / "pipec.yaml").unlink()
    (shell.folder / "pipec.yaml").symlink_to("/dev/null")
    status, printed = shell.quickly("pipec validate pipelines/small.yaml")
    assert status == 1
    assert "can't read the file: it is a pipe or a device" in printed


def test_compiling_again_writes_nothing_new(shell: Shell) -> None:
    assert shell("pipec compile pipelines/greet.yaml")[0] == 0
    times = {path: path.stat().st_mtime_ns for path in shell.folder.rglob("*")}
    assert shell("pipec compile pipelines/greet.yaml")[0] == 0
    assert {path: path.stat().st_mtime_ns for path in shell.folder.rglob("*")} == times


def test_a_file_that_can_not_be_written_whole_is_not_written(shell: Shell) -> None:
    assert shell("pipec compile pipelines/greet.yaml")[0] == 0
    before = _tree(shell.folder)
    (shell.folder / "src/train/more.py").write_text("# more\n")
    # The system refuses to let any file grow beyond half a kilobyte, as on a full disk.
    status, output = shell("ulimit -f 1; pipec compile pipelines/greet.yaml")
    assert (status, output) == (
        3, "pipec: build/greet/dev/pipeline.json: file too large\n",
    )  # fmt: skip
    after = _tree(shell.folder)
    assert after.pop("src/train/more.py") == b"# more\n"
    assert after == before


def _heed_interrupts() -> None:
    """Undo what a shell does to a job in the background: tests may run in one."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_an_interrupt_leaves_nothing_behind(shell: Shell) -> None:
    before = _tree(shell.folder)
    # Only a definition to import may be a pipe, which makes the moment of waiting sure.
    definition = shell.folder / "definitions" / "slow.json"
    os.mkfifo(definition)
    process = subprocess.Popen(
        ["pipec", "import", "definitions/slow.json", "-o", "specs/slow.yaml"],
        cwd=shell.folder,
        env=shell.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        executable=shutil.which("pipec", path=shell.environment["PATH"]),
        preexec_fn=_heed_interrupts,  # noqa: PLW1509 - this process has no threads
    )
    with process, definition.open("w"):  # opening waits until the command reads
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=30)
    assert process.returncode != 0
    assert "Traceback" not in output
    definition.unlink()
    assert _tree(shell.folder) == before


def test_a_reader_that_goes_away_is_no_fault(shell: Shell) -> None:
    status, output = shell("pipec schema | head -c 10")
    assert (status, output) == (0, '{\n  "$sche')


ID = r"[a-z0-9]{12}"


@pytest.fixture
def numbers(shell: Shell) -> Path:
    """Return the input of the small pipeline, in the local S3."""
    path = shell.folder / ".pipec/s3/data/raw/numbers.txt"
    path.parent.mkdir(parents=True)
    path.write_text("1 2 x")
    return path


def _run(shell: Shell, options: str = "") -> tuple[int, str, str]:
    """Run the small pipeline; return the status, the execution's id and the output."""
    status, output = shell(f"pipec run pipelines/small.yaml {options}")
    found = re.match(rf"(?:running|going on with) small (?:as )?({ID})?", output)
    assert found is not None, output
    ran = re.search(rf"\.pipec/runs/({ID})/report\.html", output)
    assert ran is not None, output
    assert (shell.folder / ".pipec/runs" / ran[1] / "report.html").stat().st_size > 1000
    return status, ran[1], output


def _steps(shell: Shell, execution: str) -> dict[str, str]:
    record = json.loads((shell.folder / f".pipec/runs/{execution}/run.json").read_text())
    return {step["name"]: step["status"] for step in record["steps"]}


@pytest.mark.usefixtures("numbers")
def test_a_run_goes_through_and_the_next_takes_what_is_there(shell: Shell) -> None:
    status, first, output = _run(shell)
    assert status == 0
    assert _steps(shell, first) == {
        "prepare": "Succeeded",
        "train": "Succeeded",
        "measure": "Succeeded",
        "good_enough": "Succeeded",
        "register": "Succeeded",
        "too_small": "Skipped",
    }
    assert "small: succeeded\n  measure: total 6\n  good_enough: true" in output
    assert re.search(r"^✓ train +succeeded in .* s, total 6$", output, re.MULTILINE)
    status, _, output = _run(shell)
    assert status == 0
    assert len(re.findall(rf"^✓ \w+ +taken from execution {first}$", output, re.MULTILINE)) == 3
    assert "registered numbers version 2" in output
    status, _, output = _run(shell, "--set factor=3 --no-cache")
    assert status == 0
    assert "taken from" not in output
    assert "measure: total 9" in output


@pytest.mark.usefixtures("numbers")
def test_the_other_branch_ends_the_run_with_its_message(shell: Shell) -> None:
    status, execution, output = _run(shell, "--set limit=6.5")
    assert status == 1
    assert "small: failed\n  the total 6 is below 6.5\n" in output
    statuses = _steps(shell, execution)
    assert (statuses["register"], statuses["too_small"]) == ("Skipped", "Failed")


@pytest.mark.usefixtures("numbers")
def test_a_script_that_fails_is_named_with_its_log(shell: Shell) -> None:
    status, execution, output = _run(shell, "--set broken=true")
    assert status == 1
    log = f".pipec/runs/{execution}/logs/train.log"
    assert f"  train        its log is {log}\n" in output
    assert "this script was told to fail" in (shell.folder / log).read_text()
    assert "small: failed\n  step `train`: AlgorithmError: this script was told to fail" in output
    assert f"pipec run pipelines/small.yaml --resume {execution}\n" in output
    assert _steps(shell, execution)["measure"] != "Succeeded"


def test_a_run_goes_on_after_a_failure(shell: Shell, numbers: Path) -> None:
    numbers.rename(numbers.with_name("misplaced.txt"))
    status, execution, output = _run(shell)
    assert status == 1
    assert "No such file" in output
    numbers.with_name("misplaced.txt").rename(numbers)
    status, resumed, output = _run(shell, f"--resume {execution}")
    assert (status, resumed) == (0, execution)
    assert "small: succeeded" in output
    assert _steps(shell, execution)["register"] == "Succeeded"


@pytest.mark.usefixtures("numbers")
def test_a_run_goes_on_when_nobody_reads_what_it_prints(shell: Shell) -> None:
    _, output = shell("(pipec run pipelines/small.yaml; echo $? > status) | head -1")
    assert re.fullmatch(rf"running small as {ID}, .*\n", output)
    assert (shell.folder / "status").read_text() == "0\n"
    (folder,) = (shell.folder / ".pipec/runs").iterdir()
    assert "Executing" not in _steps(shell, folder.name).values()
    assert json.loads((folder / "run.json").read_text())["status"] == "Succeeded"
    assert (folder / "report.html").exists()


@pytest.mark.usefixtures("numbers")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_run_whose_output_can_not_be_written_goes_on_and_says_so(shell: Shell) -> None:
    status, output = shell("pipec run pipelines/small.yaml > /dev/full")
    assert status == 0
    assert output.startswith("pipec: what happened could not be printed: OSError(28,")
    assert output.count("\n") == 1
    (folder,) = (shell.folder / ".pipec/runs").iterdir()
    assert (folder / "report.html").exists()


@pytest.mark.usefixtures("numbers")
def test_a_condition_is_shown_with_what_it_compared(shell: Shell) -> None:
    _, execution, output = _run(shell)
    text = "measures.total 6 >= parameters.limit 3"
    assert f"{text} holds\n" in output
    assert "measures.total 6 &gt;= parameters.limit 3" in (
        shell.folder / f".pipec/runs/{execution}/report.html"
    ).read_text("utf-8")


def test_a_record_of_another_version_is_not_gone_on_with(shell: Shell) -> None:
    _, execution, _ = _run(shell)
    file = shell.folder / f".pipec/runs/{execution}/run.json"
    file.write_text(file.read_text().replace('"version": 1', '"version": 7'))
    status, output = shell.quickly(f"pipec run pipelines/small.yaml --resume {execution}")
    assert status == 1
    assert re.fullmatch(r"pipec: .*run\.json: is of version 7, not of version 1\n", output)


def test_no_name_that_is_shown_reaches_the_terminal_as_an_order(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    compiled = compile_pipeline(ROOT / "tests/cases/cli/pipelines/small.yaml").pipeline
    assert compiled is not None
    progress = Progress(compiled)
    progress.live = True
    monkeypatch.setattr(os, "get_terminal_size", lambda: os.terminal_size((80, 24)))
    evil = "\x1b]0;title\x07"
    progress(StepMetric(step="train", name=evil, index=0, value=1.0))
    progress(StepWarned(step="train", message=evil))
    printed = capsys.readouterr().out
    assert "title" in printed
    assert not re.search(r"\x1b(?!\[K)|\x07", printed)


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        ("--python /bin/false", 2, "`/bin/false` does not run Python: exit code 1"),
        ("--python /bin/true", 2, "`/bin/true` does not run Python: exit code 0"),
        ("--python pipelines/small.yaml", 2, "there is no interpreter `pipelines/small.yaml`"),
        ("--set factor=x", 2, "`x` is not of type Integer"),
        ("--set nosuch=1", 2, "unknown parameter `nosuch`"),
        ("--set factor", 2, "`factor` is not of the form NAME=VALUE"),
        ("--set factor=x --set limit=y", 2, "`y` is not of type Float"),
        ("--max-parallel 0", 2, "0 is not in the range"),
        ("--python nosuch", 2, "'nosuch' does not exist"),
        ("--target nosuch", 1, "there is no target `nosuch`"),
        ("--resume nosuch", 1, "there is no execution `nosuch`"),
    ],
)
def test_a_run_that_can_not_begin_says_why(
    options: str, status: int, said: str, shell: Shell
) -> None:
    found, output = shell.quickly(f"pipec run pipelines/small.yaml {options}")
    assert found == status
    assert said in output
    assert "Traceback" not in output
    assert not (shell.folder / ".pipec/runs").exists() or not list(
        (shell.folder / ".pipec/runs").iterdir()
    )


UNRUNNABLE = """kind: Pipeline
name: unrunnable
steps:
  each: {type: for_each, items: [a], concurrency: 1, steps: [call]}
  call: {type: lambda, function: "arn:aws:lambda:us-east-1:111122223333:function:f"}
  ask: {type: callback, queue: "https://sqs.us-east-1.amazonaws.com/111122223333/q"}
"""
REFUSAL = """pipec: this pipeline cannot run on this machine:
  step `each`: its type is `for_each`
  step `ask`: its type is `callback`
  = help: steps of these types can: `processing`, `training`, `repack`, `condition`, \
`register_model`, `fail`; `pipec test` plays steps of all types, with results that you give
"""


def test_steps_that_can_not_run_here_are_refused_a_line_for_each(shell: Shell) -> None:
    (shell.folder / "unrunnable.yaml").write_text(UNRUNNABLE)
    assert shell.quickly("pipec run unrunnable.yaml") == (1, REFUSAL)


def test_the_page_on_running_lists_the_types_that_run() -> None:
    page = (ROOT / "docs" / "running.md").read_text("utf-8")
    assert f"Steps of these types can run: {RUNNING}." in " ".join(page.split())
