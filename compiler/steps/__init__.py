"""What each step type is: one file per type, and the list of all of them."""

from collections.abc import Iterator, Mapping
from importlib import import_module

from compiler.steps.step_type import StepType

# The type as it stands in YAML -> the module here, and the name that it has there.
PLACES = {
    "processing": ("processing", "PROCESSING"),
    "training": ("training", "TRAINING"),
    "tuning": ("tuning", "TUNING"),
    "condition": ("condition", "CONDITION"),
    "automl": ("automl", "AUTOML"),
    "transform": ("transform", "TRANSFORM"),
    "model": ("model", "MODEL"),
    "endpoint_config": ("endpoint_config", "ENDPOINT_CONFIG"),
    "endpoint": ("endpoint", "ENDPOINT"),
    "inference_component": ("inference_component", "INFERENCE_COMPONENT"),
    "repack": ("repack", "REPACK"),
    "register_model": ("register_model", "REGISTER_MODEL"),
    "fail": ("fail", "FAIL"),
    "lambda": ("lambda_", "LAMBDA"),
    "callback": ("callback", "CALLBACK"),
    "for_each": ("for_each", "FOR_EACH"),
    "emr": ("emr", "EMR"),
    "emr_serverless": ("emr_serverless", "EMR_SERVERLESS"),
    "job": ("job", "JOB"),
    "lineage": ("lineage", "LINEAGE"),
    "cleanup": ("cleanup", "CLEANUP"),
    "bedrock_custom_model": ("bedrock_custom_model", "BEDROCK_CUSTOM_MODEL"),
    "bedrock_custom_model_deployment": (
        "bedrock_custom_model_deployment",
        "BEDROCK_CUSTOM_MODEL_DEPLOYMENT",
    ),
    "bedrock_model_import": ("bedrock_model_import", "BEDROCK_MODEL_IMPORT"),
    "bedrock_provisioned_throughput": (
        "bedrock_provisioned_throughput",
        "BEDROCK_PROVISIONED_THROUGHPUT",
    ),
    "quality_check": ("quality_check", "QUALITY_CHECK"),
    "clarify_check": ("clarify_check", "CLARIFY_CHECK"),
    "notebook": ("notebook", "NOTEBOOK"),
    "raw": ("raw", "RAW"),
}


class _StepTypes(Mapping[str, StepType]):
    """All step types by name; one is loaded when it is used, since a spec uses a few of thirty."""

    def __getitem__(self, name: str) -> StepType:
        module, constant = PLACES[name]
        found: StepType = getattr(import_module(f"compiler.steps.{module}"), constant)
        return found

    def __contains__(self, name: object) -> bool:
        return name in PLACES

    def __iter__(self) -> Iterator[str]:
        return iter(PLACES)

    def __len__(self) -> int:
        return len(PLACES)


STEP_TYPES: Mapping[str, StepType] = _StepTypes()
