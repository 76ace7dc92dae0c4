"""Write the definition of one case as one SDK makes it; runs in the venv of that SDK."""

import json
import sys
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(sdk: str, case: str, path: str) -> None:
    """Write the definition to a file; standard output is the SDK's, which writes its log there."""
    # Not `tests.conformance`: packages that the SDKs bring install a `tests` of their own.
    sys.path.insert(0, str(HERE))
    import_module("offline").cut_off()
    file = HERE / case / "facts.json"
    facts = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    pipeline = import_module(f"{case}.{sdk}").build(facts)
    definition = json.loads(pipeline.definition())
    text = json.dumps(definition, indent=2, sort_keys=True)
    Path(path).write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
