"""What must hold for whatever is compiled or imported: diagnostics or a result, nothing else."""

import json
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from compiler import Compilation, compile_pipeline
from compiler.compile import validate_file
from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, Diagnostics
from compiler.diagnostics.render import as_github, as_json, as_text
from compiler.diagnostics.sarif import as_sarif
from compiler.diagnostics.span import SourceFile, Span
from compiler.document.read import decode, read_document
from compiler.importer.import_definition import import_definition
from tests.fuzz.comparison import differences_of
from tests.fuzz.limits import SECONDS, TooSlowError, limited
from tests.fuzz.seeds import copy_project

Work = TypeVar("Work")

# The name of the spec that an imported definition is written to.
IMPORTED = "fuzzed/spec.yaml"
PROJECTS = ("", "tests/cases/cli", "tests/cases/steps")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case: a word for it, the longest time, and the faults; most have none."""

    verdict: str
    seconds: float
    faults: tuple[str, ...]


class Checker:
    """A copy of the project in a folder, in which one case after another takes its seed's place."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.longest = 0.0
        self.faults: list[str] = []
        copy_project(self.root)
        (self.root / IMPORTED).parent.mkdir(exist_ok=True)

    def check(self, kind: str, name: str, content: bytes) -> Outcome:
        """Check a spec that stands in the project under a name, or a definition."""
        self.longest, self.faults = 0.0, []
        check = self._spec if kind == "spec" else self._definition
        try:
            verdict = check(name, content)
        except TooSlowError:
            verdict = "too slow"
            self.faults.append(f"over {SECONDS} s of processor time\n{traceback.format_exc()}")
        except Exception:  # noqa: BLE001 - which one is what is looked for
            verdict = "exception"
            self.faults.append(traceback.format_exc())
        return Outcome(verdict, self.longest, tuple(self.faults))

    def _timed(self, work: Callable[[], Work]) -> Work:
        """Do a piece of work in time; what is too slow gets a second chance on a busy machine."""
        start = time.process_time()
        try:
            with limited():
                return work()
        except TooSlowError:
            start = time.process_time()
            with limited():
                return work()
        finally:
            self.longest = max(self.longest, time.process_time() - start)

    def _spec(self, name: str, content: bytes) -> str:
        path = self.root / name
        before = path.read_bytes() if path.is_file() else None
        path.write_bytes(content)
        try:
            return self._written_spec(path)
        finally:
            if before is not None:
                path.write_bytes(before)

    def _written_spec(self, path: Path) -> str:
        validated = self._timed(lambda: validate_file(path, {}))
        self._place_and_show((*validated.diagnostics, *validated.ignored))
        compiled = self._timed(lambda: compile_pipeline(path, environment={}))
        self._place_and_show((*compiled.diagnostics, *compiled.ignored))
        if compiled.pipeline is None:
            self._expect(compiled.has_errors, "nothing is compiled, and no error says why")
            no_target = any(each.code == codes.UNKNOWN_TARGET for each in compiled.diagnostics)
            agree = validated.has_errors or no_target
            self._expect(agree, "what validates does not compile")
            return "errors"
        self._expect(not compiled.has_errors, "a pipeline in spite of errors")
        self._result(compiled, path)
        return "errors in other targets" if validated.has_errors else "compiled"

    def _result(self, compiled: Compilation, path: Path) -> None:
        assert compiled.pipeline is not None
        text = self._timed(lambda: _texts(compiled))
        for part in text:
            json.loads(part, parse_constant=_no_constant)
            part.encode()
        again = compile_pipeline(path, environment={})
        self._expect(_texts(again) == text, "compiled again, it is something else")

    def _definition(self, name: str, content: bytes) -> str:
        found = Diagnostics()
        source = decode(name, content, found)
        imported = None
        if source is not None:
            text = source
            imported = self._timed(lambda: import_definition(text, "fuzzed", found))
        self._place_and_show(found, on_disk=False)
        if imported is None:
            self._expect(found.has_errors, "nothing is imported, and no error says why")
            return "refused"
        document = read_document(SourceFile(IMPORTED, imported.text), found)
        self._expect(document is not None, f"the YAML is not read: {as_text(found)}")
        path = self.root / IMPORTED
        path.write_text(imported.text, "utf-8")
        verdict = self._written_spec(path)
        wrong = imported.mistakes > 0
        self._expect((verdict == "errors") == wrong, f"{imported.mistakes} mistakes, {verdict}")
        if verdict != "compiled":
            return "imported with mistakes"
        compilation = compile_pipeline(path, environment={})
        assert compilation.pipeline is not None
        assert source is not None
        compiled = json.loads(compilation.pipeline.definition_json)
        different = differences_of(json.loads(source.text), compiled)
        self._expect(not different, f"another definition comes back: {'; '.join(different[:5])}")
        return "came back"

    def _place_and_show(self, diagnostics: Iterable[Diagnostic], *, on_disk: bool = True) -> None:
        found = list(diagnostics)
        for diagnostic in found:
            for span in (diagnostic.span, *(each.span for each in diagnostic.related)):
                for reason in misplaced(span):
                    self.faults.append(f"{diagnostic.code.id} {reason}: {diagnostic.message}")
                if on_disk and not self._is_on_disk(span):
                    self.faults.append(f"{diagnostic.code.id} is in a file that is not there")
        self._timed(lambda: _render(found))

    def _is_on_disk(self, span: Span) -> bool:
        return span.source.text == "" or any(
            (self.root / folder / span.source.name).is_file() for folder in PROJECTS
        )

    def _expect(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.faults.append(otherwise)


def misplaced(span: Span) -> Iterator[str]:
    """Iterate over what is wrong with a place: it must lie in its file."""
    lines = span.source.lines
    start, end = (span.line, span.column), (span.end_line, span.end_column)
    for name, (line, column) in (("begins", start), ("ends", end)):
        if not (0 <= line < len(lines) and 0 <= column <= len(lines[line])):
            yield f"{name} at {line + 1}:{column + 1}, which is not in the file"
    if end < start:
        yield f"ends at {end}, before it begins at {start}"


def _render(found: list[Diagnostic]) -> None:
    as_text(found).encode()
    as_github(found).encode()
    for text in (as_json(found), as_sarif(found, "0")):
        json.loads(text, parse_constant=_no_constant)
        text.encode()


def _no_constant(name: str) -> None:
    message = f"{name} is no JSON"
    raise ValueError(message)


def _texts(compiled: Compilation) -> tuple[str, str]:
    pipeline = compiled.pipeline
    return (pipeline.definition_json, pipeline.manifest_json) if pipeline is not None else ("", "")
