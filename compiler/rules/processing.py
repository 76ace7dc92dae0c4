"""What must go together in a processing job, and in the property files of its step."""

from collections.abc import Iterable, Iterator

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, Related, did_you_mean, listing
from compiler.document.node import MappingNode, ScalarNode, text_of
from compiler.lower import LoweredStep
from compiler.rules.part import Part


def check_folders_of_inputs(part: Part) -> Iterator[Diagnostic]:
    """Find two inputs that are put into one folder."""
    rows = _of_different_names(part, part.rows("ProcessingInputs"), "InputName")
    paths = (_path(row, "S3Input") or _path(row, "DatasetDefinition") for row in rows)
    yield from _check_folders(paths, "inputs are put into")


def check_folders_of_outputs(part: Part) -> Iterator[Diagnostic]:
    """Find two outputs that are taken from one folder."""
    rows = _of_different_names(part, part.rows("Outputs"), "OutputName")
    yield from _check_folders((_path(row, "S3Output") for row in rows), "outputs are taken from")


def _of_different_names(part: Part, rows: Iterable[MappingNode], key: str) -> Iterator[MappingNode]:
    """Yield those whose names are theirs alone, the code of the step first."""
    seen: set[str | None] = set()
    for row in sorted(rows, key=lambda row: row.span != part.step.spec.span):
        name = text_of(row.get(key))
        if name is None or name not in seen:
            yield row
        seen.add(name)


def _path(row: MappingNode, owner: str) -> ScalarNode | None:
    held = row.get(owner)
    path = held.get("LocalPath") if isinstance(held, MappingNode) else None
    return path if isinstance(path, ScalarNode) else None


def _check_folders(paths: Iterator[ScalarNode | None], what: str) -> Iterator[Diagnostic]:
    seen: dict[str, ScalarNode] = {}
    for node in paths:
        text = text_of(node)
        if node is None or text is None:
            continue
        folder = text.rstrip("/")
        if folder in seen:
            yield Diagnostic(
                code=codes.SAME_FOLDER,
                message=f"two {what} `{text}`",
                span=node.span,
                hint="give one of them another folder",
                related=(Related(span=seen[folder].span, message="first here"),),
            )
        seen.setdefault(folder, node)


def check_property_files(step: LoweredStep) -> Iterator[Diagnostic]:
    """Find property files of outputs that there are not, and paths that leave the output."""
    config = step.arguments.get("ProcessingOutputConfig")
    outputs = _names(config.get("Outputs") if isinstance(config, MappingNode) else None)
    for name, file in step.type.files(step.spec).items():
        if outputs is not None and file.output not in outputs:
            yield Diagnostic(
                code=codes.PROPERTY_FILE_OUTPUT,
                message=f"the property file `{name}` is in `{file.output}`, which is no output",
                span=file.span,
                hint=did_you_mean(file.output, outputs)
                or (f"the outputs are {listing(outputs)}" if outputs else "there is no output"),
            )
        elif (
            file.path[-1:] in {"", "/"}
            or file.path.startswith("/")
            or ".." in file.path.split("/")
            or "://" in file.path
        ):
            yield Diagnostic(
                code=codes.PROPERTY_FILE_PATH,
                message=f"`{file.path}` is no path in the output `{file.output}`",
                span=file.span,
                hint="name the file as seen from the folder of the output: `evaluation.json`",
            )


def _names(outputs: object) -> list[str] | None:
    """Return the names of outputs; None if they can't be known."""
    if outputs is None:
        return []
    rows = getattr(outputs, "items", ())
    names = [text_of(row.get("OutputName")) for row in rows if isinstance(row, MappingNode)]
    known = [name for name in names if name is not None]
    return known if len(known) == len(rows) else None
