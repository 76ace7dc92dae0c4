"""The demo pipeline as it is written with SDK v3."""
# mypy: ignore-errors - the SDK is installed in a venv of its own only, and is untyped

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
    ConditionNot,
    ConditionOr,
)
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
    epochs, learning_rate, min_f1, require_baseline, approval = parameters
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
            instance_type=facts["processing_instance"],
            entrypoint=["python3", f"{CODE}/{entry}"],
            volume_size_in_gb=30,
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

    def trainer(step, entry, stopping, hyperparameters, *, spot=False, checkpoints=None):
        # No SourceCode: with it, v3 brings its own launcher and channels instead of script mode.
        return ModelTrainer(
            training_image=facts["image"],
            role=facts["role"],
            compute=Compute(
                instance_type=facts["training_instance"],
                instance_count=1,
                volume_size_in_gb=30,
                enable_managed_spot_training=spot,
            ),
            stopping_condition=stopping,
            checkpoint_config=checkpoints,
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
        description=facts["descriptions"]["prepare"],
        step_args=processor("prepare_data.py").run(
            inputs=[
                data("corpus", f"{facts['bucket']}/reviews/corpus/"),
                data("reviews", f"{facts['bucket']}/reviews/labelled/"),
                data("base", f"{facts['bucket']}/models/minilm/"),
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
        description=facts["descriptions"]["pretrain"],
        step_args=trainer(
            "pretrain",
            "pretrain.py",
            StoppingCondition(max_runtime_in_seconds=7200, max_wait_time_in_seconds=14400),
            facts["hyperparameters"]["pretrain"],
            spot=True,
            checkpoints=CheckpointConfig(
                s3_uri=f"{storage}/checkpoints/pretrain/{HASH[:16]}"
            ),
        ).train(
            input_data_config=[
                InputData(channel_name="corpus", data_source=prepared("corpus")),
                InputData(channel_name="base", data_source=f"{facts['bucket']}/models/minilm/"),
            ]
        ),
        cache_config=cache,
        retry_policies=retry,
    )
    finetune = TrainingStep(
        name="finetune",
        description=facts["descriptions"]["finetune"],
        step_args=trainer(
            "finetune",
            "finetune.py",
            StoppingCondition(max_runtime_in_seconds=3600),
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
        description=facts["descriptions"]["evaluate"],
        step_args=processor("evaluate.py").run(
            inputs=[
                data("model", model_data),
                data("train", prepared("train")),
                data("test", prepared("test")),
                code(),
            ],
            outputs=[output("evaluate", "report")],
        ),
        property_files=[metrics],
        cache_config=cache,
        retry_policies=retry,
    )
    report = evaluate.properties.ProcessingOutputConfig.Outputs["report"].S3Output.S3Uri
    model = ModelBuilder(
        image_uri=facts["serving_image"],
        s3_model_data_url=model_data,
        role_arn=facts["role"],
        sagemaker_session=session,
    )
    register = ModelStep(
        name="register",
        step_args=model.register(
            content_types=["application/json"],
            response_types=["application/json"],
            inference_instances=facts["serving_instances"],
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
    beats_bag_of_words = JsonGet(
        step_name=evaluate.name, property_file=metrics, json_path="beats.bag_of_words"
    )
    too_weak = FailStep(
        name="too_weak",
        error_message=Join(
            on="",
            values=["f1 ", f1, " is below ", min_f1, ", or a bag of words does as well"],
        ),
    )
    good_enough = ConditionStep(
        name="good_enough",
        conditions=[
            ConditionGreaterThanOrEqualTo(left=f1, right=min_f1),
            ConditionOr(
                conditions=[
                    ConditionNot(expression=ConditionEquals(left=require_baseline, right=True)),
                    ConditionEquals(left=beats_bag_of_words, right=True),
                ]
            ),
        ],
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
        ParameterBoolean(name="require_baseline", default_value=defaults["require_baseline"]),
        ParameterString(
            name="approval",
            default_value="PendingManualApproval",
            enum_values=["PendingManualApproval", "Approved"],
        ),
    ]
