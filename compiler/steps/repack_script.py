"""Put an inference script into a model archive: runs in the container of a repack step.

Only the standard library of any Python 3 is used, for the image may be whatever there is.
"""

import shutil
import sys
import tarfile
from pathlib import Path, PurePosixPath


def repack(source: Path, code: Path, model: Path) -> None:
    """Unpack the model in `source` into `model`, and replace the folder `code` in it."""
    archives = sorted(source.rglob("*.tar.gz"))
    files = [path for path in sorted(source.rglob("*")) if path.is_file()]
    if not files:
        sys.exit("there is no model in the channel `model`")
    model.mkdir(parents=True, exist_ok=True)
    if len(files) == 1 and archives:
        unpack(archives[0], model)
    else:
        for path in files:
            place = model / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(path), str(place))
    if (model / "code").is_dir():
        shutil.rmtree(str(model / "code"))
    shutil.copytree(str(code), str(model / "code"))


def unpack(archive: Path, folder: Path) -> None:
    """Unpack files and folders; refuse what would lie outside, or is neither."""
    with tarfile.open(str(archive), "r:gz") as tar:
        members = [each for each in tar.getmembers() if PurePosixPath(each.name).parts]
        for each in members:
            name = PurePosixPath(each.name)
            if name.is_absolute() or ".." in name.parts or not (each.isfile() or each.isdir()):
                sys.exit("the model archive holds `" + each.name + "`, no plain file inside it")
        for each in members:
            place = folder / each.name
            if each.isdir():
                place.mkdir(parents=True, exist_ok=True)
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            content = tar.extractfile(each)
            if content is not None:
                with content, place.open("wb") as file:
                    shutil.copyfileobj(content, file)
            place.chmod(0o755 if each.mode & 0o100 else 0o644)


def main() -> None:
    """Repack the model of the job; all places are told by where this file lies."""
    here = Path(__file__).resolve().parent
    data = here.parent
    repack(data / "model", here / "code", data.parents[1] / "model")


if __name__ == "__main__":
    main()
