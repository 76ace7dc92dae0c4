"""Which other targets of a spec an edit changes too."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from compiler.deploy.changes import changes
from compiler.takeover.draft import Workshop, draft_of
from compiler.takeover.forms import TARGETS
from compiler.takeover.spots import page_of
from compiler.takeover.view import value_at


def other_targets(before: str, after: str, workshop: Workshop, target: str) -> Iterator[str]:
    """Yield the names of targets for which a spec has come to say something else."""
    page = page_of(after)
    targets = value_at(page, (TARGETS,)) if page is not None else None
    for name in targets if isinstance(targets, Mapping) else ():
        if name == target:
            continue
        of_target = replace(workshop, target=str(name))
        old, new = (draft_of(text, of_target)[0] for text in (before, after))
        if old is None or new is None:
            if (old is None) != (new is None):
                yield str(name)
        elif next(changes(old.wanted, new.wanted, ""), None) is not None:
            yield str(name)
