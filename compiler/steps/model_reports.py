"""Reports about a model that the registry keeps: its metrics, and the baselines for drift."""

from typing import Annotated

from compiler.diagnostics.span import Span
from compiler.spec.declared import declared
from compiler.spec.fields import Doc, S3Uri
from compiler.steps.codecs import FILE, REPORT
from compiler.steps.members import Group, Member


@declared
class ModelMetricsSpec:
    """Reports about the model that the registry shows; each is the S3 URI of a JSON file."""

    span: Span
    quality: Annotated[S3Uri | None, Doc("How well the model does.")] = None
    quality_constraints: Annotated[S3Uri | None, Doc("What its quality must keep to.")] = None
    data_quality: Annotated[S3Uri | None, Doc("Statistics of the training data.")] = None
    data_quality_constraints: Annotated[S3Uri | None, Doc("What the data must keep to.")] = None
    bias: Annotated[S3Uri | None, Doc("Bias of the model.")] = None
    bias_pre_training: Annotated[S3Uri | None, Doc("Bias of the data.")] = None
    bias_post_training: Annotated[S3Uri | None, Doc("Bias of what the model answers.")] = None
    explainability: Annotated[S3Uri | None, Doc("Which features matter.")] = None


@declared
class DriftBaselinesSpec:
    """What later versions and monitors are compared with; each is the S3 URI of a JSON file."""

    span: Span
    quality: Annotated[S3Uri | None, Doc("Statistics of the model's quality.")] = None
    quality_constraints: Annotated[S3Uri | None, Doc("What its quality must keep to.")] = None
    data_quality: Annotated[S3Uri | None, Doc("Statistics of the training data.")] = None
    data_quality_constraints: Annotated[S3Uri | None, Doc("What the data must keep to.")] = None
    bias_config: Annotated[S3Uri | None, Doc("Configuration of the bias check.")] = None
    bias_pre_training: Annotated[S3Uri | None, Doc("Constraints for the bias of the data.")] = None
    bias_post_training: Annotated[S3Uri | None, Doc("Constraints for the bias of the answers.")] = (
        None
    )
    explainability: Annotated[S3Uri | None, Doc("Constraints for which features matter.")] = None
    explainability_config: Annotated[
        S3Uri | None, Doc("Configuration of the check of features.")
    ] = None


QUALITY = (
    Member("quality", "ModelQuality.Statistics", REPORT),
    Member("quality_constraints", "ModelQuality.Constraints", REPORT),
    Member("data_quality", "ModelDataQuality.Statistics", REPORT),
    Member("data_quality_constraints", "ModelDataQuality.Constraints", REPORT),
)
METRICS = Group(
    "metrics",
    "ModelMetrics",
    (
        *QUALITY,
        Member("bias", "Bias.Report", REPORT),
        Member("bias_pre_training", "Bias.PreTrainingReport", REPORT),
        Member("bias_post_training", "Bias.PostTrainingReport", REPORT),
        Member("explainability", "Explainability.Report", REPORT),
    ),
)
DRIFT_BASELINES = Group(
    "drift_baselines",
    "DriftCheckBaselines",
    (
        *QUALITY,
        Member("bias_config", "Bias.ConfigFile", FILE),
        Member("bias_pre_training", "Bias.PreTrainingConstraints", REPORT),
        Member("bias_post_training", "Bias.PostTrainingConstraints", REPORT),
        Member("explainability", "Explainability.Constraints", REPORT),
        Member("explainability_config", "Explainability.ConfigFile", FILE),
    ),
)
