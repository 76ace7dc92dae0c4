"""Instance types with a disk of their own, which SageMaker encrypts by itself and with no key."""

import re

# After the SDK, which leaves the key of the volume out for these.
FAMILIES = re.compile(r"ml\.(g4dn|g5|g6|g6e|p4d|p4de|p5|p5e|p5en|[cmr][5-7]g?d)\.")


def has_local_disk(instance_type: object) -> bool:
    """Return whether machines of a type have a disk of their own."""
    return isinstance(instance_type, str) and FAMILIES.match(instance_type) is not None
