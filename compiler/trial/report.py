"""The results of tests as text, as JSON and as JUnit's XML."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from compiler.diagnostics.diagnostic import Diagnostic
from compiler.diagnostics.render import as_github, as_record, as_text, json_text, printable
from compiler.trial.evaluate import Evaluation, StepOutcome
from compiler.trial.expect import WORDS
from compiler.trial.run import TrialResult

SIGNS = {"passed": "✓", "failed": "✕", "error": "!"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Reported:
    """The results of one file, named and placed as seen from where the user stands."""

    name: str
    diagnostics: tuple[Diagnostic, ...]
    results: tuple[TrialResult, ...]


def text_report(files: Iterable[Reported]) -> str:
    """Return each file with its tests, then what is wrong, then how many have passed."""
    listed: list[str] = []
    wrong: list[str] = []
    seen = list(files)
    for file in seen:
        listed += [printable(file.name), *map(_line, file.results), ""]
        wrong += [as_text(file.diagnostics)] if file.diagnostics else []
        for result in file.results:
            if result.diagnostics:
                wrong += [f"{_line(result).strip()}\n", as_text(result.diagnostics)]
    return "\n".join([*listed, *wrong, _summary(seen)]) + "\n"


def _line(result: TrialResult) -> str:
    return f"  {SIGNS[result.verdict]} {printable(title(result))}"


def title(result: TrialResult) -> str:
    """Return the name of a test, with the target that it was run for."""
    return f"{result.name} ({result.target})" if result.target else result.name


def _summary(files: list[Reported]) -> str:
    results = [each for file in files for each in file.results]
    counts = [(sum(each.verdict == verdict for each in results), verdict) for verdict in SIGNS]
    words = {"passed": "passed", "failed": "failed", "error": "could not be run"}
    said = ", ".join(f"{count} {words[verdict]}" for count, verdict in counts if count)
    total = f"{len(results)} test{'' if len(results) == 1 else 's'}"
    return f"{total}: {said}" if said else total


def json_report(files: Iterable[Reported]) -> str:
    """Return all results, what was evaluated among them, as JSON."""
    document = {
        "version": 1,
        "files": [
            {
                "file": file.name,
                "diagnostics": [as_record(each) for each in file.diagnostics],
                "tests": [_record(each) for each in file.results],
            }
            for file in files
        ],
    }
    return json_text(document)


def _record(result: TrialResult) -> dict[str, object]:
    return {
        "name": result.name,
        "target": result.target,
        "line": result.span.line + 1,
        "verdict": result.verdict,
        "diagnostics": [as_record(each) for each in result.diagnostics],
        "execution": _execution(result.evaluation) if result.evaluation is not None else None,
    }


def _execution(evaluation: Evaluation) -> dict[str, object]:
    return {
        "status": WORDS[evaluation.status],
        "failure": evaluation.failure,
        "steps": [_step(each) for each in evaluation.steps.values()],
    }


def _step(step: StepOutcome) -> dict[str, object]:
    record: dict[str, object] = {
        "name": step.name,
        "type": step.node.type,
        "status": WORDS[step.status],
    }
    if not step.has_run:
        return record
    record |= {"failure": step.failure, "cached": step.cached, "arguments": step.arguments}
    if step.members:
        record["members"] = step.members
    if step.branch is not None:
        record["branch"] = step.branch
        record["conditions"] = [
            {"text": each.text, "holds": each.result} for each in step.conditions
        ]
    record["properties"] = step.properties
    return record


def junit_report(files: Iterable[Reported]) -> str:
    """Return the results as JUnit's XML, as CI servers read it."""
    suites = ET.Element("testsuites", name="pipec test")
    for file in files:
        verdicts = [each.verdict for each in file.results]
        errors = verdicts.count("error") + bool(file.diagnostics)
        suite = ET.SubElement(
            suites,
            "testsuite",
            name=_allowed(file.name),
            tests=str(len(verdicts) + bool(file.diagnostics)),
            failures=str(verdicts.count("failed")),
            errors=str(errors),
            skipped="0",
        )
        if file.diagnostics:
            case = ET.SubElement(suite, "testcase", name="the file and its spec")
            case.set("classname", _allowed(file.name))
            _add(case, "error", file.diagnostics)
        for result in file.results:
            case = ET.SubElement(
                suite,
                "testcase",
                name=_allowed(title(result)),
                classname=_allowed(file.name),
                file=_allowed(file.name),
                line=str(result.span.line + 1),
            )
            if result.verdict != "passed":
                _add(case, "failure" if result.verdict == "failed" else "error", result.diagnostics)
    ET.indent(suites)
    content: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return content.decode() + "\n"


def _add(case: ET.Element, kind: str, diagnostics: tuple[Diagnostic, ...]) -> None:
    first = diagnostics[0].message if diagnostics else "the spec has mistakes"
    code = diagnostics[0].code.id if diagnostics else ""
    said = ET.SubElement(case, kind, message=_allowed(first), type=code)
    said.text = _allowed(as_text(diagnostics))


def _allowed(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return "".join(char if char == "\n" else printable(char) for char in text)


def github_report(files: Iterable[Reported]) -> str:
    """Return the workflow commands that make GitHub annotate the test files."""
    return "".join(
        as_github(diagnostics)
        for file in files
        for diagnostics in (file.diagnostics, *(each.diagnostics for each in file.results))
    )


REPORTS: dict[str, Callable[[Iterable[Reported]], str]] = {
    "text": text_report,
    "json": json_report,
    "junit": junit_report,
    "github": github_report,
}
