"""The least that a compiler of YAML can do: parse the text with libyaml and write it as JSON."""

import json
import sys
from pathlib import Path
from typing import Any

import yaml


def copy_as_json(text: str) -> str:
    """Return the document as JSON; all scalars stay texts."""
    return json.dumps(_plain(yaml.compose(text, yaml.CSafeLoader)), indent=2)


def _plain(node: Any) -> Any:
    match node:
        case yaml.MappingNode():
            return {key.value: _plain(value) for key, value in node.value}
        case yaml.SequenceNode():
            return [_plain(item) for item in node.value]
    return node.value


if __name__ == "__main__":
    text = copy_as_json(Path(sys.argv[1]).read_text(encoding="utf-8"))
    Path(sys.argv[2]).write_text(text, encoding="utf-8")
