"""Code is packed to the same bytes and the same key, and nothing from outside gets in."""

import gzip
import io
import json
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.code.pack import Artifact, archive
from compiler.diagnostics.span import SourceFile
from compiler.document.node import ScalarNode
from compiler.spec.fields import iso_duration, seconds
from compiler.steps.request import as_hyperparameter, as_text
from tests.specs import JOB_DEFAULTS, Workshop

STEP = JOB_DEFAULTS + (
    "storage: s3://bucket/prefix\n"
    "steps:\n  s: {type: training, code: {path: src/job, entry: main.py%s}}\n"
)


def artifact(workshop: Workshop, more: str = "") -> Artifact:
    return workshop.pipeline(STEP % more).code.by_step["s"].artifact


def test_times_modes_and_order_do_not_count(tmp_path: Path) -> None:
    first, second = Workshop(tmp_path / "one"), Workshop(tmp_path / "two")
    names = ("main.py", "z.py", "sub/a.txt", "sub/b/c.bin")
    for name in names:
        first.write(f"src/job/{name}", f"# {name}\n")
    mask = os.umask(0o077)
    try:
        for name in reversed(names):
            os.utime(second.write(f"src/job/{name}", f"# {name}\n"), (1, 1))
    finally:
        os.umask(mask)
    (second.root / "src/job/main.py").chmod(0o755)
    (second.root / "src/job/empty").mkdir()
    assert artifact(first) == artifact(second)
    assert artifact(first).uploads() == artifact(second).uploads()
    assert list(artifact(first).files) == sorted(names)


@pytest.mark.parametrize(
    ("name", "content"), [("main.py", "# other\n"), ("new.py", ""), ("sub/main.py", "# main.py\n")]
)
def test_another_name_or_content_is_another_key(
    name: str, content: str, workshop: Workshop
) -> None:
    workshop.write("src/job/main.py", "# main.py\n")
    before = artifact(workshop).sha256
    workshop.write(f"src/job/{name}", content)
    assert artifact(workshop).sha256 != before


@settings(max_examples=100, deadline=None)
@given(st.lists(st.dictionaries(st.text("ab", min_size=1, max_size=3), st.binary(max_size=3)),
                min_size=2, max_size=2))  # fmt: skip
def test_the_key_tells_any_two_folders_apart(folders: list[dict[str, bytes]]) -> None:
    one, two = (Artifact(files=files, entry="x", packs_as="folder") for files in folders)
    assert (one.sha256 == two.sha256) == (one.files == two.files)


def test_the_archive_says_nothing_of_the_machine() -> None:
    packed = archive({"b.py": b"b", "a/é.py": b"a"})
    assert packed == archive({"a/é.py": b"a", "b.py": b"b"})
    assert packed[4:8] == b"\0\0\0\0"
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(packed))) as tar:
        found = tar.getmembers()
    assert [each.name for each in found] == ["a/é.py", "b.py"]
    for each in found:
        assert (each.mtime, each.mode, each.uid, each.gid) == (0, 0o644, 0, 0)
        assert (each.uname, each.gname) == ("", "")


def test_what_tools_leave_behind_is_not_packed(workshop: Workshop) -> None:
    workshop.write("src/job/main.py", "")
    before = artifact(workshop)
    for name in ("__pycache__/main.cpython-311.pyc", ".git/HEAD", ".DS_Store", "sub/.venv/x.py",
                 "old.pyc", ".ruff_cache/x", ".env", "sub/.env", "node_modules/x/y.js",
                 "job.egg-info/PKG-INFO"):  # fmt: skip
        workshop.write(f"src/job/{name}", "x")
    assert artifact(workshop) == before
    for name in ("build/x.py", "training_scripts/x.py", "env.example"):
        before = artifact(workshop)
        workshop.write(f"src/job/{name}", "x")
        assert artifact(workshop) != before


def test_the_project_as_a_whole_is_packed_without_what_pipec_writes(workshop: Workshop) -> None:
    body = (STEP % "").replace("src/job", ".")
    for name in ("main.py", "sub/build/x.py"):
        workshop.write(name, "")
    for name in ("build/x/default/pipeline.json", "training_scripts/x/s/x.py", ".pipec/s3/x"):
        workshop.write(name, "")
    found = workshop.pipeline(body).code.by_step["s"].artifact.files
    assert sorted(found) == ["main.py", "pipec.yaml", "pipelines/spec.yaml", "sub/build/x.py"]


def test_requirements_from_elsewhere_replace_those_in_the_folder(workshop: Workshop) -> None:
    workshop.write("src/job/main.py", "")
    workshop.write("src/job/requirements.txt", "a\n")
    workshop.write("requirements/gpu.txt", "b\n")
    assert artifact(workshop).files["requirements.txt"] == b"a\n"
    found = artifact(workshop, ", requirements: requirements/gpu.txt")
    assert found.files["requirements.txt"] == b"b\n"


def _link_to_file(job: Path, outside: Path) -> None:
    (job / "link.py").symlink_to(outside / "secret.txt")


def _link_to_folder(job: Path, outside: Path) -> None:
    (job / "link").symlink_to(outside)


def _link_to_folder_inside(job: Path, _: Path) -> None:
    (job / "sub").mkdir()
    (job / "link").symlink_to(job / "sub")


def _link_to_nothing(job: Path, _: Path) -> None:
    (job / "link").symlink_to("nothing")


def _pipe(job: Path, _: Path) -> None:
    os.mkfifo(job / "pipe")


def _name_without_letters(job: Path, _: Path) -> None:
    (Path(os.fsdecode(os.fsencode(job) + b"/\xff.py"))).write_text("")


def _folder_without_letters(job: Path, _: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(job) + b"/\xff"))
    folder.mkdir()
    (folder / "a.py").write_text("")


@pytest.mark.parametrize(
    "disturb",
    [
        _link_to_file,
        _link_to_folder,
        _link_to_folder_inside,
        _link_to_nothing,
        _pipe,
        _name_without_letters,
        _folder_without_letters,
    ],
)
def test_what_is_no_file_of_the_folder_is_refused(disturb: Any, tmp_path: Path) -> None:
    workshop = Workshop(tmp_path / "project")
    outside = Workshop(tmp_path / "outside").write("secret.txt", "secret").parent
    disturb(workshop.write("src/job/main.py", "").parent, outside)
    (found,) = workshop.messages(STEP % "")
    assert found.startswith("E606 ")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("../outside", "E606"),
        ("src/../../outside", "E606"),
        ("/etc", "E606"),
        ("link", "E606"),
        ("src\\job", "E606"),
        ("src/job/main.py", "E605"),
        ("src/nothing", "E605"),
        ("src/../src/job", None),
        ("src/job/.", None),
    ],
)
def test_a_path_leads_to_a_folder_of_the_project(
    path: str, code: str | None, tmp_path: Path
) -> None:
    workshop = Workshop(tmp_path / "project")
    workshop.write("src/job/main.py", "")
    workshop.write("main.py", "")
    outside = Workshop(tmp_path / "outside").write("main.py", "").parent
    (workshop.root / "link").symlink_to(outside)
    found = workshop.messages((STEP % "").replace("src/job", path))
    assert [each.split(" ")[0] for each in found] == ([code] if code is not None else [])


@pytest.mark.parametrize("path", ["../secret.txt", "/etc/passwd", "link.txt"])
def test_requirements_lie_in_the_project(path: str, tmp_path: Path) -> None:
    workshop = Workshop(tmp_path / "project")
    workshop.write("src/job/main.py", "")
    secret = Workshop(tmp_path).write("secret.txt", "secret")
    (workshop.root / "link.txt").symlink_to(secret)
    (found,) = workshop.messages(STEP % f", requirements: {path}")
    assert found.startswith("E606 ")


@pytest.mark.parametrize("entry", ["../job/main.py", "nothing.py", "sub", "./main.py"])
def test_the_entry_is_a_file_of_the_folder(entry: str, workshop: Workshop) -> None:
    workshop.write("src/job/main.py", "")
    workshop.write("src/job/sub/x.py", "")
    (found,) = workshop.messages((STEP % "").replace("main.py", entry))
    assert found.startswith("E605 ")


def test_the_name_of_an_entry_can_not_become_a_command(workshop: Workshop) -> None:
    name = "a b; touch x $(y).py"
    workshop.write(f"src/job/{name}", "")
    workshop.write("src/job/requirements.txt", "")
    body = (STEP % "").replace("training", "processing").replace("main.py", f'"{name}"')
    found = workshop.arguments(body)["AppSpecification"]["ContainerEntrypoint"]
    assert found[2].endswith(f"exec python3 '/opt/ml/processing/input/code/{name}' \"$@\"")


PLACE = SourceFile("x", "").span(0, 0)


def written(node: ScalarNode) -> ScalarNode:
    """Return a hyperparameter as it stands in the request."""
    found = as_hyperparameter(node)
    assert isinstance(found, ScalarNode)
    return found


def scalar(value: Any) -> ScalarNode:
    return ScalarNode(value, PLACE)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=12) | st.from_regex(r"-?[0-9]+(\.[0-9]+)?|true|null|\[1\]|\"x\"|NaN"))
def test_a_text_reaches_the_script_as_it_is(text: str) -> None:
    value = written(scalar(text)).value
    assert isinstance(value, str)
    assert _as_the_toolkit_reads(value) == text


@settings(max_examples=100, deadline=None)
@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans())
def test_a_number_reaches_the_script_as_a_number(value: float) -> None:
    text = written(scalar(value)).value
    assert isinstance(text, str)
    found = _as_the_toolkit_reads(text)
    assert (type(found), found) == (type(value), value)


def _as_the_toolkit_reads(text: str) -> Any:
    """Return a hyperparameter as the training toolkit decodes it: as JSON, else as it is."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def test_a_plain_word_stays_bare() -> None:
    assert written(scalar("adam")).value == "adam"
    assert written(scalar("1.10")).value == '"1.10"'
    assert written(scalar("[" * 2000)).value == "[" * 2000


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), (3, "3"), (0.5, "0.5"), ("x", "x"), ("", "")]
)
def test_a_string_map_holds_texts(value: Any, text: str) -> None:
    assert as_text(scalar(value)).value == text


@pytest.mark.parametrize(
    ("value", "length", "iso"),
    [
        ("90s", 90, "PT90S"),
        ("30m", 1800, "PT30M"),
        ("4h", 14400, "PT4H"),
        ("30d", 2592000, "P30D"),
        ("36h", 129600, "PT36H"),
        (45, 45, "PT45S"),
    ],
)
def test_a_duration_is_written_as_people_and_as_machines_do(
    value: Any, length: int, iso: str
) -> None:
    assert (seconds(scalar(value)), iso_duration(scalar(value))) == (length, iso)


@pytest.mark.parametrize(
    "value",
    ["0s", "1.5h", "-1h", "1w", "h", '"5s\\n"', '"1 h"', "1h30m", "0", "-5", "1.0", "true",
     "1" * 20 + "s", '"$${{ x }}"', "[1h]", "P30D"],
)  # fmt: skip
def test_what_is_no_duration_is_refused(value: str, workshop: Workshop) -> None:
    body = JOB_DEFAULTS + (
        f"steps:\n  s: {{type: processing, entrypoint: [x], max_run: {value}}}\n"
    )
    (found,) = workshop.messages(body)
    assert found[:4] in ("E203", "E204", "E205")
