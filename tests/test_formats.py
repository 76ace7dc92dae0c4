"""Diagnostics for machines: SARIF, GitHub's annotations and JSON."""

import json
import re
from typing import Any

import pytest

from compiler.diagnostics import codes
from compiler.diagnostics.code_quality import as_code_quality
from compiler.diagnostics.diagnostic import Diagnostic, Diagnostics, Related
from compiler.diagnostics.render import as_github, as_json
from compiler.diagnostics.sarif import as_sarif
from compiler.diagnostics.span import SourceFile

SOURCE = SourceFile("pipelines/a, b: 100%.yaml", "kind: Pipeline\nname: ü\nsteps: {}\n")


@pytest.fixture
def found() -> list[Diagnostic]:
    diagnostics = Diagnostics()
    diagnostics.add(
        codes.UNKNOWN_FIELD,
        "unknown field `a%b`",
        SOURCE.span(0, 4),
        hint="first, second: 50%\nthird",
        related=[Related(span=SOURCE.span(15, 19), message="first here")],
    )
    diagnostics.add(codes.UNUSED_VARIABLE, "`x` is used nowhere", SOURCE.span(21, 22))
    diagnostics.add(codes.MISSING_FIELD, "several lines", SOURCE.span(15, 30))
    return list(diagnostics)


@pytest.fixture
def run(found: list[Diagnostic]) -> dict[str, Any]:
    log = json.loads(as_sarif(found, "1.2.3"))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (only,) = log["runs"]
    assert isinstance(only, dict)
    return only


def test_sarif_names_the_tool_and_the_rules_that_results_speak_of(run: dict[str, Any]) -> None:
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("pipec", "1.2.3")
    rules = [rule["id"] for rule in driver["rules"]]
    assert rules == sorted(set(rules))
    assert {result["ruleId"] for result in run["results"]} == set(rules)


def test_sarif_results_have_what_the_standard_requires(run: dict[str, Any]) -> None:
    assert len(run["results"]) == 3
    for result in run["results"]:
        assert result["level"] in ("error", "warning")
        assert result["message"]["text"]
        for location in (*result["locations"], *result.get("relatedLocations", ())):
            place = location["physicalLocation"]
            assert re.fullmatch(r"[^ :%,]*(%[0-9A-F]{2}[^ %]*)*", place["artifactLocation"]["uri"])
            region = place["region"]
            start = (region["startLine"], region["startColumn"])
            assert (1, 1) <= start <= (region["endLine"], region["endColumn"])
        assert all(each["message"]["text"] for each in result.get("relatedLocations", ()))


def test_sarif_counts_columns_as_the_reader_does(run: dict[str, Any]) -> None:
    assert run["columnKind"] == "unicodeCodePoints"


def test_github_annotations_are_one_line_each_and_escaped(found: list[Diagnostic]) -> None:
    lines = as_github(found).splitlines()
    assert lines == [
        _annotation("error", "1,col=1", "1,endColumn=5", "E201 unknown-field")
        + "unknown field `a%25b`%0Ahelp: first, second: 50%25%0Athird",
        _annotation("error", "2,col=1", "2,endColumn=8", "E202 missing-field") + "several lines",
        _annotation("warning", "2,col=7", "2,endColumn=8", "W302 unused-variable")
        + "`x` is used nowhere",
    ]


def _annotation(command: str, start: str, end: str, title: str) -> str:
    place = f"file=pipelines/a%2C b%3A 100%25.yaml,line={start},endLine={end}"
    return f"::{command} {place},title={title}::"


def test_json_has_all_that_is_known_in_the_order_of_the_file(found: list[Diagnostic]) -> None:
    assert as_json(found) == as_json(found)
    document = json.loads(as_json(found))
    assert document["version"] == 1
    first, second, third = document["diagnostics"]
    assert first == {
        "code": "E201",
        "name": "unknown-field",
        "severity": "error",
        "message": "unknown field `a%b`",
        "file": SOURCE.name,
        "line": 1,
        "column": 1,
        "end_line": 1,
        "end_column": 5,
        "hint": "first, second: 50%\nthird",
        "related": [
            {
                "message": "first here",
                "file": SOURCE.name,
                "line": 2,
                "column": 1,
                "end_line": 2,
                "end_column": 5,
            }
        ],
    }
    assert (second["line"], second["end_line"]) == (2, 3)
    assert third["severity"] == "warning"


def test_code_quality_has_what_gitlab_reads_and_knows_an_issue_again(
    found: list[Diagnostic],
) -> None:
    issues = json.loads(as_code_quality([*found, found[0]]))
    prints = [each.pop("fingerprint") for each in issues]
    assert len(set(prints)) == 4
    assert all(re.fullmatch(r"[0-9a-f]{64}", each) for each in prints)
    assert issues[0] == {
        "description": "unknown field `a%b` (first, second: 50%\N{REPLACEMENT CHARACTER}third)",
        "check_name": "E201 unknown-field",
        "severity": "major",
        "location": {"path": SOURCE.name, "lines": {"begin": 1, "end": 1}},
    }
    assert issues[2]["severity"] == "minor"
    below = SourceFile(SOURCE.name, f"# above\n{SOURCE.text}")
    moved = Diagnostics()
    moved.add(codes.UNKNOWN_FIELD, "unknown field `a%b`", below.span(8, 12))
    again = json.loads(as_code_quality(moved))[0]
    assert again["location"]["lines"] == {"begin": 2, "end": 2}
    assert again["fingerprint"] == prints[0], "its line does not count"
