"""What an edit is made with: the text, its target, and the fields as they are and are to be."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from compiler.document.outline import value_of
from compiler.spec.pipeline import DefaultsSpec
from compiler.spec.shape import ObjectShape, fields_of
from compiler.takeover.forms import TARGETS
from compiler.takeover.paths import ABSENT, Path, at
from compiler.takeover.spots import Page, Spot, Way, page_of, ways
from compiler.takeover.tree import Tree

DEFAULTS = "defaults"
DEFAULT_FIELDS = frozenset(field.key for field in fields_of(DefaultsSpec))


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """A spec as text for one target; `now` is what it says, `goal` what it is to say."""

    page: Page
    target: str
    now: Tree
    goal: Tree

    @property
    def text(self) -> str:
        """The text of the spec."""
        return self.page.text

    def ways(self, path: Path) -> Iterator[Way]:
        """Yield how far a path goes in the text."""
        return ways(self.page, path, self.now.forms)

    def spot(self, path: Path) -> Spot | None:
        """Return what stands at a path, None if nothing does."""
        way = next(self.ways(path))
        return way.spot if way.is_whole else None

    def value(self, path: Path) -> Any:
        """Return what the text says at a path, ABSENT if nothing."""
        return value_at(self.page, path)

    def on(self, text: str) -> "View | None":
        """Return the view of a text that was edited, None if it can't be read."""
        page = page_of(text)
        if page is None:
            return None
        return View(page=page, target=self.target, now=self.now, goal=self.goal)

    @property
    def overlay(self) -> Path:
        """The path of what is different for the target."""
        return (TARGETS, self.target)

    def places(self, path: Path) -> list[Path]:
        """Return where a field may stand, what more steps share first.

        That is the defaults for what a step does not say itself, the target for what it says, and
        the place of the field.
        """
        found: list[Path] = []
        if path[0] == "steps" and len(path) > 2 and path[2] in DEFAULT_FIELDS:
            own = self.value(path[:3])
            of_target = self.value((*self.overlay, *path[:3]))
            if own is ABSENT and of_target is ABSENT:
                found += [
                    (*prefix, DEFAULTS, *path[2:])
                    for prefix in (self.overlay, ())
                    if self.value((*prefix, DEFAULTS, path[2])) is not ABSENT
                ]
        owner = path[:3] if path[0] == "steps" else path[:1]
        if self.value((*self.overlay, *owner)) is not ABSENT:
            found.append((*self.overlay, *path))
        return [*found, path]

    def default(self, field: str) -> Any:
        """Return the default of a field in this target, ABSENT if there is none."""
        for path in ((*self.overlay, DEFAULTS, field), (DEFAULTS, field)):
            value = self.value(path)
            if value is not ABSENT:
                return value
        return ABSENT


def value_at(page: Page, path: Path) -> Any:
    """Return what a text says at a path, ABSENT if nothing."""
    return at(value_of(page.root, page.anchors), path)


def after(spot: Spot, key: str) -> str | None:
    """Return behind which member another belongs: the one declared last before it."""
    if not isinstance(spot.shape, ObjectShape):
        return None
    order = [field.key for field in fields_of(spot.shape.spec)]
    if key not in order:
        return None
    there = {entry.key for entry in spot.part.entries}
    return next((each for each in reversed(order[: order.index(key)]) if each in there), None)
