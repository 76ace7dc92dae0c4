"""The type of parsed JSON, of which nothing is known before it is looked at."""

from typing import Any, TypeAlias

Json: TypeAlias = Any
