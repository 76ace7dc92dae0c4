"""Ask the SDKs for every image and compare: their answers as committed, and ours.

python -m tests.images.oracle [--update]
"""

import argparse
import json
import lzma
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from compiler.sagemaker.images.table import PATH
from compiler.sagemaker.images.update import find_source, table_text
from tests.conformance.venvs import VENVS, ensure
from tests.images.combinations import Request
from tests.images.comparison import answer, reason, reason_v2

HERE = Path(__file__).parent
ANSWERS = HERE / "answers.txt.xz"
SAMPLE = HERE / "sample.txt"
EVERY = 499
REASONS = {"v3": reason, "v2": reason_v2}
SHOWN = 20


def main(arguments: list[str]) -> int:
    """Return 1 when the table or the committed answers are stale, or an answer is wrong."""
    parser = argparse.ArgumentParser(description="Compare all images with the SDKs.")
    parser.add_argument("--update", action="store_true", help="write table and answers")
    options = parser.parse_args(arguments)
    ensure("v3")
    failed = not _current(PATH, table_text(find_source(VENVS / "v3")).encode(), options.update)
    for sdk in REASONS:
        asked = _ask(sdk)
        failed |= not _agree(sdk, asked)
        if sdk == "v3":
            failed |= not _committed(asked, options.update)
    return 1 if failed else 0


def _ask(sdk: str) -> list[tuple[Request, str]]:
    """Return every request with the SDK's answer."""
    interpreter = ensure(sdk)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers"
        command = [str(interpreter), "-W", "ignore", str(HERE / "emit.py"), sdk, str(path)]
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": "0"}, check=True)
        lines = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    return [(json.loads(request), uri) for request, uri in lines]


def _agree(sdk: str, asked: list[tuple[Request, str]]) -> bool:
    """Say how many answers are ours too, and why the others are not."""
    reasons: Counter[str] = Counter()
    wrong = []
    for request, theirs in asked:
        ours = answer(request)
        if ours == theirs:
            continue
        why = REASONS[sdk](request, theirs, ours)
        if why is None:
            wrong.append((request, theirs, ours))
        else:
            reasons[why] += 1
    same = len(asked) - len(wrong) - reasons.total()
    print(f"images {sdk}: {same} of {len(asked)} equal, {len(wrong)} wrong")
    for why, count in reasons.most_common():
        print(f"  {count} differ: {why}")
    for request, theirs, ours in wrong[:SHOWN]:
        print(f"  wrong: {json.dumps(request)}\n    SDK  {theirs}\n    ours {ours}")
    return not wrong


def _committed(asked: list[tuple[Request, str]], update: bool) -> bool:
    answers = "".join(f"{uri}\n" for _, uri in asked)
    found = [(request, uri) for request, uri in asked if uri != "-"][::EVERY]
    sample = "".join(f"{json.dumps(request)}\n  {uri}\n" for request, uri in found)
    # Compared unpacked, because another version of liblzma may pack otherwise.
    packed = ANSWERS.read_bytes() if ANSWERS.is_file() else b""
    if not packed or lzma.decompress(packed) != answers.encode():
        packed = lzma.compress(answers.encode(), preset=9 | lzma.PRESET_EXTREME)
    return _current(ANSWERS, packed, update) & _current(SAMPLE, sample.encode(), update)


def _current(path: Path, content: bytes, update: bool) -> bool:
    if path.is_file() and path.read_bytes() == content:
        print(f"images {path.name}: current")
        return True
    if update:
        path.write_bytes(content)
        print(f"images {path.name}: written")
        return True
    print(f"images {path.name}: stale; run `python -m tests.images.oracle --update`")
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
