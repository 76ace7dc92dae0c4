"""Gather the code of every step: render its template, or read its folder."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from compiler.code.pack import REQUIREMENTS, Artifact
from compiler.code.project import Project, is_too_long
from compiler.code.render import render
from compiler.code.template import Template, load_template
from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics, did_you_mean, listing, near_name
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, Node, ScalarNode, plain, scalars
from compiler.schema.messages import report_errors
from compiler.schema.validate import schema_errors
from compiler.spec.build import refuse_run_time
from compiler.spec.job import CodeSpec
from compiler.spec.pipeline import Pipeline
from compiler.spec.template import TemplateSpec
from compiler.steps import STEP_TYPES
from compiler.steps.step_type import Packed

# Caches and secrets; what tools install or leave behind; at the root, what pipec itself writes.
IGNORED = (".*", "__pycache__", "*.pyc", "node_modules", "*.egg-info")
OWN_OUTPUTS = frozenset({"build", "training_scripts"})
MAX_CODE_BYTES = 100_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class StepCode:
    """The code of one step, and the template that it came from."""

    artifact: Artifact
    template: Template | None
    span: Span


@dataclass(frozen=True, kw_only=True, slots=True)
class PipelineCode:
    """The code of all steps that bring some."""

    by_step: Mapping[str, StepCode] = field(default_factory=dict)
    templates: Mapping[str, TemplateSpec] = field(default_factory=dict)


def gather_code(
    pipeline: Pipeline, project: Project, spec_name: str, diagnostics: Diagnostics
) -> PipelineCode:
    """Return the code of the steps; what can't be had is reported and left out."""
    by_step: dict[str, StepCode] = {}
    templates: dict[str, TemplateSpec] = {}
    loaded: dict[str, Template | None] = {}
    for name, step in pipeline.steps.items():
        code: CodeSpec | None = getattr(step, "code", None)
        step_type = STEP_TYPES[str(step.type.value)]
        packed = step_type.packs(step)
        if packed is not None:
            files = _files(packed, project, diagnostics)
            if files is not None:
                artifact = Artifact(files=files, entry=packed.entry, packs_as="folder")
                by_step[name] = StepCode(artifact=artifact, template=None, span=packed.span)
            continue
        if code is None or step_type.packs_code_as is None or not _is_one_of(code, diagnostics):
            continue
        if code.path is not None:
            folder = _folder(code, step_type.packs_code_as, project, diagnostics)
            if folder is not None:
                artifact = replace(folder, files=step_type.wraps_code(folder.files))
                by_step[name] = StepCode(artifact=artifact, template=None, span=code.path.span)
            continue
        template = _template(code, loaded, project, diagnostics)
        kind = step_type.template_type or step_type.name
        if template is None or not _serves(template, kind, code, diagnostics):
            continue
        templates[name] = template.spec
        values = _values(code, template.spec, diagnostics)
        if values is None or code.template is None:
            continue
        files = render(
            template, values, spec_name=spec_name, place=code.template.span, diagnostics=diagnostics
        )
        artifact = Artifact(
            files=files, entry=str(template.spec.entry.value), packs_as=step_type.packs_code_as
        )
        by_step[name] = StepCode(artifact=artifact, template=template, span=code.template.span)
    return PipelineCode(by_step=by_step, templates=templates)


def _is_one_of(code: CodeSpec, diagnostics: Diagnostics) -> bool:
    if code.template is not None and code.path is not None:
        message = "`template` and `path` both say what the code is"
        diagnostics.add(codes.CONFLICTING_FIELDS, message, code.path.span)
        return False
    if code.template is None and code.path is None:
        message = "`code` needs a `template` or a `path`"
        diagnostics.add(codes.MISSING_FIELD, message, code.span)
        return False
    of_template = code.template is not None
    stray: dict[str, Node | None] = {"with": code.with_}
    if of_template:
        stray = {"entry": code.entry, "requirements": code.requirements}
    owner = "path" if of_template else "template"
    for name, node in stray.items():
        if node is not None:
            message = f"`{name}` goes only with `{owner}`"
            diagnostics.add(codes.CONFLICTING_FIELDS, message, node.span)
            return False
    return True


def _template(
    code: CodeSpec,
    loaded: dict[str, Template | None],
    project: Project,
    diagnostics: Diagnostics,
) -> Template | None:
    if code.template is None or not isinstance(code.template.value, str):
        return None
    name = code.template.value
    if name not in loaded:
        loaded[name] = load_template(name, code.template.span, project, diagnostics)
    return loaded[name]


def _serves(template: Template, kind: str, code: CodeSpec, diagnostics: Diagnostics) -> bool:
    served = [str(node.value) for node in template.spec.steps]
    if kind in served or code.template is None:
        return True
    diagnostics.add(
        codes.TEMPLATE_STEP_TYPE,
        f"the template `{template.name}` serves {listing(served)} steps, this is a {kind} step",
        code.template.span,
    )
    return False


def _values(
    code: CodeSpec, template: TemplateSpec, diagnostics: Diagnostics
) -> dict[str, object] | None:
    declared = template.with_
    schema: dict[str, object] = {"type": "object", "additionalProperties": False}
    properties: dict[str, object] = {}
    if declared is not None and declared.properties is not None:
        properties = plain(declared.properties)  # type: ignore[assignment]
        schema["required"] = [str(node.value) for node in declared.required]
    schema["properties"] = properties
    given = code.with_ or MappingNode({}, {}, code.span)
    is_static = True
    for scalar in scalars(given):
        if not isinstance(scalar.value, str | int | float | bool | None):
            refuse_run_time(scalar, "with", diagnostics)
            is_static = False
    if not is_static:
        return None
    data = plain(given)
    errors = schema_errors(schema, data)
    report_errors(errors, given, diagnostics, place=code.template.span if code.template else None)
    if errors or not isinstance(data, dict):
        return None
    defaults = {
        name: value["default"]
        for name, value in properties.items()
        if isinstance(value, dict) and "default" in value
    }
    return {**defaults, **data}


def _folder(
    code: CodeSpec, packs_as: str, project: Project, diagnostics: Diagnostics
) -> Artifact | None:
    folder = _inside(code.path, project, diagnostics)
    if code.path is None or folder is None:
        return None
    if not folder.is_dir():
        _no_folder(folder, code.path, diagnostics)
        return None
    files = _read(folder, code.path, project, diagnostics)
    if files is None:
        return None
    if code.requirements is not None:
        path = _inside(code.requirements, project, diagnostics)
        if path is None:
            return None
        if not path.is_file():
            message = f"there is no file `{code.requirements.value}` in the project"
            diagnostics.add(codes.CODE_NOT_FOUND, message, code.requirements.span)
            return None
        files[REQUIREMENTS] = path.read_bytes()
    if code.entry is None:
        scripts = [name for name in files if name.endswith((".py", ".sh"))]
        message = f"`entry` does not say which script of `{code.path.value}` is run"
        hint = f"there are {listing(scripts)}" if scripts else None
        diagnostics.add(codes.MISSING_FIELD, message, code.span, hint=hint)
        return None
    if code.entry.value not in files:
        message = f"there is no `{code.entry.value}` in `{code.path.value}`"
        hint = did_you_mean(str(code.entry.value), files)
        diagnostics.add(codes.CODE_NOT_FOUND, message, code.entry.span, hint=hint)
        return None
    return Artifact(files=files, entry=str(code.entry.value), packs_as=packs_as)


def _files(packed: Packed, project: Project, diagnostics: Diagnostics) -> dict[str, bytes] | None:
    """Return the files that a step brings apart from code; None where one can't be had."""
    files: dict[str, bytes] = {}
    for name, node in packed.documents.items():
        for scalar in scalars(node):
            refuse_run_time(scalar, name, diagnostics)
        files[name] = (json.dumps(plain(node), indent=2, ensure_ascii=False) + "\n").encode()
    for place in packed.paths:
        path = _inside(place, project, diagnostics)
        if path is None:
            return None
        if not path.exists():
            message = f"there is no file `{place.value}` in the project"
            near = near_name(path.name, [each.name for each in _beside(path)])
            hint = None if near is None else f"did you mean `{_named_beside(place, near)}`?"
            diagnostics.add(codes.CODE_NOT_FOUND, message, place.span, hint=hint)
            return None
        found = {path.name: path.read_bytes()} if path.is_file() else None
        if path.is_dir():
            inner = _read(path, place, project, diagnostics)
            found = inner and {f"{path.name}/{name}": content for name, content in inner.items()}
        if found is None:
            return None
        for name in found.keys() & files.keys():
            message = f"`{name}` is packed twice"
            diagnostics.add(codes.CONFLICTING_FIELDS, message, place.span)
            return None
        files |= found
    return files


def _named_beside(place: ScalarNode, name: str) -> PurePosixPath:
    """Return the path of what lies beside a file or folder, as the spec would write it."""
    return PurePosixPath(str(place.value)).parent / name


def _beside(path: Path) -> list[Path]:
    return list(path.parent.iterdir()) if path.parent.is_dir() else []


def _no_folder(folder: Path, place: ScalarNode, diagnostics: Diagnostics) -> None:
    message, hint = f"there is no folder `{place.value}` in the project", None
    if folder.is_file():
        name = PurePosixPath(str(place.value))
        message = f"`{name}` is a file, expected a folder"
        hint = f"write `path: {name.parent}` and `entry: {name.name}`"
    elif folder.parent.is_dir():
        beside = [each.name for each in folder.parent.iterdir() if each.is_dir()]
        near = near_name(folder.name, beside)
        hint = None if near is None else f"did you mean `{_named_beside(place, near)}`?"
    diagnostics.add(codes.CODE_NOT_FOUND, message, place.span, hint=hint)


def _inside(node: ScalarNode | None, project: Project, diagnostics: Diagnostics) -> Path | None:
    if node is None or not isinstance(node.value, str):
        return None
    path = project.inside(node.value)
    if path is None:
        message = f"`{node.value}` leads out of the project"
        diagnostics.add(codes.OUTSIDE_PROJECT, message, node.span)
    elif is_too_long(path):
        diagnostics.add(codes.CODE_NOT_FOUND, "no file has so long a name", node.span)
        return None
    return path


def _read(
    folder: Path, place: ScalarNode, project: Project, diagnostics: Diagnostics
) -> dict[str, bytes] | None:
    files: dict[str, bytes] = {}
    size = 0
    for path in _packed(folder, project):
        name = path.relative_to(folder).as_posix()
        if not path.resolve().is_relative_to(folder) or not path.is_file() or _is_odd(name):
            message = f"`{name}` in `{place.value}` is not a file of that folder"
            diagnostics.add(codes.OUTSIDE_PROJECT, message, place.span)
            return None
        size += path.stat().st_size
        if size > MAX_CODE_BYTES:
            message = f"`{place.value}` holds more than {MAX_CODE_BYTES:,} bytes"
            diagnostics.add(codes.TOO_LARGE, message, place.span)
            return None
        files[name] = path.read_bytes()
    return files


def _packed(folder: Path, project: Project) -> Iterator[Path]:
    """Yield what is in and below a folder, without the folders themselves."""
    for path in sorted(folder.iterdir()):
        if any(fnmatchcase(path.name, pattern) for pattern in IGNORED):
            continue
        if folder == project.root and path.name in OWN_OUTPUTS:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _packed(path, project)
        else:
            yield path


def _is_odd(name: str) -> bool:
    """Return whether a name is no UTF-8, which no archive and no S3 key can hold."""
    return any("\ud800" <= char <= "\udfff" for char in name)
