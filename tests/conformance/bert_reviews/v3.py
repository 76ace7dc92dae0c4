"""The demo pipeline as it is written with SDK v3."""
# mypy: ignore-errors - the SDK is installed in a venv of its own only, and is untyped

from sagemaker.core.helper.session_helper import Session  # noqa: F401 - before the pipeline's
from sagemaker.core.model_metrics import MetricsSource, ModelMetrics
from sagemaker.core.processing import Processor
from sagemaker.core.shapes import (
    MetricDefinition,
    OutputDataConfig,
    ProcessingInput,
    ProcessingOutput,
    ProcessingS3Input,
    ProcessingS3Output,
    StoppingCondition,
)
from sagemaker.core.workflow.conditions import ConditionGreaterThanOrEqualTo
from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join, JsonGet
from sagemaker.core.workflow.parameters import (
    ParameterBoolean,
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


def build(facts):
    """Return the pipeline."""
    session = PipelineSession(default_bucket="ml-dev")
    storage = f"{facts['storage']}/bert-reviews"
    parameters = _parameters(facts["parameters"])
    epochs, learning_rate, min_f1, baseline, approval = parameters
    cache = CacheConfig(enable_caching=True, expire_after="P30D")
    retry = [
        StepRetryPolicy(
            exception_types=[StepExceptionTypeEnum.THROTTLING, StepExceptionTypeEnum.SERVICE_FAULT],
            interval_seconds=1,
            backoff_rate=2.0,
            max_attempts=3,
        )
    ]

    def processor(entry):
        return Processor(
            role=facts["role"],
            image_uri=facts["image"],
            instance_count=1,
            instance_type="ml.m5.xlarge",
            entrypoint=["python3", f"{CODE}/{entry}"],
            volume_size_in_gb=30,
            max_runtime_in_seconds=7200,
            sagemaker_session=session,
        )

    def data(name, source, folder=None):
        return ProcessingInput(
            input_name=name,
            s3_input=ProcessingS3Input(
                s3_uri=source,
                local_path=folder or f"/opt/ml/processing/input/{name}",
                s3_data_type="S3Prefix",
                s3_input_mode="File",
                s3_data_distribution_type="FullyReplicated",
            ),
        )

    def code():
        return data("code", f"{storage}/code/{HASH}/", CODE)

    def output(step, name):
        return ProcessingOutput(
            output_name=name,
            s3_output=ProcessingS3Output(
                s3_uri=Join(
                    on="/",
                    values=[
                        storage,
                        ExecutionVariables.PIPELINE_EXECUTION_ID,
                        step,
                        "output",
                        name,
                    ],
                ),
                local_path=f"/opt/ml/processing/output/{name}",
                s3_upload_mode="EndOfJob",
            ),
        )

    def trainer(step, entry, instance_type, hyperparameters):
        # No SourceCode: with it, v3 brings its own launcher and channels instead of script mode.
        return ModelTrainer(
            training_image=facts["image"],
            role=facts["role"],
            compute=Compute(
                instance_type=instance_type, instance_count=1, volume_size_in_gb=30
            ),
            stopping_condition=StoppingCondition(max_runtime_in_seconds=14400),
            output_data_config=OutputDataConfig(
                s3_output_path=Join(
                    on="/",
                    values=[storage, ExecutionVariables.PIPELINE_EXECUTION_ID, step, "output"],
                )
            ),
            hyperparameters={
                **hyperparameters,
                "sagemaker_program": entry,
                "sagemaker_submit_directory": f"{storage}/code/{HASH}/sourcedir.tar.gz",
            },
            sagemaker_session=session,
        ).with_metric_definitions(
            [
                MetricDefinition(name=name, regex=regex)
                for name, regex in facts["metrics"][step].items()
            ]
        )

    prepare = ProcessingStep(
        name="prepare",
        step_args=processor("prepare_data.py").run(
            inputs=[
                data("corpus", f"{facts['data']}/reviews/corpus/"),
                data("reviews", f"{facts['data']}/reviews/labelled/"),
                data("base", f"{facts['data']}/models/minilm/"),
                code(),
            ],
            outputs=[output("prepare", name) for name in ("corpus", "train", "test")],
        ),
        cache_config=cache,
        retry_policies=retry,
    )

    def prepared(name):
        return prepare.properties.ProcessingOutputConfig.Outputs[name].S3Output.S3Uri

    pretrain = TrainingStep(
        name="pretrain",
        step_args=trainer("pretrain", "pretrain.py", "ml.g5.xlarge", {"epochs": 1}).train(
            input_data_config=[
                InputData(channel_name="corpus", data_source=prepared("corpus")),
                InputData(channel_name="base", data_source=f"{facts['data']}/models/minilm/"),
            ]
        ),
        cache_config=cache,
        retry_policies=retry,
    )
    finetune = TrainingStep(
        name="finetune",
        step_args=trainer(
            "finetune",
            "finetune.py",
            "ml.g5.xlarge",
            {"epochs": epochs, "learning_rate": learning_rate},
        ).train(
            input_data_config=[
                InputData(channel_name="train", data_source=prepared("train")),
                InputData(
                    channel_name="model",
                    data_source=pretrain.properties.ModelArtifacts.S3ModelArtifacts,
                ),
            ]
        ),
        cache_config=cache,
        retry_policies=retry,
    )
    model_data = finetune.properties.ModelArtifacts.S3ModelArtifacts
    metrics = PropertyFile(name="metrics", output_name="report", path="evaluation.json")
    evaluate = ProcessingStep(
        name="evaluate",
        step_args=processor("evaluate.py").run(
            inputs=[
                data("model", model_data),
                data("train", prepared("train")),
                data("test", prepared("test")),
                code(),
            ],
            outputs=[output("evaluate", "report")],
            arguments=["--baseline", baseline.to_string()],
        ),
        property_files=[metrics],
        cache_config=cache,
        retry_policies=retry,
    )
    report = evaluate.properties.ProcessingOutputConfig.Outputs["report"].S3Output.S3Uri
    model = ModelBuilder(
        image_uri=facts["image"],
        s3_model_data_url=model_data,
        role_arn=facts["role"],
        sagemaker_session=session,
    )
    register = ModelStep(
        name="register",
        step_args=model.register(
            content_types=["application/json"],
            response_types=["application/json"],
            inference_instances=["ml.m5.xlarge"],
            transform_instances=["ml.m5.xlarge"],
            model_package_group_name="bert-reviews",
            approval_status=approval,
            model_metrics=ModelMetrics(
                model_statistics=MetricsSource(
                    content_type="application/json",
                    s3_uri=Join(on="/", values=[report, "evaluation.json"]),
                )
            ),
        ),
        retry_policies=retry,
    )
    f1 = JsonGet(step_name=evaluate.name, property_file=metrics, json_path="f1.value")
    too_weak = FailStep(
        name="too_weak",
        error_message=Join(on=" ", values=["f1", f1, "is below", min_f1]),
    )
    good_enough = ConditionStep(
        name="good_enough",
        conditions=[ConditionGreaterThanOrEqualTo(left=f1, right=min_f1)],
        if_steps=[register],
        else_steps=[too_weak],
    )
    return Pipeline(
        name="bert-reviews",
        parameters=parameters,
        steps=[prepare, pretrain, finetune, evaluate, good_enough],
        sagemaker_session=session,
    )


def _parameters(defaults):
    return [
        ParameterInteger(name="epochs", default_value=defaults["epochs"]),
        ParameterFloat(name="learning_rate", default_value=defaults["learning_rate"]),
        ParameterFloat(name="min_f1", default_value=defaults["min_f1"]),
        ParameterBoolean(name="baseline", default_value=defaults["baseline"]),
        ParameterString(
            name="approval",
            default_value="PendingManualApproval",
            enum_values=["PendingManualApproval", "Approved"],
        ),
    ]
