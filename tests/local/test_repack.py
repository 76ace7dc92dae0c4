"""A repack step run on this machine, and what its script does with odd archives."""

import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from compiler import compile_pipeline
from compiler.local.archive import unpack
from compiler.steps import repack_script
from tests.local.world import World

SPEC = """
kind: Pipeline
name: words
storage: s3://lab/pipelines
steps:
  pack:
    type: repack
    model: s3://lab/models/words/model.tar.gz
    code: {path: serving, entry: inference.py, requirements: needed.txt}
    image: example.com/jobs:1
    role: arn:aws:iam::111122223333:role/ml-pipeline
"""


def archive_of(**files: str) -> bytes:
    """Return a model archive, `__` in a name standing for `/`."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"./{name.replace('__', '/')}")
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text.encode()))
    return buffer.getvalue()


def test_the_model_gets_the_script_and_loses_an_older_one(world: World, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "serving").mkdir(parents=True)
    (project / "pipec.yaml").write_text("")
    (project / "needed.txt").write_text("six")
    (project / "serving" / "inference.py").write_text("new")
    (project / "words.yaml").write_text(SPEC)
    compilation = compile_pipeline(project / "words.yaml")
    assert compilation.diagnostics == ()
    assert compilation.pipeline is not None
    pipeline = compilation.pipeline
    artifact = pipeline.code.by_step["pack"].artifact
    prefix = artifact.prefix("s3://lab/pipelines", "words")
    for name, content in artifact.uploads().items():
        world.s3.write(f"{prefix}{name}", content)
    model = archive_of(weights="w", code__inference="old", parts__a="a")
    world.s3.write("s3://lab/models/words/model.tar.gz", model)

    definition = pipeline.definition
    assert definition is not None
    steps: Any = definition["Steps"]
    execution = world.run(steps)
    assert world.statuses(execution) == {"pack": "Succeeded"}, world.log(execution, "pack")

    packed = world.s3.objects("s3://lab/pipelines/words/")
    found = [path for _, path in packed if path.name == "model.tar.gz"]
    assert len(found) == 1
    unpack(found[0], tmp_path / "out")
    texts = {
        path.relative_to(tmp_path / "out").as_posix(): path.read_text()
        for path in sorted((tmp_path / "out").rglob("*"))
        if path.is_file()
    }
    assert texts == {
        "code/inference.py": "new",
        "code/requirements.txt": "six",
        "parts/a": "a",
        "weights": "w",
    }


def test_a_model_that_is_no_archive_is_copied(tmp_path: Path) -> None:
    source, code, model = (tmp_path / name for name in ("source", "code", "model"))
    (source / "parts").mkdir(parents=True)
    (source / "config.json").write_text("{}")
    (source / "parts" / "a").write_text("a")
    code.mkdir()
    (code / "inference.py").write_text("new")
    repack_script.repack(source, code, model)
    files = sorted(p.relative_to(model).as_posix() for p in model.rglob("*") if p.is_file())
    assert files == ["code/inference.py", "config.json", "parts/a"]


@pytest.mark.parametrize("kind", ["outside", "link", "nothing"])
def test_a_model_that_can_not_be_unpacked_safely_is_refused(tmp_path: Path, kind: str) -> None:
    source, code = tmp_path / "source", tmp_path / "code"
    source.mkdir()
    code.mkdir()
    if kind != "nothing":
        with tarfile.open(source / "model.tar.gz", "w:gz") as tar:
            entry = tarfile.TarInfo("../outside" if kind == "outside" else "link")
            if kind == "link":
                entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
            tar.addfile(entry, io.BytesIO())
    with pytest.raises(SystemExit) as refused:
        repack_script.repack(source, code, tmp_path / "model")
    assert isinstance(refused.value.code, str)
    assert not (tmp_path / "outside").exists()
