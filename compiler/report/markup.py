"""Elements of SVG and HTML as text, with everything that is not markup escaped."""

from collections.abc import Mapping
from html import escape

from compiler.report.lettering import visible

Attribute = str | float | None


def element(name: str, attributes: Mapping[str, Attribute], *children: str) -> str:
    """Return an element with its attributes escaped (None: left out); children are markup."""
    written = "".join(
        f' {key}="{value if isinstance(value, str) else number(value)}"'
        for key, value in ((k, _quoted(v)) for k, v in attributes.items())
        if value is not None
    )
    inside = "".join(children)
    return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"


def text(value: str) -> str:
    """Return text as markup."""
    return escape(visible(value), quote=False)


def number(value: float) -> str:
    """Write a coordinate: two decimals at most, none when it is whole."""
    rounded = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if rounded in ("-0", "") else rounded


def _quoted(value: Attribute) -> Attribute:
    return escape(visible(value), quote=True) if isinstance(value, str) else value
