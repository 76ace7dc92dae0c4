"""Venvs with the SDKs, one each, in `.conformance/` of the repository."""

import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENVS = HERE.parents[1] / ".conformance"


def requirements(sdk: str) -> Path:
    """Return the file with the pinned packages of an SDK."""
    return HERE / f"requirements-{sdk}.txt"


def python(sdk: str) -> Path:
    """Return the interpreter of an SDK's venv."""
    folder = "Scripts" if sys.platform == "win32" else "bin"
    return VENVS / sdk / folder / "python"


def is_current(sdk: str) -> bool:
    """Return whether the venv holds the packages that are pinned now."""
    stamp = VENVS / sdk / "requirements.txt"
    return stamp.is_file() and stamp.read_bytes() == requirements(sdk).read_bytes()


def ensure(sdk: str) -> Path:
    """Make the venv unless it is current, and return its interpreter."""
    if not is_current(sdk):
        # The stamp is written last, so that an installation that broke off is begun again.
        venv.create(VENVS / sdk, with_pip=True, clear=True)
        pip = [str(python(sdk)), "-m", "pip", "install", "--quiet", "-r", str(requirements(sdk))]
        subprocess.run(pip, check=True)
        (VENVS / sdk / "requirements.txt").write_bytes(requirements(sdk).read_bytes())
    return python(sdk)
