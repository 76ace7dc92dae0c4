"""Compare pipec with the SageMaker SDKs and with the least that a YAML compiler can do.

    python benchmarks/compile.py [--steps 1,50,500,2000] [--runs 5]

The SDKs run in the venvs that `python -m tests.conformance.run` makes, and are left out without.
"""

import argparse
import json
import platform
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

from benchmarks import floor, generate, measure  # noqa: E402 - after the path is set
from benchmarks.measure import Measure  # noqa: E402
from compiler.compile import compile_pipeline  # noqa: E402
from tests.conformance import venvs  # noqa: E402
from tests.conformance.cases import SDKS  # noqa: E402
from tests.conformance.meaning import differences, normalise  # noqa: E402

DEMO = "pipelines/bert_reviews.yaml"
LIBRARIES = "import yaml, jsonschema, jinja2, networkx, click"
QUIET = {"PYTHONWARNINGS": "ignore"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A line of the table."""

    name: str
    measure: Measure | None = None
    note: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare pipec with the SageMaker SDKs.")
    parser.add_argument("--steps", default="1,50,500,2000", help="sizes, with commas between")
    parser.add_argument("--runs", type=int, default=5, help="most runs of each command")
    parser.add_argument("--without-sdks", action="store_true", help="leave the SDKs out")
    options = parser.parse_args()
    print(f"Python {platform.python_version()} on {platform.system()} {platform.machine()}.")
    print("Best and median wall time of the whole process, and its peak memory.\n")
    _demo(options.runs)
    with tempfile.TemporaryDirectory() as folder:
        for count in options.steps.split(","):
            sdks = () if options.without_sdks else SDKS
            _size(int(count), Path(folder), options.runs, sdks)


def _demo(runs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        pipec = [sys.executable, "-m", "compiler", "compile", str(ROOT / DEMO), "-o", folder]
        rows = [
            Row(name=LIBRARIES, measure=_process([sys.executable, "-c", LIBRARIES], runs)),
            Row(name=f"pipec compile {DEMO}", measure=_process(pipec, runs)),
        ]
    _print(f"{DEMO} against importing the libraries", rows)


def _size(count: int, folder: Path, runs: int, sdks: tuple[str, ...]) -> None:
    spec = folder / "spec.yaml"
    spec.write_text(generate.spec(count), encoding="utf-8")
    output = folder / "build" / "made-up" / "default" / "pipeline.json"
    output.unlink(missing_ok=True)
    python = sys.executable
    copy = [python, str(HERE / "floor.py"), str(spec), str(folder / "floor.json")]
    pipec = [python, "-m", "compiler", "compile", str(spec), "-o", str(folder / "build")]
    least = Row(name="floor: libyaml compose + json.dumps", measure=_process(copy, runs))
    ours = _process(pipec, runs, may_refuse=True)
    rows = [least, Row(name="pipec compile", measure=ours, note=_refusal(ours))]
    for sdk in sdks:
        rows.append(_sdk(sdk, count, folder, output, runs))
    _print(f"{count} steps, as processes", rows)
    _inside(count, spec, runs)


def _sdk(sdk: str, count: int, folder: Path, ours: Path, runs: int) -> Row:
    name = f"SageMaker SDK {sdk}"
    if not venvs.is_current(sdk):
        return Row(name=name, note="no venv: run `python -m tests.conformance.run`")
    path = folder / f"{sdk}.json"
    script = str(HERE / f"sdk_{sdk}.py")
    taken = _process([str(venvs.python(sdk)), script, str(count), str(path)], runs)
    if not ours.is_file():
        return Row(name=name, measure=taken)
    left, right = (json.loads(each.read_text(encoding="utf-8")) for each in (ours, path))
    found = differences(normalise(left), normalise(right))
    note = f"{len(found)} differences, the first: {found[0]}" if found else "same meaning"
    return Row(name=name, measure=taken, note=note)


def _inside(count: int, spec: Path, runs: int) -> None:
    text = spec.read_text(encoding="utf-8")

    def compile_text() -> None:
        compilation = compile_pipeline(spec)
        if compilation.pipeline is not None:
            _ = compilation.pipeline.definition_json

    rows = [
        Row(
            name="floor: libyaml compose + json.dumps",
            measure=measure.of_function(lambda: floor.copy_as_json(text), runs),
        ),
        Row(name="pipec compile_pipeline", measure=measure.of_function(compile_text, runs)),
    ]
    _print(f"{count} steps, inside a process", rows)


def _process(command: list[str], runs: int, *, may_refuse: bool = False) -> Measure:
    taken = measure.of_process(command, runs, {**QUIET, "PYTHONPATH": str(ROOT)})
    if taken.returncode and not (may_refuse and taken.returncode == 1):
        raise SystemExit(f"{' '.join(command)} failed:\n{taken.output[-4000:]}")
    return taken


def _refusal(taken: Measure) -> str:
    return taken.output.splitlines()[0] if taken.returncode else ""


def _print(title: str, rows: list[Row]) -> None:
    """Print a table; the first row is the floor, the second is pipec."""
    floor_time, ours = (row.measure.best if row.measure else 1.0 for row in rows[:2])
    print(title)
    print(f"  {'':<48}{'best':>9}{'median':>9}{'runs':>6}{'MiB':>6}{'/floor':>9}{'/pipec':>9}")
    for row in rows:
        if row.measure is None:
            print(f"  {row.name:<48}  {row.note}")
            continue
        taken = row.measure
        memory = f"{taken.memory / 2**20:.0f}" if taken.memory else ""
        times = f"{taken.best:>8.4f}s{taken.median:>8.4f}s{len(taken.seconds):>6}"
        ratios = f"{taken.best / floor_time:>9.2f}{taken.best / ours:>9.2f}"
        print(f"  {row.name:<48}{times}{memory:>6}{ratios}  {row.note}".rstrip())
    print(flush=True)


if __name__ == "__main__":
    main()
