"""The files of a project at a commit, for verbs that look back."""

import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click


@contextmanager
def files_at(commit: str, inside: Path) -> Iterator[tuple[Path, Path]]:
    """Give the root of the repository around a path, and a folder with its files at a commit."""
    if commit.startswith("-"):
        raise click.UsageError(f"`{commit}` is no commit")
    root = Path(_git(inside, "rev-parse", "--show-toplevel").strip())
    name = _git(root, "rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}").strip()
    with tempfile.TemporaryDirectory(prefix="pipec-") as folder:
        archive = Path(folder) / "files.tar"
        _git(root, "archive", "--format=tar", f"--output={archive}", name)
        there = Path(folder) / root.name
        with tarfile.open(archive) as tar:
            # Links that lead out of the folder are left out with an error by this filter.
            tar.extractall(there, filter="data")
        yield root, there.resolve()


def _git(where: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - a list of words, of which no shell makes more
            ["git", "-C", str(where), *arguments],  # noqa: S607 - the user's own git
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise click.UsageError("--since needs git") from None
    if done.returncode:
        said = done.stderr.strip() or f"`git {arguments[0]}` finds no `{arguments[-1]}`"
        raise click.UsageError(said)
    return done.stdout
