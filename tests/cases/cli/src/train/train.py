"""Add the numbers up."""

import argparse
import os
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--factor", type=int)
parser.add_argument("--broken")
options = parser.parse_args()
if options.broken.lower() == "true":
    raise SystemExit("this script was told to fail")
text = Path(os.environ["SM_CHANNEL_NUMBERS"], "kept.txt").read_text()
total = options.factor * sum(map(int, text.split()))
print(f"total={total}")
Path(os.environ["SM_MODEL_DIR"], "total.txt").write_text(str(total))
