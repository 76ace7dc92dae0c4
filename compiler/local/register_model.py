"""The register-model step: adds a version to a group of the local model registry."""

from collections.abc import Iterator, Mapping

from compiler.local.moment import now
from compiler.local.registry import RegistryError
from compiler.local.resolve import Json
from compiler.local.s3 import S3Error
from compiler.local.step_type import LocalStepType, StepError, StepResult, StepRun
from compiler.local.strict_json import read_json


def run(run_: StepRun) -> StepResult:
    """Register the model with its metrics and return the properties of DescribeModelPackage."""
    arguments, site = run_.arguments, run_.site
    group = arguments["ModelPackageGroupName"]
    model_data = _model_data(arguments)
    if model_data is not None and not site.s3.exists(model_data):
        raise StepError(f"the model {model_data} is not in local S3")
    try:
        package = site.registry.register(
            group=group,
            arn_prefix=site.arn(f"model-package/{group}"),
            created=now(),
            approval=arguments.get("ModelApprovalStatus", "PendingManualApproval"),
            model_data=model_data,
            metrics=_metrics(run_),
            execution_id=site.execution_id,
            pipeline=site.pipeline,
            step=run_.name,
            description=arguments.get("ModelPackageDescription"),
            arguments=dict(arguments),
        )
    except RegistryError as error:
        raise StepError(f"the model registry: {error}") from None
    properties = {
        **arguments,
        "ModelApprovalStatus": package.approval,
        "ModelPackageVersion": package.version,
        "ModelPackageArn": package.arn,
        "ModelPackageStatus": "Completed",
        "CreationTime": package.created,
    }
    summary = {
        "group": group,
        "version": package.version,
        "arn": package.arn,
        "approval": package.approval,
        "model_data": model_data,
    }
    return StepResult(properties=properties, model_package=summary)


def _refusals(step: Mapping[str, Json]) -> Iterator[str]:
    if "ModelPackageGroupName" not in step["Arguments"]:
        yield "only versions of a model package group can be registered here"


def _model_data(arguments: Mapping[str, Json]) -> str | None:
    for container in arguments.get("InferenceSpecification", {}).get("Containers", ()):
        source = container.get("ModelDataSource", {}).get("S3DataSource", {})
        found: str | None = container.get("ModelDataUrl") or source.get("S3Uri")
        if found:
            return found
    return None


def _metrics(run_: StepRun) -> Json:
    """Return the content of the model's quality statistics, or None without such."""
    quality = run_.arguments.get("ModelMetrics", {}).get("ModelQuality", {})
    uri = quality.get("Statistics", {}).get("S3Uri")
    if uri is None:
        return None
    try:
        return read_json(run_.site.s3.read(uri))
    except S3Error as error:
        reason = str(error)
    except ValueError as error:
        reason = f"{uri}: {error}"
    # SageMaker too takes the address as it is.
    run_.warn(f"the registry keeps no metrics: {reason}")
    return None


REGISTER_MODEL = LocalStepType(
    type="RegisterModel", names=("register_model",), run=run, refusals=_refusals
)
