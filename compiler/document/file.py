"""Read the bytes of a file, if it is one: pipes and devices have no end that is sure to come."""

import errno
from pathlib import Path


def read_regular(path: Path) -> bytes:
    """Return the bytes of a regular file; raises OSError, for a pipe or a device as well."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.EINVAL, "it is a pipe or a device", str(path))
    return path.read_bytes()
