"""The colours of all pictures, light and dark, as CSS variables."""

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "page": "#f6f7f9",
    "surface": "#ffffff",
    "sunken": "#f0f2f5",
    "ink": "#1a2030",
    "muted": "#5d6678",
    "line": "#d9dde5",
    "edge": "#9aa3b2",
    "accent": "#2b62c4",
    "data": "#2b62c4",
    "learn": "#7443c4",
    "model": "#0b7a69",
    "decide": "#9a6206",
    "call": "#55607a",
    "stop": "#b93232",
    "good": "#167a4b",
    "bad": "#c22f2f",
    "busy": "#2b62c4",
    "halt": "#9a6206",
    "idle": "#7c8596",
    "on-status": "#ffffff",
}
DARK: Mapping[str, str] = {
    "page": "#11141a",
    "surface": "#191d25",
    "sunken": "#222731",
    "ink": "#e6e9f0",
    "muted": "#9aa4b6",
    "line": "#323946",
    "edge": "#66718a",
    "accent": "#7fa8f5",
    "data": "#7fa8f5",
    "learn": "#b596f2",
    "model": "#4fc4ae",
    "decide": "#dcab57",
    "call": "#a3aec6",
    "stop": "#f08a84",
    "good": "#52c48c",
    "bad": "#f37f79",
    "busy": "#7fa8f5",
    "halt": "#dcab57",
    "idle": "#8791a5",
    "on-status": "#11141a",
}


def palette_style(selector: str) -> str:
    """Return the rules that give a selector the colours: dark where preferred, light on paper."""
    light, dark = (_declarations(colours) for colours in (LIGHT, DARK))
    return (
        f"{selector}{{{light}color-scheme:light dark}}"
        f"@media screen and (prefers-color-scheme:dark){{{selector}{{{dark}}}}}"
    )


def _declarations(colours: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in colours.items())
