"""`docs/policy.md` says what the code says, and its example is a policy."""

import re
from collections.abc import Callable
from pathlib import Path

from compiler.code.project import Project
from compiler.code.settings import settings_of
from compiler.spec.policy import CODES, PolicySpec, ScopeSpec
from compiler.spec.shape import ListShape, ObjectShape, fields_of
from tests.conftest import ROOT
from tests.step_pages import field_table

PAGE = ROOT / "docs" / "policy.md"
TABLE = re.compile(r"<!-- fields: ([a-z_]+) -->\n.*?<!-- end -->", re.DOTALL)
HEAD = "| code | policy | what is wrong |\n|---|---|---|\n"
EXPLAINED = "compiler/diagnostics/explain"


def _specs() -> dict[str, type]:
    found: dict[str, type] = {"policy": PolicySpec, "scope": ScopeSpec}
    for field in fields_of(PolicySpec):
        assert isinstance(field.shape, ListShape)
        assert isinstance(field.shape.item, ObjectShape)
        found[field.key] = field.shape.item.spec
    return found


SPECS = _specs()


def test_the_tables_of_the_page_are_current(golden: Callable[[Path, str], None]) -> None:
    text = PAGE.read_text("utf-8")
    assert {match[1] for match in TABLE.finditer(text)} == set(SPECS)
    start = text.index(HEAD) + len(HEAD)
    end = text.index("\n## Fields")
    rows = "".join(
        f"| [{code.id}](../{EXPLAINED}/{code.id}.md) | `{name}` | {_meaning(code.id)} |\n"
        for name, code in CODES.items()
    )
    golden(PAGE, TABLE.sub(_table, text[:start] + rows + text[end:]))


def _table(match: re.Match[str]) -> str:
    spec = SPECS[match[1]]
    short = getattr(spec, "SHORTHAND", None)
    lines = [f"<!-- fields: {match[1]} -->", " ".join((spec.__doc__ or "").split()), ""]
    lines += [f"A bare value is the field `{short}`.", ""] if short else []
    return "\n".join([*lines, *field_table(spec), "<!-- end -->"])


def _meaning(code: str) -> str:
    return (ROOT / EXPLAINED / f"{code}.md").read_text("utf-8").split("\n\n")[1]


def test_each_policy_has_a_code_of_its_own() -> None:
    assert list(CODES) == [field.key for field in fields_of(PolicySpec)]
    assert [code.id for code in CODES.values()] == [f"E{number}" for number in range(580, 590)]


def test_the_example_is_a_policy(tmp_path: Path) -> None:
    found = re.search(r"```yaml\n(policy:\n.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    (tmp_path / "pipec.yaml").write_text(found[1], "utf-8")
    settings = settings_of(Project(tmp_path))
    assert [each.message for each in settings.diagnostics] == []
    assert isinstance(settings.policy, PolicySpec)
    assert all(getattr(settings.policy, field.name) for field in fields_of(PolicySpec))
