"""What a step read and wrote, taken from its resolved arguments."""

from collections.abc import Iterator
from dataclasses import dataclass

from compiler.report.json_value import Json
from compiler.report.record import StepRecord

MOST_ARTEFACTS = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Artefact:
    """One place in S3 that a step read from or wrote to."""

    direction: str
    name: str
    uri: str


def artefacts_of(step: StepRecord) -> tuple[Artefact, ...]:
    """Return inputs, then outputs. A training job's archive is known from its properties."""
    found = [*_inputs(step.arguments), *_outputs(step.arguments)]
    archive = _at(step.properties, "ModelArtifacts", "S3ModelArtifacts")
    if isinstance(archive, str):
        found = [a for a in found if a.name != "output"]
        found.append(Artefact(direction="out", name="model", uri=archive))
    return tuple(found[:MOST_ARTEFACTS])


def _inputs(arguments: Json) -> Iterator[Artefact]:
    for entry in _list(arguments, "ProcessingInputs"):
        yield from _artefact("in", _at(entry, "InputName"), _at(entry, "S3Input", "S3Uri"))
    for entry in _list(arguments, "InputDataConfig"):
        uri = _at(entry, "DataSource", "S3DataSource", "S3Uri")
        yield from _artefact("in", _at(entry, "ChannelName"), uri)
    source = _at(arguments, "TransformInput", "DataSource", "S3DataSource", "S3Uri")
    yield from _artefact("in", "input", source)
    for entry in _list(_at(arguments, "InferenceSpecification"), "Containers"):
        yield from _artefact("in", "model", _at(entry, "ModelDataUrl"))
    quality = _at(arguments, "ModelMetrics", "ModelQuality", "Statistics", "S3Uri")
    yield from _artefact("in", "metrics", quality)


def _outputs(arguments: Json) -> Iterator[Artefact]:
    for entry in _list(_at(arguments, "ProcessingOutputConfig"), "Outputs"):
        yield from _artefact("out", _at(entry, "OutputName"), _at(entry, "S3Output", "S3Uri"))
    yield from _artefact("out", "output", _at(arguments, "OutputDataConfig", "S3OutputPath"))
    yield from _artefact("out", "output", _at(arguments, "TransformOutput", "S3OutputPath"))
    yield from _artefact("out", "checkpoints", _at(arguments, "CheckpointConfig", "S3Uri"))


def _artefact(direction: str, name: Json, uri: Json) -> Iterator[Artefact]:
    if isinstance(name, str) and isinstance(uri, str):
        yield Artefact(direction=direction, name=name, uri=uri)


def _at(value: Json, *keys: str) -> Json:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _list(value: Json, key: str) -> list[Json]:
    found = _at(value, key)
    return found if isinstance(found, list) else []
