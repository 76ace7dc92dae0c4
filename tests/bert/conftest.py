"""Put the templates' plain modules on the import path, as they lie beside a generated entry."""

import sys
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "templates"

sys.path.append(str(TEMPLATES / "_shared"))
sys.path += [str(folder) for folder in sorted((TEMPLATES / "bert").iterdir()) if folder.is_dir()]
sys.path.append(str(Path(__file__).parents[2] / "demo"))
