"""Where in a text a field stands: the way from the root of a spec to a value."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from compiler.document.outline import MERGE, Anchors, Entry, Part, anchors_in, outline
from compiler.spec.shape import ListShape, ObjectShape, Shape
from compiler.takeover.forms import Forms
from compiler.takeover.paths import Key, Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """A value, what holds it, and its shape; `index` is that of its entry or item there."""

    part: Part
    shape: Shape
    above: "Spot | None" = None
    index: int = 0
    in_flow: bool = False

    @property
    def entry(self) -> Entry | None:
        """The entry of a mapping whose value it is."""
        holder = self.above.part if self.above is not None else None
        if holder is None or holder.kind != "mapping":
            return None
        return holder.entries[self.index]


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A text that can be read, and what stands where in it."""

    text: str
    root: Part
    anchors: Anchors


def page_of(text: str) -> Page | None:
    """Return a text with its outline, None if it has none."""
    root = outline(text)
    if root is None or root.kind != "mapping":
        return None
    return Page(text=text, root=root, anchors=anchors_in(root))


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """How far a path goes in a text; `left` is what of it does not stand there."""

    spot: Spot
    left: Path

    @property
    def is_whole(self) -> bool:
        """Whether all of the path stands there."""
        return not self.left


def ways(page: Page, path: Path, forms: Forms) -> Iterator[Way]:
    """Yield how far a path goes: through aliases to what they stand for, then up to them."""
    start = Spot(part=page.root, shape=forms.at(()))
    for follows in (True, False):
        met: list[Part] = []
        way = _way(page, start, path, forms, met if follows else None)
        yield way
        if not met:
            return


def _way(page: Page, spot: Spot, path: Path, forms: Forms, met: list[Part] | None) -> Way:
    """Follow a path; the aliases on it are gone through and noted in `met`, unless that is None."""
    for position, key in enumerate(path):
        if spot.part.kind == "alias":
            found = page.anchors.of(spot.part) if met is not None else None
            if found is None or met is None:
                return Way(spot=spot, left=path[position:])
            met.append(spot.part)
            spot = Spot(part=found, shape=spot.shape, in_flow=_is_in_flow(page, found))
        shape = forms.at(path[: position + 1])
        following = _below(spot, key, shape) or _merged(page, spot, key, shape, met)
        if following is None:
            return Way(spot=spot, left=path[position:])
        spot = following
    if spot.part.kind == "alias" and met is not None:
        found = page.anchors.of(spot.part)
        if found is not None:
            met.append(spot.part)
            spot = Spot(part=found, shape=spot.shape, in_flow=_is_in_flow(page, found))
    return Way(spot=spot, left=())


def _below(spot: Spot, key: Key, shape: Shape) -> Spot | None:
    part = spot.part
    if part.kind == "mapping" and isinstance(key, str):
        for index, entry in enumerate(part.entries):
            if entry.key == key:
                return _held(spot, entry.value, shape, index)
    if part.kind == "sequence" and isinstance(key, int) and key < len(part.items):
        return _held(spot, part.items[key], shape, key)
    is_one = isinstance(spot.shape, ListShape) and spot.shape.or_one
    if is_one and key == 0 and part.kind != "sequence":
        return replace(spot, shape=shape)
    is_bare = isinstance(spot.shape, ObjectShape) and spot.shape.shorthand == key
    if is_bare and part.kind == "scalar" and part.text:
        return replace(spot, shape=shape)
    return None


def _merged(page: Page, spot: Spot, key: Key, shape: Shape, met: list[Part] | None) -> Spot | None:
    """Return a member that a merged mapping gives."""
    if met is None or spot.part.kind != "mapping":
        return None
    merge = spot.part.entry(MERGE)
    for alias in _aliases(merge.value) if merge is not None else ():
        found = page.anchors.of(alias)
        if found is None:
            continue
        base = Spot(part=found, shape=spot.shape, in_flow=_is_in_flow(page, found))
        below = _below(base, key, shape)
        if below is not None:
            met.append(alias)
            return below
    return None


def _aliases(part: Part) -> tuple[Part, ...]:
    listed = part.items if part.kind == "sequence" else (part,)
    return tuple(each for each in listed if each.kind == "alias")


def _held(spot: Spot, part: Part, shape: Shape, index: int) -> Spot:
    return Spot(
        part=part, shape=shape, above=spot, index=index, in_flow=spot.in_flow or spot.part.is_flow
    )


def _is_in_flow(page: Page, part: Part) -> bool:
    """Return whether a value stands within `{…}` or `[…]`."""
    here = page.root
    while here is not part:
        if here.is_flow:
            return True
        below = [*(entry.value for entry in here.entries), *here.items]
        here = next(each for each in below if each.outer <= part.outer and part.end <= each.end)
    return False
