"""Source files and places in them."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

OTHER_LINE_ENDS = ("\x85", "\u2028", "\u2029")


@dataclass(frozen=True, eq=False)
class SourceFile:
    """A text and the name it is shown under, which is relative to the project and uses `/`."""

    name: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends, of which libyaml knows more than the line feed."""
        text = self.text
        for end in OTHER_LINE_ENDS:
            text = text.replace(end, "\n")
        return text.split("\n")

    @cached_property
    def line_starts(self) -> list[int]:
        """The offset in the text at which each line begins."""
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line) + 1)
        return starts

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a 0-based line and column."""
        return self.line_starts[min(line, len(self.lines))] + column

    def span(self, start: int, end: int) -> "Span":
        """Return the span between two offsets of the text, or up to its end."""
        start, end = min(start, len(self.text)), min(end, len(self.text))
        line, column = self._position(start)
        end_line, end_column = self._position(max(start, end))
        return Span(self, line, column, end_line, end_column)

    def _position(self, offset: int) -> tuple[int, int]:
        low, high = 0, len(self.lines) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self.line_starts[middle] <= offset:
                low = middle
            else:
                high = middle - 1
        return low, offset - self.line_starts[low]


class Span(NamedTuple):
    """A range of a source file; lines and columns count from 0, the end is exclusive.

    A tuple and not a dataclass, since a document makes a hundred thousand of them.
    """

    source: SourceFile
    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def text(self) -> str:
        """The text that the span covers."""
        start = self.source.offset(self.line, self.column)
        return self.source.text[start : self.source.offset(self.end_line, self.end_column)]

    @property
    def position(self) -> str:
        """The place as people write it: `file:line:column`, counted from 1."""
        return f"{self.source.name}:{self.line + 1}:{self.column + 1}"

    @property
    def last_line(self) -> int:
        """The line of the last character: a block of text ends at the start of the next line."""
        return max(self.line, self.end_line - (self.end_column == 0))

    def first_line(self) -> "Span":
        """Cut the span down to its first line."""
        if self.end_line == self.line:
            return self
        width = len(self.source.lines[self.line].rstrip())
        return self._replace(end_line=self.line, end_column=max(width, self.column + 1))
