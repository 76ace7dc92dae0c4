"""A project's settings as `pipec.yaml` declares them."""

from typing import Annotated, TypeAlias

from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode
from compiler.spec.declared import declared
from compiler.spec.fields import AnyScalar, Choice, Doc, Static, Table

LEVELS = ("off", "warning", "error")
Level: TypeAlias = Annotated[
    AnyScalar, Static(), Choice(LEVELS), Doc("How much a diagnostic of this code counts.")
]


@declared
class ProjectSpec:
    """The settings of a project, which hold for all of its specs."""

    span: Span
    rules: Annotated[
        Table[Level],
        Doc("Diagnostics, by number or name, that count as `warning` or `error`, or not at all."),
    ]
    policy: Annotated[
        MappingNode | None, Doc("What all pipelines must keep to: the rules of a company.")
    ] = None
