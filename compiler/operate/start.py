"""Start an execution: what it is asked with, checked against the definition that will run."""

from collections.abc import Mapping
from dataclasses import dataclass

from compiler.deploy.aws import Answer, Aws, AwsError
from compiler.deploy.deployed import describe, parsed_definition
from compiler.diagnostics.diagnostic import near_or_known
from compiler.local.parameters import ParameterError, bind_parameters
from compiler.local.resolve import Json
from compiler.operate.refusal import NotDoneError
from compiler.operate.versions import Version, list_versions
from compiler.starts import parameter_text


@dataclass(frozen=True, kw_only=True, slots=True)
class Which:
    """The version of a pipeline: by its number, by an alias, or the newest if neither is given."""

    version: int | None = None
    alias: str | None = None

    def names(self, version: Version) -> bool:
        """Return whether it is a certain version that is meant."""
        return version.number == self.version or self.alias in version.aliases

    @property
    def request(self) -> dict[str, int | str]:
        """The members of a request that say it."""
        said = {"PipelineVersionId": self.version, "PipelineVersionAlias": self.alias}
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True, kw_only=True, slots=True)
class Runnable:
    """A pipeline in the version that is to run; `asked` is the name or ARN that it was found by."""

    asked: str
    arn: str
    name: str
    definition: dict[str, Json]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What an execution is asked with; `token` makes the same wish start one execution only."""

    token: str
    which: Which
    parameters: Mapping[str, Json]
    name: str | None = None
    description: str | None = None
    max_parallel: int | None = None
    selected: tuple[str, ...] = ()
    source: str | None = None

    def request(self, pipeline: Runnable) -> dict[str, Json]:
        """Return the request to StartPipelineExecution; raises ParameterError."""
        texts = parameter_texts(pipeline.definition, self.parameters)
        parallelism = {"MaxParallelExecutionSteps": self.max_parallel}
        said: dict[str, Json] = {
            "PipelineName": pipeline.asked,
            "ClientRequestToken": self.token,
            "PipelineExecutionDisplayName": self.name,
            "PipelineExecutionDescription": self.description,
            "PipelineParameters": [{"Name": name, "Value": value} for name, value in texts.items()],
            "ParallelismConfiguration": parallelism if self.max_parallel else None,
            "SelectiveExecutionConfig": self._selective() if self.selected else None,
            **self.which.request,
        }
        return {name: value for name, value in said.items() if value not in (None, [])}

    def _selective(self) -> dict[str, Json]:
        steps: list[Json] = [{"StepName": name} for name in self.selected]
        source = {"SourcePipelineExecutionArn": self.source} if self.source else {}
        return {"SelectedSteps": steps, **source}


def read_runnable(aws: Aws, pipeline: str, which: Which) -> Runnable:
    """Return a pipeline in a version; raises NotDoneError if there is no such thing."""
    answer = _described(aws, pipeline, which)
    if answer is None:
        raise NotDoneError(_why_not(aws, pipeline, which))
    definition = parsed_definition(answer)
    if not isinstance(definition, dict):
        raise NotDoneError(f"AWS gives no definition of `{pipeline}`")
    return Runnable(
        asked=pipeline,
        arn=answer["PipelineArn"],
        name=answer.get("PipelineName", pipeline),
        definition=definition,
    )


def _described(aws: Aws, pipeline: str, which: Which) -> Answer | None:
    try:
        return describe(aws, pipeline, **which.request)
    except AwsError as error:
        # Of a version that is not there it may be said that the request is wrong.
        if error.code != "ValidationException" or not which.request:
            raise
        if any(which.names(each) for each in list_versions(aws, pipeline)):
            raise
        return None


def _why_not(aws: Aws, pipeline: str, which: Which) -> str:
    if not which.request or describe(aws, pipeline) is None:
        return f"there is no pipeline `{pipeline}`"
    if which.version is not None:
        return f"`{pipeline}` has no version {which.version}: pipec versions lists them"
    known = [alias for each in list_versions(aws, pipeline) for alias in each.aliases]
    hint = near_or_known(str(which.alias), known, "it has no aliases")
    return f"`{pipeline}` has no alias `{which.alias}`: {hint}"


def parameter_texts(definition: Json, given: Mapping[str, Json]) -> dict[str, str]:
    """Return the values that are given as SageMaker takes them, or raise `ParameterError`.

    A text is sent as it was written, once it is sure that it is of the parameter's type.
    """
    declared = [str(each.get("Name")) for each in definition.get("Parameters") or ()]
    mistakes: list[str] = []
    for name in given:
        if name not in declared:
            hint = near_or_known(name, declared, "it has none")
            mistakes.append(f"the pipeline has no parameter `{name}`: {hint}")
    try:
        bind_parameters(definition, {name: given[name] for name in given if name in declared})
    except ParameterError as error:
        mistakes += error.mistakes
    if mistakes:
        raise ParameterError(tuple(mistakes))
    return {name: parameter_text(value) for name, value in given.items()}


def start(aws: Aws, request: Mapping[str, Json]) -> str:
    """Start an execution, and return its ARN."""
    answer = aws.call("sagemaker", "StartPipelineExecution", **request)
    return str(answer["PipelineExecutionArn"])
