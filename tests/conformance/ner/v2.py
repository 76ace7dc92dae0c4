"""The pipeline of addresses as it is written with SDK v2."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from dataclasses import dataclass
from typing import Any

from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.model import Model
from sagemaker.model_metrics import MetricsSource, ModelMetrics
from sagemaker.processing import ProcessingInput, ProcessingOutput, Processor
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import (
    ConditionEquals,
    ConditionGreaterThanOrEqualTo,
)
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.fail_step import FailStep
from sagemaker.workflow.functions import Join, JsonGet
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.parameters import (
    ParameterFloat,
    ParameterInteger,
    ParameterString,
)
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.properties import PropertyFile
from sagemaker.workflow.retry import StepExceptionTypeEnum, StepRetryPolicy
from sagemaker.workflow.steps import CacheConfig, ProcessingStep, TrainingStep

CODE = "/opt/ml/processing/input/code"
HASH = "0" * 64
CACHE = CacheConfig(enable_caching=True, expire_after="P30D")
RETRY = [
    StepRetryPolicy(
        exception_types=[StepExceptionTypeEnum.THROTTLING, StepExceptionTypeEnum.SERVICE_FAULT],
        interval_seconds=1,
        backoff_rate=2.0,
        max_attempts=3,
    )
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Jobs:
    """Job steps with what all of them share."""

    facts: dict[str, Any]
    session: PipelineSession

    @property
    def storage(self) -> str:
        return f"{self.facts['storage']}/address-entities"

    def output(self, *names: str) -> Join:
        parts = [self.storage, ExecutionVariables.PIPELINE_EXECUTION_ID, *names]
        return Join(on="/", values=parts)

    def processing(
        self,
        name: str,
        entry: str,
        inputs: dict[str, Any],
        outputs: list[str],
        property_files: list[PropertyFile] | None = None,
    ) -> ProcessingStep:
        processor = Processor(
            role=self.facts["role"],
            image_uri=self.facts["image"],
            instance_count=1,
            instance_type=self.facts["processing_instance"],
            entrypoint=["python3", f"{CODE}/{entry}"],
            volume_size_in_gb=30,
            sagemaker_session=self.session,
        )
        sources = {**inputs, "code": f"{self.storage}/code/{HASH}/"}
        arguments = processor.run(
            inputs=[
                ProcessingInput(
                    input_name=input_name,
                    source=source,
                    destination=f"/opt/ml/processing/input/{input_name}",
                )
                for input_name, source in sources.items()
            ],
            outputs=[
                ProcessingOutput(
                    output_name=output_name,
                    source=f"/opt/ml/processing/output/{output_name}",
                    destination=self.output(name, "output", output_name),
                )
                for output_name in outputs
            ],
        )
        return ProcessingStep(
            name=name,
            description=self.facts["descriptions"][name],
            step_args=arguments,
            property_files=property_files,
            cache_config=CACHE,
            retry_policies=RETRY,
        )

    def training(
        self,
        name: str,
        entry: str,
        hyperparameters: dict[str, Any],
        channels: dict[str, Any],
        **options: Any,
    ) -> TrainingStep:
        estimator = Estimator(
            image_uri=self.facts["image"],
            role=self.facts["role"],
            instance_count=1,
            instance_type=self.facts["training_instance"],
            volume_size=30,
            output_path=self.output(name, "output"),
            hyperparameters={
                **hyperparameters,
                "sagemaker_program": entry,
                "sagemaker_submit_directory": f"{self.storage}/code/{HASH}/sourcedir.tar.gz",
            },
            metric_definitions=[
                {"Name": metric, "Regex": regex}
                for metric, regex in self.facts["metrics"][name].items()
            ],
            disable_profiler=True,
            debugger_hook_config=False,
            sagemaker_session=self.session,
            **options,
        )
        inputs = {channel: TrainingInput(s3_data=data) for channel, data in channels.items()}
        return TrainingStep(
            name=name,
            description=self.facts["descriptions"][name],
            step_args=estimator.fit(inputs=inputs),
            cache_config=CACHE,
            retry_policies=RETRY,
        )


def build(facts: dict[str, Any]) -> Pipeline:
    session = PipelineSession(default_bucket="ml-dev")
    jobs = Jobs(facts=facts, session=session)
    bucket = facts["bucket"]
    parameters = _parameters(facts["parameters"])
    epochs, learning_rate, min_f1, approval = parameters
    metrics = PropertyFile(name="metrics", output_name="report", path="evaluation.json")

    prepare = jobs.processing(
        "prepare",
        "prepare_tokens.py",
        inputs={"sentences": f"{bucket}/addresses/labelled/"},
        outputs=["train", "test"],
    )
    finetune = jobs.training(
        "finetune",
        "finetune_tokens.py",
        {
            "epochs": epochs,
            "learning_rate": learning_rate,
            **facts["hyperparameters"]["finetune"],
        },
        {
            "train": _output(prepare, "train"),
            "model": f"{bucket}/models/minilm/",
        },
        max_run=3600,
        use_spot_instances=True,
        max_wait=7200,
        checkpoint_s3_uri=f"{jobs.storage}/checkpoints/finetune/{HASH[:16]}",
    )
    model = finetune.properties.ModelArtifacts.S3ModelArtifacts
    evaluate = jobs.processing(
        "evaluate",
        "evaluate_tokens.py",
        inputs={
            "model": model,
            "train": _output(prepare, "train"),
            "test": _output(prepare, "test"),
        },
        outputs=["report"],
        property_files=[metrics],
    )
    register = _register(facts, session, model, _output(evaluate, "report"), approval)
    good_enough = _good_enough(evaluate, metrics, min_f1, register)
    return Pipeline(
        name="address-entities",
        parameters=parameters,
        steps=[prepare, finetune, evaluate, good_enough],
        sagemaker_session=session,
    )


def _output(step: ProcessingStep, name: str) -> Any:
    return step.properties.ProcessingOutputConfig.Outputs[name].S3Output.S3Uri


def _register(
    facts: dict[str, Any], session: PipelineSession, model: Any, report: Any, approval: Any
) -> Any:
    quality = MetricsSource(
        content_type="application/json", s3_uri=Join(on="/", values=[report, "evaluation.json"])
    )
    arguments = Model(
        image_uri=facts["serving_image"], model_data=model, sagemaker_session=session
    ).register(
        content_types=["application/json"],
        response_types=["application/json"],
        inference_instances=facts["serving_instances"],
        transform_instances=["ml.m5.xlarge"],
        model_package_group_name="address-entities",
        approval_status=approval,
        model_metrics=ModelMetrics(model_statistics=quality),
    )
    step = ModelStep(name="register", step_args=arguments, retry_policies=RETRY).steps[0]
    # ModelStep is a collection, here of one step, which it calls `register-RegisterModel`.
    step.name = "register"
    return step


def _good_enough(
    evaluate: ProcessingStep, metrics: PropertyFile, min_f1: Any, then: Any
) -> ConditionStep:
    def measure(path: str) -> JsonGet:
        return JsonGet(step_name=evaluate.name, property_file=metrics, json_path=path)

    f1 = measure("f1.value")
    too_weak = FailStep(
        name="too_weak",
        error_message=Join(
            on="",
            values=[
                "f1 of entities ",
                f1,
                " is below ",
                min_f1,
                ", or a list of known entities does as well",
            ],
        ),
    )
    return ConditionStep(
        name="good_enough",
        conditions=[
            ConditionGreaterThanOrEqualTo(left=f1, right=min_f1),
            ConditionEquals(left=measure("beats.seen_entities"), right=True),
        ],
        if_steps=[then],
        else_steps=[too_weak],
    )


def _parameters(defaults: dict[str, Any]) -> list[Any]:
    return [
        ParameterInteger(name="epochs", default_value=defaults["epochs"]),
        ParameterFloat(name="learning_rate", default_value=defaults["learning_rate"]),
        ParameterFloat(name="min_f1", default_value=defaults["min_f1"]),
        ParameterString(
            name="approval",
            default_value="PendingManualApproval",
            enum_values=["PendingManualApproval", "Approved"],
        ),
    ]
