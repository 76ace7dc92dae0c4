"""Edit a spec until it says what is deployed, each edit proved by compiling the result."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from compiler.definition import Json
from compiler.deploy.changes import Change
from compiler.deploy.steps import Step, steps_of
from compiler.diagnostics.diagnostic import Diagnostic, Diagnostics
from compiler.takeover.draft import Draft, Workshop, draft_of, is_progress
from compiler.takeover.edits import Edit, edits_between
from compiler.takeover.fields import field_texts
from compiler.takeover.other_targets import other_targets
from compiler.takeover.paths import ABSENT
from compiler.takeover.renames import renamed, renames
from compiler.takeover.requests import member_edits, request_texts
from compiler.takeover.spots import page_of
from compiler.takeover.tree import steps_in, tree_of
from compiler.takeover.view import View
from compiler.takeover.whole_steps import added, block_replaced, dropped, moved

# What comes before what, if both are to be done.
MOST_TEXTS = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Edited:
    """A spec with what was taken over, and what was not.

    `notes` are for people: what was given up to take something over, and why something is left.
    """

    text: str
    taken: tuple[Change, ...]
    left: tuple[Change, ...]
    notes: tuple[str, ...] = ()


Texts: TypeAlias = Iterator[str | None]


@dataclass(slots=True)
class _Search:
    workshop: Workshop
    draft: Draft
    force: bool
    notes: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    errors: dict[str, Diagnostic] = field(default_factory=dict)

    def view(self) -> View | None:
        """Return what the draft is edited with; None if the definition has not its form."""
        found = Diagnostics()
        ours = steps_in(self.draft.pipeline.definition, found)
        theirs = steps_in(self.workshop.deployed.definition, found)
        page = page_of(self.draft.text)
        if ours is None or theirs is None or page is None:
            return None
        pipeline = self.draft.pipeline
        triggers = [name for name, _ in pipeline.spec.triggers]
        types = pipeline.step_types
        return View(
            page=page,
            target=pipeline.target,
            now=tree_of(self.draft.wanted, ours, types, triggers),
            goal=tree_of(self.workshop.deployed, theirs, types, triggers),
        )

    def attempt(self, texts: Texts, about: str = "") -> bool:
        """Take the first of several texts that is progress."""
        tried = 0
        for text in texts:
            if text is None or text in self.seen or text == self.draft.text:
                continue
            if not self.force and self.gives_up_code(text):
                continue
            self.seen.add(text)
            tried += 1
            if tried > MOST_TEXTS:
                break
            after, errors = draft_of(text, self.workshop)
            if after is not None and is_progress(self.draft, after):
                self.draft = after
                self.seen.clear()
                return True
            for error in errors[:1]:
                self.errors.setdefault(about, error)
        return False

    def code_of(self, name: str) -> str | None:
        """Return where the code of a step is that the spec brings, None if it brings none."""
        pipeline = self.draft.pipeline
        code = pipeline.code.by_step.get(name)
        return code.artifact.prefix(pipeline.storage, pipeline.name) if code is not None else None

    def gives_up_code(self, text: str) -> bool:
        """Return whether a text has the address of code that the spec brings itself."""
        return any(
            text.count(prefix) > self.draft.text.count(prefix)
            for prefix in map(self.code_of, self.draft.pipeline.code.by_step)
            if prefix is not None
        )

    def is_code(self, name: str | None, value: object) -> bool:
        """Return whether a value tells where the code of a step is."""
        prefix = self.code_of(name) if name is not None and not self.force else None
        return prefix is not None and value is not ABSENT and prefix in json.dumps(value)

    def run(self) -> None:
        """Take over what can be, the faithful ways first."""
        if self.draft.changes:
            self.take_renames()
        for phase in (self.take_structure, self.take_fields, self.take_bundles, self.take_requests):
            while self.draft.changes and phase():
                while self.draft.changes and (self.take_structure() or self.take_fields()):
                    pass
        while self.draft.changes and self.take_blocks():
            while self.draft.changes and (self.take_structure() or self.take_fields()):
                pass

    def steps(self) -> tuple[dict[str, Step], dict[str, Step]]:
        """Return the steps as they are wanted and as they are deployed."""
        return steps_of(self.draft.wanted.definition), steps_of(self.workshop.deployed.definition)

    def take_renames(self) -> bool:
        progress = False
        for name, new in renames(*self.steps()):
            view = self.view()
            if view is not None:
                progress |= self.attempt(iter([renamed(view, name, new)]), name)
        return progress

    def take_structure(self) -> bool:
        """Add, remove and move whole steps."""
        progress = False
        for change in self.draft.changes:
            is_moved = any(each.path == "place" for each in change.differences)
            ways = {"add": added, "remove": dropped, "change": moved}
            if change.kind != "step" or (change.verb == "change" and not is_moved):
                continue
            view = self.view()
            if view is not None and change in self.draft.changes:
                progress |= self.attempt(ways[change.verb](view, change.name), change.name)
        return progress

    def edits(self, view: View) -> list[Edit]:
        """Return the edits that may help, by what differs."""
        changed = {(change.kind, change.name) for change in self.draft.changes}
        kinds = {kind for kind, _ in changed}
        return [
            edit
            for edit in edits_between(view.now.fields, view.goal.fields)
            if not edit.is_whole_step
            and not self.is_code(edit.step, edit.old)
            and (("step", edit.step) in changed if edit.step is not None else kinds - {"step"})
        ]

    def take_fields(self) -> bool:
        """Edit one field after the other."""
        progress = False
        failed: list[Edit] = []
        while (view := self.view()) is not None and self.draft.changes:
            for edit in self.edits(view):
                if edit in failed:
                    continue
                if self.attempt(field_texts(view, edit), edit.step or ""):
                    progress = True
                    break
                failed.append(edit)
            else:
                break
        return progress

    def take_bundles(self) -> bool:
        """Edit several fields at once that only together make sense: a step's, then all."""
        view = self.view()
        if view is None:
            return False
        edits = self.edits(view)
        steps = dict.fromkeys(edit.step for edit in edits)
        groups = [[edit for edit in edits if edit.step == step] for step in steps]
        for group in [*groups, edits]:
            if len(group) > 1 and self.attempt(iter([_together(view, group)])):
                return True
        return self.attempt(iter([self._all(view, edits)]))

    def _all(self, view: View, edits: list[Edit]) -> str | None:
        """Return the text in which all that is left is done, steps as a whole among it."""
        here: View | None = view
        for change in self.draft.changes:
            if change.kind == "step" and change.verb != "change" and here is not None:
                ways = added if change.verb == "add" else dropped
                text = next((each for each in ways(here, change.name) if each is not None), None)
                here = here.on(text) if text is not None else here
        return _together(here, edits) if here is not None else None

    def take_requests(self) -> bool:
        """Say in the requests of steps what no field could."""
        progress = False
        for name in [each.name for each in self.draft.changes if each.kind == "step"]:
            before, after = (steps.get(name) for steps in self.steps())
            if before is None or after is None:
                continue
            for path, new in list(member_edits(before.arguments, after.arguments)):
                view = self.view()
                if view is None or self.is_code(name, _at(dict(before.arguments), path)):
                    continue
                progress |= self.attempt(request_texts(view, name, path, new), name)
        return progress

    def take_blocks(self) -> bool:
        """Replace the whole of steps, if they have no code of their own."""
        progress = False
        for change in self.draft.changes:
            view = self.view()
            if change.kind != "step" or change.verb != "change" or view is None:
                continue
            has_code = self.code_of(change.name) is not None
            if has_code and not self.force:
                continue
            if self.attempt(block_replaced(view, change.name), change.name):
                progress = True
                lost = ", its code and what else it had" if has_code else ""
                self.notes.append(f"step `{change.name}` was replaced as a whole{lost}")
        return progress


def _together(view: View, edits: list[Edit]) -> str | None:
    """Return the text after the first way of each edit."""
    here: View | None = view
    for edit in edits:
        if here is None:
            return None
        text = next((each for each in field_texts(here, edit) if each is not None), None)
        here = here.on(text) if text is not None else here
    return here.text if here is not None else None


def _at(value: Json, path: tuple[str | int, ...]) -> Json:
    for key in path:
        value = value.get(str(key)) if isinstance(value, dict) else None
    return value


def take_over(text: str, workshop: Workshop, *, force: bool = False) -> Edited | None:
    """Return a spec with what is deployed in it, None if it does not compile as it is."""
    draft, _ = draft_of(text, workshop)
    if draft is None:
        return None
    search = _Search(workshop, draft, force)
    search.run()
    target = draft.pipeline.target
    others = [
        f"target `{name}` is changed by this too"
        for name in other_targets(text, search.draft.text, workshop, target)
    ]
    left = {(each.kind, each.name, each.verb) for each in search.draft.changes}
    return Edited(
        text=search.draft.text,
        taken=tuple(
            each for each in draft.changes if (each.kind, each.name, each.verb) not in left
        ),
        left=search.draft.changes,
        notes=(*search.notes, *_reasons(search), *others),
    )


def _reasons(search: _Search) -> Iterator[str]:
    for change in search.draft.changes:
        error = search.errors.get(change.name)
        if change.kind != "step":
            continue
        code = search.code_of(change.name)
        if error is not None:
            yield f"step `{change.name}`: {error.message}"
        elif code is not None and change.verb == "change" and not search.force:
            yield f"step `{change.name}` has code of its own, which --force gives up"
