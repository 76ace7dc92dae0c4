"""The demo pipeline as it is written with SDK v2."""
# mypy: ignore-errors - the SDK is installed in a venv of its own only, and is untyped

from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.model import Model
from sagemaker.model_metrics import MetricsSource, ModelMetrics
from sagemaker.processing import ProcessingInput, ProcessingOutput, Processor
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import (
    ConditionEquals,
    ConditionGreaterThanOrEqualTo,
    ConditionNot,
    ConditionOr,
)
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.fail_step import FailStep
from sagemaker.workflow.functions import Join, JsonGet
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.parameters import (
    ParameterBoolean,
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

    def data(name, source):
        return ProcessingInput(
            input_name=name, source=source, destination=f"/opt/ml/processing/input/{name}"
        )

    def code():
        return ProcessingInput(
            input_name="code", source=f"{storage}/code/{HASH}/", destination=CODE
        )

    def output(step, name):
        return ProcessingOutput(
            output_name=name,
            source=f"/opt/ml/processing/output/{name}",
            destination=Join(
                on="/",
                values=[storage, ExecutionVariables.PIPELINE_EXECUTION_ID, step, "output", name],
            ),
        )

    def estimator(step, entry, max_run, hyperparameters, **options):
        return Estimator(
            image_uri=facts["image"],
            role=facts["role"],
            instance_count=1,
            instance_type=facts["training_instance"],
            volume_size=30,
            max_run=max_run,
            output_path=Join(
                on="/",
                values=[storage, ExecutionVariables.PIPELINE_EXECUTION_ID, step, "output"],
            ),
            hyperparameters={
                **hyperparameters,
                "sagemaker_program": entry,
                "sagemaker_submit_directory": f"{storage}/code/{HASH}/sourcedir.tar.gz",
            },
            metric_definitions=[
                {"Name": name, "Regex": regex} for name, regex in facts["metrics"][step].items()
            ],
            disable_profiler=True,
            debugger_hook_config=False,
            sagemaker_session=session,
            **options,
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
        step_args=estimator(
            "pretrain",
            "pretrain.py",
            7200,
            facts["hyperparameters"]["pretrain"],
            use_spot_instances=True,
            max_wait=14400,
            checkpoint_s3_uri=f"{storage}/checkpoints/pretrain/{HASH[:16]}",
        ).fit(
            inputs={
                "corpus": TrainingInput(s3_data=prepared("corpus")),
                "base": TrainingInput(s3_data=f"{facts['bucket']}/models/minilm/"),
            }
        ),
        cache_config=cache,
        retry_policies=retry,
    )
    finetune = TrainingStep(
        name="finetune",
        description=facts["descriptions"]["finetune"],
        step_args=estimator(
            "finetune",
            "finetune.py",
            3600,
            {"epochs": epochs, "learning_rate": learning_rate},
        ).fit(
            inputs={
                "train": TrainingInput(s3_data=prepared("train")),
                "model": TrainingInput(s3_data=pretrain.properties.ModelArtifacts.S3ModelArtifacts),
            }
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
    model = Model(image_uri=facts["serving_image"], model_data=model_data, sagemaker_session=session)
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
    ).steps[0]
    # ModelStep is a collection of one step, which it calls `register-RegisterModel`.
    register.name = "register"
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
