"""Specs with mistakes: the comments `# error: E201` are exactly what is reported, in place."""

import re
from pathlib import Path

import pytest

from compiler.compile import validate_file
from compiler.diagnostics.render import as_text
from tests.conftest import ROOT

CASES = sorted((ROOT / "tests" / "cases" / "errors").glob("*.yaml"))
EXPECTED = re.compile(r"# error: ([EW\d ]+)$")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_spec_has_the_mistakes_that_its_comments_say(path: Path) -> None:
    expected = [
        (number, code)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if (found := EXPECTED.search(line))
        for code in sorted(found.group(1).split())
    ]
    diagnostics = validate_file(path, {}).diagnostics
    reported = sorted((each.span.line + 1, each.code.id) for each in diagnostics)
    assert reported == expected, as_text(diagnostics)
