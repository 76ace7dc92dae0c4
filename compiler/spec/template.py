"""A template as its author declares it in `template.yaml`."""

from typing import Annotated

from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode
from compiler.spec.declared import declared
from compiler.spec.fields import (
    AnyScalar,
    Choice,
    Doc,
    Flag,
    Length,
    OneOrMany,
    Static,
    StaticText,
    Table,
)


@declared
class TemplateInputSpec:
    """An input or a channel that the script reads."""

    span: Span
    description: Annotated[StaticText | None, Doc("What the data is.")] = None
    required: Annotated[Flag | None, Static(), Doc("Whether the script cannot do without it.")] = (
        None
    )


@declared
class TemplateOutputSpec:
    """An output that the script writes."""

    span: Span
    description: Annotated[StaticText | None, Doc("What is in the output.")] = None
    files: Annotated[
        MappingNode | None, Doc("JSON files that the script writes, each with its JSON paths.")
    ] = None


@declared
class HyperparameterSpec:
    """A hyperparameter that the script reads."""

    span: Span
    type: Annotated[
        StaticText, Choice(("integer", "number", "boolean", "string")), Doc("Type of the value.")
    ]
    default: Annotated[AnyScalar | None, Static(), Doc("Value when none is given.")] = None
    required: Annotated[
        Flag | None, Static(), Doc("Whether the step must give the value; no default then.")
    ] = None
    enum: Annotated[
        tuple[Annotated[AnyScalar, Static()], ...], Doc("The values that it may have.")
    ] = ()
    minimum: Annotated[AnyScalar | None, Static(), Doc("Smallest value.")] = None
    maximum: Annotated[AnyScalar | None, Static(), Doc("Largest value.")] = None
    description: Annotated[StaticText | None, Doc("What the value does.")] = None


@declared
class ValuesSpec:
    """The values that a template is filled with, as a JSON Schema."""

    span: Span
    properties: Annotated[MappingNode | None, Doc("JSON Schema of each value.")] = None
    required: Annotated[tuple[StaticText, ...], Doc("Values that must be given.")] = ()


@declared
class TemplateSpec:
    """A folder of scripts to be filled in, and the contract that they keep."""

    span: Span
    description: Annotated[StaticText, Doc("What the template is for.")]
    steps: Annotated[
        tuple[Annotated[StaticText, Choice(("processing", "training"))], ...],
        OneOrMany(),
        Length(minimum=1),
        Doc("Step types that the template serves."),
    ]
    entry: Annotated[StaticText, Doc("Script that is run, by its name when rendered.")]
    include: Annotated[
        tuple[StaticText, ...], Doc("Files of other template folders that are packed too.")
    ] = ()
    with_: Annotated[ValuesSpec | None, Doc("Values that the template takes.")] = None
    channels: Annotated[Table[TemplateInputSpec], Doc("Inputs that the script reads.")]
    hyperparameters: Annotated[Table[HyperparameterSpec], Doc("Hyperparameters it reads.")]
    outputs: Annotated[Table[TemplateOutputSpec], Doc("Outputs that the script writes.")]
    metrics: Annotated[Table[StaticText], Doc("Metrics that the script logs, with their regexes.")]
    logs: Annotated[
        tuple[StaticText, ...],
        OneOrMany(),
        Doc("Lines as the script logs them; regexes of metrics are tried on them."),
    ] = ()
