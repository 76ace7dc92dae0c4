"""Checks of bias and of what a model looks at, whose baselines are registered, with SDK v3."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.core.clarify import (
    BiasConfig,
    DataConfig,
    ModelConfig,
    ModelPredictedLabelConfig,
    SHAPConfig,
)
from sagemaker.core.drift_check_baselines import DriftCheckBaselines
from sagemaker.core.model_metrics import FileSource, MetricsSource, ModelMetrics
from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join
from sagemaker.core.workflow.parameters import ParameterBoolean, ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow import (
    CacheConfig,
    CheckJobConfig,
    ClarifyCheckStep,
    ModelStep,
    Pipeline,
)
from sagemaker.mlops.workflow.clarify_check_step import (
    DataBiasCheckConfig,
    ModelBiasCheckConfig,
    ModelExplainabilityCheckConfig,
)
from sagemaker.serve.model_builder import ModelBuilder

IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/serve:2.0"
ROLE = "arn:aws:iam::111122223333:role/ml-pipeline"
SESSION = PipelineSession(default_bucket="ml-dev")
MODEL = ParameterString(name="model")
DATA = ParameterString(name="data", default_value="s3://ml-dev/credit/train.csv")
NEW_BASELINE = ParameterBoolean(name="new_baseline", default_value=True)
EXECUTION = ExecutionVariables.PIPELINE_EXECUTION_ID
HASH = "0" * 64
HEADERS = ["approved", "age", "income", "region"]
BIAS = BiasConfig(label_values_or_threshold=[1], facet_name="age", facet_values_or_threshold=[40])
JOB = CheckJobConfig(
    role=ROLE,
    instance_count=1,
    instance_type="ml.c5.xlarge",
    volume_size_in_gb=40,
    max_runtime_in_seconds=3600,
    tags=[{"Key": "team", "Value": "credit"}],
    sagemaker_session=SESSION,
)


def build(_: dict[str, Any]) -> Pipeline:
    predictor = ModelConfig(
        model_name=MODEL,
        instance_count=1,
        instance_type="ml.m5.large",
        accept_type="text/csv",
        content_type="text/csv",
    )
    data_bias = ClarifyCheckStep(
        name="data_bias",
        clarify_check_config=DataBiasCheckConfig(
            data_config=_data("data_bias"), data_bias_config=BIAS, methods=["CI", "DPL"]
        ),
        check_job_config=JOB,
        register_new_baseline=NEW_BASELINE,
        model_package_group_name="credit",
        cache_config=CacheConfig(enable_caching=True, expire_after="P30D"),
    )
    model_bias = ClarifyCheckStep(
        name="model_bias",
        clarify_check_config=ModelBiasCheckConfig(
            data_config=_data("model_bias"),
            data_bias_config=BIAS,
            model_config=predictor,
            model_predicted_label_config=ModelPredictedLabelConfig(probability_threshold=0.8),
        ),
        check_job_config=JOB,
        fail_on_violation=False,
        register_new_baseline=NEW_BASELINE,
        model_package_group_name="credit",
    )
    explain = ClarifyCheckStep(
        name="explain",
        description="Which columns count?",
        clarify_check_config=ModelExplainabilityCheckConfig(
            data_config=_data("explain"),
            model_config=predictor,
            explainability_config=SHAPConfig(
                baseline=[[35, 40000, 2]],
                num_samples=50,
                agg_method="mean_abs",
                save_local_shap_values=False,
            ),
        ),
        check_job_config=JOB,
        skip_check=True,
        register_new_baseline=NEW_BASELINE,
        supplied_baseline_constraints="s3://ml-dev/credit/baseline/explain.json",
        depends_on=["model_bias"],
    )
    register = _register(data_bias.properties, model_bias.properties, explain.properties)
    return Pipeline(
        name="clarify-checks",
        parameters=[MODEL, DATA, NEW_BASELINE],
        steps=[data_bias, model_bias, explain, register],
        sagemaker_session=SESSION,
    )


def _data(step: str) -> DataConfig:
    return DataConfig(
        s3_data_input_path=DATA,
        s3_output_path=Join(on="/", values=["s3://ml-dev/credit", EXECUTION, step]),
        s3_analysis_config_output_path=f"s3://ml-dev/pipec/clarify-checks/code/{HASH}",
        label="approved",
        headers=HEADERS,
        dataset_type="text/csv",
    )


def _register(data_bias: Any, model_bias: Any, explain: Any) -> ModelStep:
    arguments = ModelBuilder(
        image_uri=IMAGE,
        s3_model_data_url="s3://ml-dev/credit/model.tar.gz",
        role_arn=ROLE,
        sagemaker_session=SESSION,
    ).register(
        content_types=["text/csv"],
        response_types=["text/csv"],
        inference_instances=["ml.m5.large"],
        transform_instances=["ml.m5.xlarge"],
        model_package_group_name="credit",
        model_metrics=ModelMetrics(
            bias_pre_training=_json(data_bias.CalculatedBaselineConstraints),
            bias_post_training=_json(model_bias.CalculatedBaselineConstraints),
            explainability=_json(explain.CalculatedBaselineConstraints),
        ),
        drift_check_baselines=DriftCheckBaselines(
            bias_pre_training_constraints=_json(data_bias.BaselineUsedForDriftCheckConstraints),
            bias_post_training_constraints=_json(model_bias.BaselineUsedForDriftCheckConstraints),
            bias_config_file=FileSource(
                content_type="application/json",
                s3_uri="s3://ml-dev/credit/config/model_bias/bias.json",
            ),
            explainability_constraints=_json(explain.BaselineUsedForDriftCheckConstraints),
        ),
    )
    return ModelStep(name="register", step_args=arguments)


def _json(uri: Any) -> MetricsSource:
    return MetricsSource(content_type="application/json", s3_uri=uri)
