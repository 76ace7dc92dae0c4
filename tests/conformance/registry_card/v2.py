"""A forest is registered with a model card, a script that serves it and its framework, with v2."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.inputs import TrainingInput
from sagemaker.model_card import ModelPackageModelCard
from sagemaker.sklearn import SKLearn, SKLearnModel
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.parameters import ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.steps import TrainingStep

ROLE = "arn:aws:iam::111122223333:role/ml-pipeline"
CODE = "s3://ml-dev/forest/code"
SESSION = PipelineSession(default_bucket="ml-dev")
TASK = ParameterString(name="task", default_value="REGRESSION")


def build(_: dict[str, Any]) -> Pipeline:
    train = _train()
    model = SKLearnModel(
        model_data=train.properties.ModelArtifacts.S3ModelArtifacts,
        role=ROLE,
        entry_point="serve.py",
        source_dir=f"{CODE}/serve.tar.gz",
        framework_version="1.2-1",
        py_version="py3",
        env={"WORKERS": "2"},
        sagemaker_session=SESSION,
    )
    arguments = model.register(
        content_types=["text/csv"],
        response_types=["application/json"],
        inference_instances=["ml.t2.medium", "ml.m5.large"],
        model_package_group_name="forest",
        approval_status="Rejected",
        domain="MACHINE_LEARNING",
        task=TASK,
        framework="SAGEMAKER-SCIKIT-LEARN",
        framework_version="1.2-1",
        data_input_configuration='{"input":[1,12]}',
        model_card=ModelPackageModelCard(
            model_card_status="PendingReview",
            model_card_content={
                "model_overview": {"model_creator": "yield team", "model_artifact": []},
                "intended_uses": {
                    "purpose_of_model": "Estimate how much wood a stand yields.",
                    "risk_rating": "Medium",
                },
                "business_details": {"line_of_business": "forestry"},
            },
        ),
    )
    return Pipeline(
        name="forest",
        parameters=[TASK],
        steps=[train, ModelStep(name="forest", step_args=arguments)],
        sagemaker_session=SESSION,
    )


def _train() -> TrainingStep:
    estimator = SKLearn(
        entry_point="train.py",
        source_dir=f"{CODE}/sourcedir.tar.gz",
        framework_version="1.2-1",
        instance_type="ml.m5.large",
        role=ROLE,
        output_path="s3://ml-dev/forest/models",
        max_run=1800,
        hyperparameters={"trees": 300},
        debugger_hook_config=False,
        disable_profiler=True,
        sagemaker_session=SESSION,
    )
    data = TrainingInput(s3_data="s3://ml-dev/forest/stands.csv", content_type="text/csv")
    return TrainingStep(name="train", step_args=estimator.fit(inputs={"stands": data}))
