"""What may stand in a test file, in the words of the language."""

from typing import Annotated, ClassVar

from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode
from compiler.spec.declared import declared
from compiler.spec.fields import Choice, Doc, Flag, Keys, Length, OneOrMany, Pattern, Table, Text

STATUSES = {
    "succeeded": "Succeeded",
    "failed": "Failed",
    "stopped": "Stopped",
    "skipped": "Skipped",
    "not_started": "NotStarted",
}
ENDINGS = {
    "succeeded": "Succeeded",
    "failed": "Failed",
    "stopped": "Stopped",
    "completed_with_failures": "CompletedWithFailures",
}
BRANCHES = ("then", "else")

Names = tuple[Text, ...]


@declared
class GivenStepSpec:
    """What a step is taken to do; its short outputs, such as `model`, are fields as well."""

    span: Span
    outputs: Annotated[
        MappingNode | None,
        Doc("By name: the S3 URI of an output, or an output parameter of a Lambda or callback."),
    ] = None
    properties: Annotated[
        MappingNode | None, Doc("What Describe answers: members, or paths to them.")
    ] = None
    files: Annotated[
        MappingNode | None,
        Doc("Property files by name: the JSON, a file beside the test, or null for none written."),
    ] = None
    failure: Annotated[Text | None, Doc("Let the step fail, with this reason.")] = None
    stopped: Annotated[Flag | None, Doc("Let the step be stopped.")] = None
    cached: Annotated[Flag | None, Doc("Let the step take its result from the cache.")] = None


@declared
class GivenExecutionSpec:
    """What the execution's variables are."""

    span: Span
    pipeline_execution_id: Annotated[
        Text | None, Pattern(r"^[a-z0-9]{12}$", "12 lower-case letters and digits"), Doc("Its id.")
    ] = None
    start_date_time: Annotated[Text | None, Doc("When it starts, in ISO 8601.")] = None
    current_date_time: Annotated[Text | None, Doc("When each step starts, in ISO 8601.")] = None


@declared
class ExpectedStepSpec:
    """What is expected of one step."""

    SHORTHAND: ClassVar[str] = "status"

    span: Span
    status: Annotated[Text | None, Choice(tuple(STATUSES)), Doc("How it ends.")] = None
    failure: Annotated[Text | None, Doc("Why it fails.")] = None
    cached: Annotated[Flag | None, Doc("Whether its result is from the cache.")] = None
    arguments: Annotated[
        MappingNode | None, Doc("Its request with every reference resolved, in whole or in part.")
    ] = None
    members: Annotated[
        MappingNode | None, Doc("What stands beside the request; for check steps and few others.")
    ] = None
    properties: Annotated[MappingNode | None, Doc("What Describe answers, in part.")] = None
    exact: Annotated[Flag | None, Doc("Whether `arguments` has to be the whole request.")] = None


@declared
class ExpectSpec:
    """What is expected of the execution."""

    span: Span
    status: Annotated[Text | None, Choice(tuple(ENDINGS)), Doc("How the execution ends.")] = None
    failure: Annotated[Text | None, Doc("What it says when it fails.")] = None
    runs: Annotated[Names, Doc("The steps that run: these and no others, in any order.")] = ()
    runs_at_least: Annotated[Names, OneOrMany(), Doc("Steps that run, among others.")] = ()
    runs_not: Annotated[Names, OneOrMany(), Doc("Steps that do not run.")] = ()
    branches: Annotated[
        Table[Annotated[Text, Choice(BRANCHES)]],
        Doc("The branch that each condition step takes."),
    ]
    steps: Annotated[MappingNode | None, Doc("What is expected of single steps, by name.")] = None


@declared
class SettingSpec:
    """What is given in each test that does not say otherwise."""

    span: Span
    target: Annotated[
        tuple[Text, ...], OneOrMany(), Doc("Target to compile for, or several to test one by one.")
    ] = ()
    parameters: Annotated[MappingNode | None, Doc("Values of the pipeline's parameters.")] = None
    execution: Annotated[
        GivenExecutionSpec | None, Doc("The execution's variables, where they matter.")
    ] = None
    s3: Annotated[
        MappingNode | None, Doc("JSON objects that are read from S3: by URI, as under `files`.")
    ] = None
    steps: Annotated[MappingNode | None, Doc("What the steps do, by name.")] = None


@declared
class TrialSpec:
    """One test: what is given, and what is expected."""

    span: Span
    description: Annotated[Text | None, Doc("What the test is for.")] = None
    target: Annotated[
        tuple[Text, ...], OneOrMany(), Doc("Target to compile for, or several to test one by one.")
    ] = ()
    parameters: Annotated[MappingNode | None, Doc("Values of the pipeline's parameters.")] = None
    execution: Annotated[
        GivenExecutionSpec | None, Doc("The execution's variables, where they matter.")
    ] = None
    s3: Annotated[
        MappingNode | None, Doc("JSON objects that are read from S3: by URI, as under `files`.")
    ] = None
    steps: Annotated[MappingNode | None, Doc("What the steps do, by name.")] = None
    expect: Annotated[ExpectSpec, Doc("What is expected.")]


@declared
class TrialFileSpec:
    """Tests of one pipeline."""

    span: Span
    spec: Annotated[
        Text | None, Doc("The tested spec, from this file's folder; `x.yaml` of `x.test.yaml`.")
    ] = None
    defaults: Annotated[SettingSpec | None, Doc("What is given in every test.")] = None
    tests: Annotated[
        MappingNode, Length(minimum=1), Keys(r"\S", "a name"), Doc("The tests, by name.")
    ]
