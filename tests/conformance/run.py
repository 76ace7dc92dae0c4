"""Build the expected definitions with the SDKs; say which committed ones are stale.

python -m tests.conformance.run [--update] [CASE…]
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.conformance.cases import CASES, FOLDER, Case
from tests.conformance.venvs import ensure

HASH_SEED = {"PYTHONHASHSEED": "0", "PYTHONWARNINGS": "ignore"}


def main(arguments: list[str]) -> int:
    """Return 1 when an expected definition is not what the SDK makes now."""
    parser = argparse.ArgumentParser(description="Build the expected definitions with the SDKs.")
    parser.add_argument("case", nargs="*", help="only these cases")
    parser.add_argument("--update", action="store_true", help="write the expected definitions")
    options = parser.parse_args(arguments)
    unknown = set(options.case) - {case.name for case in CASES}
    if unknown:
        parser.error(f"unknown case: {', '.join(sorted(unknown))}")
    stale = 0
    for case in CASES:
        for sdk in case.sdks:
            if options.case and case.name not in options.case:
                continue
            stale += not _check(case, sdk, update=options.update)
    return 1 if stale else 0


def _check(case: Case, sdk: str, *, update: bool) -> bool:
    expected = case.expected(sdk)
    built = _build(case, sdk)
    label = f"{case.name} {sdk}"
    if expected.is_file() and expected.read_bytes() == built:
        _say(f"{label}: current")
        return True
    if update:
        expected.write_bytes(built)
        _say(f"{label}: written")
        return True
    _say(f"{label}: stale; run `python -m tests.conformance.run --update` and look at the diff")
    return False


def _build(case: Case, sdk: str) -> bytes:
    interpreter = ensure(sdk)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "definition.json"
        command = [str(interpreter), str(FOLDER / "emit.py"), sdk, case.name, str(path)]
        result = subprocess.run(
            command, env={**os.environ, **HASH_SEED}, capture_output=True, text=True, check=False
        )
        if result.returncode != 0:
            _say(result.stdout + result.stderr)
            message = f"{case.name} can't be built with SDK {sdk}"
            raise SystemExit(message)
        return path.read_bytes()


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
