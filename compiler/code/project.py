"""The project that a spec belongs to: its root, and where its templates lie."""

import errno
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

SETTINGS = "pipec.yaml"
MARKERS = (SETTINGS, ".git", "pyproject.toml")
PIPELINES_FOLDER = "pipelines"
PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with specs, code and templates; all paths in a spec start here."""

    root: Path

    def name_of(self, path: Path) -> str:
        """Return a path as messages and generated files show it: from the root, with `/`."""
        resolved = path.resolve()
        if resolved.is_relative_to(self.root):
            return resolved.relative_to(self.root).as_posix()
        return resolved.name

    def inside(self, path: str) -> Path | None:
        """Return the file or folder that a spec names, or None if it lies outside the project."""
        if PurePosixPath(path).is_absolute() or "\\" in path or "\0" in path:
            return None
        resolved = (self.root / path).resolve()
        return resolved if resolved.is_relative_to(self.root) else None

    @property
    def template_folders(self) -> tuple[Path, ...]:
        """The folders that hold templates: the project's own, then those that come with pipec."""
        folders = (self.inside("templates"), _built_in_templates())
        return tuple(folder for folder in folders if folder is not None and folder.is_dir())


def _built_in_templates() -> Path:
    """Return the templates' folder: in the package when installed, beside it in a checkout."""
    installed = PACKAGE / "_templates"
    return installed if installed.is_dir() else PACKAGE.parent / "templates"


def is_too_long(path: Path) -> bool:
    """Return whether no file of this name can be, so that asking for it is an error."""
    try:
        path.lstat()
    except OSError as error:
        return error.errno == errno.ENAMETOOLONG
    return False


def project_of(spec: Path) -> Project:
    """Return the project of a spec: the nearest folder above it with a `pipec.yaml` or a `.git`."""
    folder = spec.resolve().parent
    for candidate in (folder, *folder.parents):
        if any((candidate / marker).exists() for marker in MARKERS):
            return Project(candidate)
    return Project(folder.parent if folder.name == PIPELINES_FOLDER else folder)
