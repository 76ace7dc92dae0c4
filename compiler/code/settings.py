"""A project's settings: what its `pipec.yaml` says, read and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from typing import cast

from compiler.code.project import SETTINGS, Project
from compiler.diagnostics import codes
from compiler.diagnostics.codes import IGNORABLE, Code, code_named
from compiler.diagnostics.diagnostic import Diagnostic, Diagnostics, Related
from compiler.diagnostics.ignore import Level, hint_for_code, refusal
from compiler.diagnostics.span import Span
from compiler.document.file import read_regular, report_unreadable
from compiler.document.node import MappingNode, mapping_of, text_of
from compiler.document.read import decode, read_document
from compiler.schema.validate import validate_against
from compiler.spec.project import LEVELS, ProjectSpec


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What holds for all specs of a project, and what is wrong with how it says so.

    `policy` is a `PolicySpec`, of which nothing is loaded where there is none; `enforced` are the
    codes that it lets nobody ignore, and where it says so.
    """

    levels: Mapping[Code, Level] = field(default_factory=dict)
    policy: object | None = None
    enforced: Mapping[Code, Span] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()


def settings_of(project: Project) -> Settings:
    """Return the settings of a project; without a `pipec.yaml`, or with an empty one, none."""
    path = project.root / SETTINGS
    try:
        content = read_regular(path)
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        diagnostics = Diagnostics()
        report_unreadable(SETTINGS, error, diagnostics)
        return Settings(diagnostics=tuple(diagnostics))
    return _read(content)


# By content, so that a project's settings are read once for all its specs and their mistakes are
# the same for each, and yet a change is never missed.
@lru_cache(maxsize=16)
def _read(content: bytes) -> Settings:
    diagnostics = Diagnostics()
    source = decode(SETTINGS, content, diagnostics)
    document = None
    if source is not None:
        document = read_document(source, diagnostics, may_be_empty=True)
    if document is None:
        return Settings(diagnostics=tuple(diagnostics))
    validate_against(ProjectSpec, document.root, diagnostics)
    stated = mapping_of(document.root.get("policy"))
    policy, enforced = _policy(stated, diagnostics) if stated is not None else (None, {})
    rules = mapping_of(document.root.get("rules"))
    levels = _levels(rules, enforced, diagnostics) if rules is not None else {}
    return Settings(levels=levels, policy=policy, enforced=enforced, diagnostics=tuple(diagnostics))


def _policy(
    stated: MappingNode, diagnostics: Diagnostics
) -> tuple[object | None, Mapping[Code, Span]]:
    # Most projects have no policy, and need not wait until what reads one is loaded.
    read = import_module("compiler.code.policy").read_policy(stated, diagnostics)
    return read.spec, read.enforced


def _levels(
    rules: MappingNode, enforced: Mapping[Code, Span], diagnostics: Diagnostics
) -> dict[Code, Level]:
    """Return the levels that can be followed; those that the schema refuses are reported by it."""
    levels: dict[Code, Level] = {}
    places: dict[Code, Span] = {}
    for word, node in rules.members.items():
        code, place, level = code_named(word), rules.key_span(word), text_of(node)
        if code is None:
            message = f"there is no code `{word}`"
            diagnostics.add(codes.UNKNOWN_CODE, message, place, hint=hint_for_code(word))
        elif code in places:
            diagnostics.add(
                codes.DUPLICATE_KEY,
                f"`{code.id}` and `{code.name}` are the same code",
                place,
                related=[Related(span=places[code], message="first here")],
            )
        elif level == "error" or (level in LEVELS and code.is_ignorable and code not in enforced):
            levels[code] = cast("Level", level)
        elif level in LEVELS and code in enforced:
            diagnostics.append(refusal(word, _done(level), place, enforced[code]))
        elif level in LEVELS:
            done = _done(level)
            diagnostics.add(
                codes.NOT_IGNORABLE,
                f"`{word}` can't be {done}: nothing right can be made of a spec that has it",
                place,
                hint=IGNORABLE,
            )
        if code is not None:
            places.setdefault(code, place)
    return levels


def _done(level: str | None) -> str:
    return "switched off" if level == "off" else f"made a {level}"
