"""Reading an HTML page back: its elements, its text, and whether everything is closed."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(("meta", "link", "br", "img", "input", "hr", "base"))


@dataclass(slots=True)
class Page:
    """What a page consists of."""

    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def values(self, attribute: str) -> list[str]:
        """Return the values of an attribute on all elements that have it."""
        return [a[attribute] or "" for _, a in self.elements if attribute in a]

    def count(self, tag: str) -> int:
        """Return how many elements of that name there are."""
        return sum(name == tag for name, _ in self.elements)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len(dict(attrs)) < len(attrs):
            self.page.faults.append(f"<{tag}> has an attribute twice")
        self.page.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.page.faults.append(f"</{tag}> in {self.open[-3:]}")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if "style" not in self.open and data.strip():
            self.page.text.append(" ".join(data.split()))


def read_page(html: str) -> Page:
    """Parse a page; `faults` is empty when every element is closed where it should be."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.page.faults += [f"<{tag}> is not closed" for tag in reader.open]
    return reader.page
