"""Find and read a template: its declaration and its files."""

import re
from dataclasses import dataclass
from pathlib import Path

from compiler.code.project import Project, is_too_long
from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics, did_you_mean, near_or_known
from compiler.diagnostics.span import Span
from compiler.document.read import decode, read_document
from compiler.schema.validate import schema_mistake, validate_against
from compiler.spec.build import build
from compiler.spec.template import TemplateSpec

DECLARATION = "template.yaml"
NAME = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")
NOT_PACKED = frozenset({DECLARATION, "README.md"})
NOT_PACKED_FOLDERS = frozenset({"tests", "__pycache__"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """A template: its declaration, and its files by the name that they are packed under."""

    name: str
    spec: TemplateSpec
    files: dict[str, Path]


def load_template(
    name: str, place: Span, project: Project, diagnostics: Diagnostics
) -> Template | None:
    """Return the template of a name, or None after reporting what is wrong with it."""
    folder = _folder_of(name, project)
    if folder is None:
        known = template_names(project)
        diagnostics.add(
            codes.UNKNOWN_TEMPLATE,
            f"there is no template `{name}`",
            place,
            hint=near_or_known(name, known),
        )
        return None
    spec = _declaration(name, folder, place, project, diagnostics)
    if spec is None:
        return None
    files = _files(folder, name)
    for file in files.values():
        if not file.resolve().is_relative_to(folder.resolve()):
            shown = file.relative_to(folder).as_posix()
            message = f"`{shown}` is a link that leads out of the templates"
            diagnostics.add(codes.INVALID_TEMPLATE, message, spec.span.first_line())
            return None
    for included in spec.include:
        path = (folder / str(included.value)).resolve()
        is_inside = path.is_relative_to(folder.resolve()) and not is_too_long(path)
        if not is_inside or not path.is_file():
            message = f"`include` names `{included.value}`, which is no file beside the templates"
            diagnostics.add(codes.INVALID_TEMPLATE, message, included.span)
            return None
        files[_packed_name(path.name)] = path
    if str(spec.entry.value) not in files:
        message = f"`entry` names `{spec.entry.value}`, which the template does not have"
        hint = did_you_mean(str(spec.entry.value), files)
        diagnostics.add(codes.INVALID_TEMPLATE, message, spec.entry.span, hint=hint)
        return None
    return Template(name=name, spec=spec, files=dict(sorted(files.items())))


def _declaration(
    name: str, folder: Path, place: Span, project: Project, diagnostics: Diagnostics
) -> TemplateSpec | None:
    path = folder / name / DECLARATION
    if not path.resolve().is_relative_to(folder.resolve()):
        message = f"the `{DECLARATION}` of `{name}` is a link that leads out of the templates"
        diagnostics.add(codes.INVALID_TEMPLATE, message, place)
        return None
    source = decode(project.name_of(path), path.read_bytes(), diagnostics)
    document = read_document(source, diagnostics) if source is not None else None
    if document is None or not validate_against(TemplateSpec, document.root, diagnostics):
        return None
    spec = build(TemplateSpec, document.root, diagnostics)
    properties = spec.with_.properties if spec.with_ is not None else None
    for schema in properties.members.values() if properties is not None else ():
        mistake = schema_mistake(schema)
        if mistake is not None:
            diagnostics.add(codes.INVALID_TEMPLATE, *mistake)
            return None
    return spec


def template_names(project: Project) -> list[str]:
    """Return the names of all templates that the project can use."""
    names = {
        path.parent.relative_to(folder).as_posix()
        for folder in project.template_folders
        for path in folder.glob(f"**/{DECLARATION}")
    }
    return sorted(names)


def _folder_of(name: str, project: Project) -> Path | None:
    if NAME.fullmatch(name) is None:
        return None
    for folder in project.template_folders:
        path = folder / name / DECLARATION
        if not is_too_long(path) and path.is_file():
            return folder
    return None


def _files(folder: Path, name: str) -> dict[str, Path]:
    root = folder / name
    found = {}
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if path.is_file() and not NOT_PACKED_FOLDERS & set(relative.parts):
            if relative.as_posix() not in NOT_PACKED:
                found[_packed_name(relative.as_posix())] = path
    return found


def _packed_name(name: str) -> str:
    return name.removesuffix(".j2")
