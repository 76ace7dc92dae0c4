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
    # A line that is off by one is more likely than one that is off by a level.
    odd = [line for line in tried if _indent(lines[line]) % STEP]
    for line in [*odd, *(line for line in tried if line not in odd)]:
        for indent in _candidates(lines, line):
            changed = " " * indent + lines[line].lstrip()
            if reads("\n".join([*lines[:line], changed, *lines[line + 1 :]])) is None:
                return line, indent
    return None


def _lines_before(lines: list[str], at: int) -> Iterator[int]:
    """Iterate from a line upwards to the beginning of its section and the line above that."""
    for line in range(min(at, len(lines) - 1), max(-1, at - MOST_LINES_TRIED), -1):
        if _holds_something(lines[line]):
            yield line
            if line < at and _indent(lines[line]) == 0:
                return


def _candidates(lines: list[str], line: int) -> list[int]:
    above = next((each for each in reversed(lines[:line]) if _holds_something(each)), "")
    below = next((each for each in lines[line + 1 :] if _holds_something(each)), "")
    opens = above.split(" #")[0].rstrip().endswith(":")
    own = _indent(lines[line])
    found = [_indent(above) + STEP] if opens else [_indent(above)]
    found += [_indent(below), max(0, _indent(below) - STEP), max(0, _indent(above) - STEP)]
    return [indent for indent in dict.fromkeys(found) if indent != own]


def _holds_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
