"""Every step that is written somewhere in the tests can be held against every policy."""

from pathlib import Path

import pytest

from compiler.code.project import Project, project_of
from compiler.code.settings import settings_of
from compiler.compile import compile_document, read_file
from compiler.diagnostics.diagnostic import Diagnostics
from tests.conftest import ROOT

CASES = ROOT / "tests" / "cases" / "steps"
SPECS = sorted(path for path in CASES.rglob("*.yaml") if "kind: Pipeline" in path.read_text())
POLICY = """\
policy:
  network: {vpc: true, subnets: no, security_groups: no, isolation: true, strict: STRICT}
  encryption: {outputs: true, volumes: true, traffic: true, keys: no, strict: STRICT}
  tags: {required: {team: nobody}, steps: true, strict: STRICT}
  instances: {allow: no, deny: ml.*, max_count: 1, strict: STRICT}
  images: {allow: no, strict: STRICT}
  max_run: {at_most: 1s, strict: STRICT}
  spot: {strict: STRICT}
  buckets: {allow: s3://no, strict: STRICT}
  roles: {allow: no, strict: STRICT}
  secrets: true
"""


@pytest.mark.parametrize("strict", ["true", "false"])
@pytest.mark.parametrize("spec", SPECS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_step_can_be_held_against_all(spec: Path, strict: str, tmp_path: Path) -> None:
    (tmp_path / "pipec.yaml").write_text(POLICY.replace("STRICT", strict), "utf-8")
    settings = settings_of(Project(tmp_path))
    assert settings.diagnostics == ()
    diagnostics = Diagnostics()
    project = project_of(spec)
    document = read_file(spec, project, diagnostics)
    assert document is not None
    compile_document(
        document,
        project,
        target=None,
        environment={},
        diagnostics=diagnostics,
        policy=settings.policy,
    )
    found = [each.code.id for each in diagnostics]
    assert "E582" in found
    assert "E589" not in found
