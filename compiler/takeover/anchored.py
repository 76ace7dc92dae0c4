"""Values with anchors: another place for an anchor, so that its value can change or go."""

from compiler.document.outline import Part, value_of
from compiler.document.write import inline
from compiler.takeover.put import spliced
from compiler.takeover.spots import Spot
from compiler.takeover.view import View


def anchored_around(spot: Spot) -> list[Part]:
    """Return what has an anchor among a value and all that holds it."""
    found = []
    here: Spot | None = spot
    while here is not None:
        if here.part.anchor is not None and here.part not in found:
            found.append(here.part)
        here = here.above
    return found


def freed(view: View, part: Part) -> View | None:
    """Return a view in which the anchors in and at a value stand at the first of their aliases.

    None if no alias outside stands for any of them.
    """
    inside = [each for each in view.page.anchors.named if part.outer <= each.outer < part.end]
    text = view.text
    for each in reversed(inside):
        outside = [
            alias
            for alias in _aliases(view.page.root)
            if view.page.anchors.of(alias) == each and not part.outer <= alias.outer < part.end
        ]
        if not outside:
            continue
        first = outside[0]
        said = inline(value_of(each, view.page.anchors), in_flow=True)
        text = spliced(text, first.start, first.end, f"&{each.anchor} {said}")
        text = spliced(text, each.outer, each.start, "")
    return view.on(text) if text != view.text else None


def _aliases(part: Part) -> list[Part]:
    below = [*(entry.value for entry in part.entries), *part.items]
    return [part] if part.kind == "alias" else [each for one in below for each in _aliases(one)]
