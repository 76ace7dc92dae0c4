"""The files of a project at a commit, for verbs that look back."""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click


@contextmanager
def files_at(commit: str, inside: Path) -> Iterator[tuple[Path, Path]]:
    """Give the root of the repository around a path, and a folder with its files at a commit.

    The files are written from an index of their own, so nothing of the repository changes, no hook
    runs, and what `git archive` would leave out is there.
    """
    if commit.startswith("-"):
        raise click.UsageError(f"`{commit}` is no commit")
    root = Path(_git(inside, "rev-parse", "--show-toplevel").strip()).resolve()
    name = _git(root, "rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}").strip()
    with tempfile.TemporaryDirectory(prefix="pipec-") as folder:
        there = Path(folder).resolve() / root.name
        there.mkdir()
        own = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        _git(root, "read-tree", name, more=own)
        _git(root, "checkout-index", "--all", "--force", f"--prefix={there}{os.sep}", more=own)
        # As in the repository itself, its top is the root of a project that has no other mark.
        (there / ".git").touch()
        yield root, there


def _git(where: Path, *arguments: str, more: Mapping[str, str] | None = None) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - a list of words, of which no shell makes more
            ["git", "-C", str(where), *arguments],  # noqa: S607 - the user's own git
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **(more or {})},
        )
    except FileNotFoundError:
        raise click.UsageError("--since needs git") from None
    if done.returncode:
        said = done.stderr.strip() or f"`git {arguments[0]}` finds no `{arguments[-1]}`"
        raise click.UsageError(said)
    return done.stdout
