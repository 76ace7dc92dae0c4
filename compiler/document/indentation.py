"""Find the line whose indentation keeps a text from being YAML."""

from collections.abc import Callable, Iterator

MOST_LINES_TRIED = 80
MOST_LINES_READ = 3000
STEP = 2


def misindented_line(
    lines: list[str], at: int, reads: Callable[[str], int | None]
) -> tuple[int, int] | None:
    """Return the line, and the indentation with which the text can be read.

    `reads` returns the line where reading a text fails, None where it does not; `at` is the line
    where it fails now.
    """
    if len(lines) > MOST_LINES_READ:
        return None
    tried = list(_lines_before(lines, at))
    trials = [(line, indent) for line in tried for indent in _candidates(lines, line)]
    # First what would agree with the lines around it, of those the first: YAML complains late.
    agreeing = [
        (line, indent)
        for line, indent in trials
        if _agrees(lines, line, indent) and not _agrees(lines, line, _indent(lines[line]))
    ]
    agreeing.sort(key=lambda trial: (_opens(lines[trial[0]]), trial))
    for line, indent in dict.fromkeys([*agreeing, *trials]):
        changed = " " * indent + lines[line].lstrip()
        if reads("\n".join([*lines[:line], changed, *lines[line + 1 :]])) is None:
            return line, indent
    return None


def _agrees(lines: list[str], line: int, indent: int) -> bool:
    """Return whether a line would be where those above and below it let one expect it."""
    above, below = _neighbours(lines, line)
    fits_above = indent == _indent(above) + STEP if _opens(above) else indent <= _indent(above)
    if _opens(lines[line]):
        return fits_above and _indent(below) == indent + STEP
    return fits_above and _indent(below) <= indent


def _lines_before(lines: list[str], at: int) -> Iterator[int]:
    """Iterate from a line upwards to the beginning of its section and the line above that."""
    for line in range(min(at, len(lines) - 1), max(-1, at - MOST_LINES_TRIED), -1):
        if _holds_something(lines[line]):
            yield line
            if line < at and _indent(lines[line]) == 0:
                return


def _candidates(lines: list[str], line: int) -> list[int]:
    above, below = _neighbours(lines, line)
    own = _indent(lines[line])
    found = [_indent(above) + STEP] if _opens(above) else [_indent(above)]
    found += [_indent(below), max(0, _indent(below) - STEP), max(0, _indent(above) - STEP)]
    return [indent for indent in dict.fromkeys(found) if indent != own]


def _neighbours(lines: list[str], line: int) -> tuple[str, str]:
    above = next((each for each in reversed(lines[:line]) if _holds_something(each)), "")
    below = next((each for each in lines[line + 1 :] if _holds_something(each)), "")
    return above, below


def _opens(line: str) -> bool:
    return line.partition(" #")[0].rstrip().endswith(":")


def _holds_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
