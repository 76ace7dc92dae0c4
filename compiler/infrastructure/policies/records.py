"""What a pipeline asks of its own role beside its steps: records of executions, and cleaning up."""

from collections.abc import Iterator, Mapping
from typing import Any

from compiler.infrastructure.policies.known import Knowledge
from compiler.infrastructure.policies.site import ANY, Site
from compiler.infrastructure.policies.statement import Grant, Permission
from compiler.infrastructure.policies.uses import removes

EXPERIMENT = Permission(
    "RecordExperiments",
    (
        "sagemaker:AddTags",
        "sagemaker:AssociateTrialComponent",
        "sagemaker:CreateExperiment",
        "sagemaker:CreateTrial",
        "sagemaker:CreateTrialComponent",
        "sagemaker:DescribeExperiment",
        "sagemaker:DescribeTrial",
        "sagemaker:DescribeTrialComponent",
        "sagemaker:UpdateTrialComponent",
    ),
    "executions are recorded in an experiment; `experiment: false` needs none of it",
)


def experiment(site: Site, knowledge: Knowledge, definition: Mapping[str, Any]) -> Iterator[Grant]:
    """Allow to record executions in their experiment, by default that of the pipeline's name."""
    config = definition.get("PipelineExperimentConfig", {})
    if config is None:
        return
    default = {"Get": "Execution.PipelineName"}
    known = knowledge.of(config.get("ExperimentName", default))
    name = known.text if known.is_whole else f"{known.text}*"
    for each in dict.fromkeys((name, name.lower())):
        arn = site.arn("sagemaker", f"experiment/{each}")
        yield Grant(permission=EXPERIMENT, resource=arn)
    for kind in ("experiment-trial", "experiment-trial-component"):
        yield Grant(permission=EXPERIMENT, resource=site.arn("sagemaker", f"{kind}/{ANY}"))


def has_unnamed_outputs(step: Mapping[str, Any]) -> bool:
    """Return whether a step removes outputs of other steps without naming their URIs."""
    return step["Type"] == "Cleanup" and any("S3Uris" not in each for each in _sources(step))


def cleaning(site: Site, knowledge: Knowledge, step: Mapping[str, Any]) -> Iterator[Grant]:
    """Allow to remove all outputs of the steps of which a cleanup names no URIs."""
    for source in _sources(step) if step["Type"] == "Cleanup" else ():
        if "S3Uris" not in source:
            path = {"Get": f"Steps.{source['StepName']}.OutputDataConfig.S3OutputPath"}
            yield from removes(site, knowledge.of(path))


def _sources(step: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = step["Arguments"].get("Resources", {}).get("S3", [])
    return found
