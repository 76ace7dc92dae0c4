"""Keep the lines that are numbers."""

import os
from pathlib import Path

base = Path(os.environ.get("PROCESSING_BASE_DIR", "/opt/ml/processing"))
lines = (base / "input/raw/numbers.txt").read_text().split()
(base / "output/numbers/kept.txt").write_text("\n".join(filter(str.isdigit, lines)))
