"""The pipeline of addresses as it is written with SDK v3."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from dataclasses import dataclass
from typing import Any

from sagemaker.core.model_metrics import MetricsSource, ModelMetrics
from sagemaker.core.processing import Processor
from sagemaker.core.shapes import (
    CheckpointConfig,
    MetricDefinition,
    OutputDataConfig,
    ProcessingInput,
    ProcessingOutput,
    ProcessingS3Input,
    ProcessingS3Output,
    StoppingCondition,
)
from sagemaker.core.workflow.conditions import (
    ConditionEquals,
    ConditionGreaterThanOrEqualTo,
)
from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join, JsonGet
from sagemaker.core.workflow.parameters import (
    ParameterFloat,
    ParameterInteger,
    ParameterString,
)
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.core.workflow.properties import PropertyFile
from sagemaker.mlops.workflow import (
    CacheConfig,
    ConditionStep,
    FailStep,
    ModelStep,
    Pipeline,
    ProcessingStep,
    StepExceptionTypeEnum,
    StepRetryPolicy,
    TrainingStep,
)
from sagemaker.serve.model_builder import ModelBuilder
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData

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
                    s3_input=ProcessingS3Input(
                        s3_uri=source,
                        s3_data_type="S3Prefix",
                        s3_input_mode="File",
                        local_path=f"/opt/ml/processing/input/{input_name}",
                    ),
                )
                for input_name, source in sources.items()
            ],
            outputs=[
                ProcessingOutput(
                    output_name=output_name,
                    s3_output=ProcessingS3Output(
                        s3_uri=self.output(name, "output", output_name),
                        s3_upload_mode="EndOfJob",
                        local_path=f"/opt/ml/processing/output/{output_name}",
                    ),
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
        stopping: StoppingCondition,
        checkpoints: CheckpointConfig | None = None,
    ) -> TrainingStep:
        # No SourceCode: with it, v3 brings its own launcher and channels instead of script mode.
        trainer = ModelTrainer(
            training_image=self.facts["image"],
            role=self.facts["role"],
            compute=Compute(
                instance_count=1,
                instance_type=self.facts["training_instance"],
                volume_size_in_gb=30,
                enable_managed_spot_training=checkpoints is not None,
            ),
            stopping_condition=stopping,
            checkpoint_config=checkpoints,
            output_data_config=OutputDataConfig(s3_output_path=self.output(name, "output")),
            hyperparameters={
                **hyperparameters,
                "sagemaker_program": entry,
                "sagemaker_submit_directory": f"{self.storage}/code/{HASH}/sourcedir.tar.gz",
            },
            sagemaker_session=self.session,
        ).with_metric_definitions(
            [
                MetricDefinition(name=metric, regex=regex)
                for metric, regex in self.facts["metrics"][name].items()
            ]
        )
        inputs = [
            InputData(channel_name=channel, data_source=data) for channel, data in channels.items()
        ]
        return TrainingStep(
            name=name,
            description=self.facts["descriptions"][name],
            step_args=trainer.train(input_data_config=inputs),
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
        stopping=StoppingCondition(max_runtime_in_seconds=3600, max_wait_time_in_seconds=7200),
        checkpoints=CheckpointConfig(s3_uri=f"{jobs.storage}/checkpoints/finetune/{HASH[:16]}"),
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
    arguments = ModelBuilder(
        image_uri=facts["serving_image"],
        s3_model_data_url=model,
        role_arn=facts["role"],
        sagemaker_session=session,
    ).register(
        content_types=["application/json"],
        response_types=["application/json"],
        inference_instances=facts["serving_instances"],
        transform_instances=["ml.m5.xlarge"],
        model_package_group_name="address-entities",
        approval_status=approval,
        model_metrics=ModelMetrics(model_statistics=quality),
    )
    return ModelStep(name="register", step_args=arguments, retry_policies=RETRY)


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
