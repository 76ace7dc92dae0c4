"""Scripts started by the launcher that SDK v3 brings: torchrun, MPI and a plain command."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.core import image_uris
from sagemaker.core.shapes import OutputDataConfig, StoppingCondition
from sagemaker.core.workflow.parameters import ParameterFloat
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow import Pipeline, TrainingStep
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData, SourceCode
from sagemaker.train.distributed import MPI, Torchrun

CODE = "s3://ml-dev/segment/code"
SESSION = PipelineSession(default_bucket="ml-dev")
RATE = ParameterFloat(name="rate", default_value=0.001)


def build(_: dict[str, Any]) -> Pipeline:
    teacher = _step(
        "teacher",
        SourceCode(
            source_dir=f"{CODE}/teacher/", entry_script="train.py", requirements="requirements.txt"
        ),
        {},
        instances=2,
        hyperparameters={"rate": RATE, "classes": 21, "crop": [512, 512], "name": "teacher"},
        distributed=Torchrun(process_count_per_node=4),
    )
    student = _step(
        "student",
        SourceCode(source_dir=f"{CODE}/student/", entry_script="distil.py"),
        {"teacher": teacher.properties.ModelArtifacts.S3ModelArtifacts},
        instances=4,
        hyperparameters={"temperature": 2.0},
        distributed=MPI(process_count_per_node=1, mpi_additional_options=["-x", "NCCL_DEBUG"]),
    )
    export = _step(
        "export",
        SourceCode(source_dir=f"{CODE}/export/", command="python export.py --format onnx"),
        {"student": student.properties.ModelArtifacts.S3ModelArtifacts},
    )
    return Pipeline(
        name="segment",
        parameters=[RATE],
        steps=[teacher, student, export],
        sagemaker_session=SESSION,
    )


def _step(
    name: str, source: SourceCode, models: dict[str, Any], instances: int = 1, **options: Any
) -> TrainingStep:
    trainer = ModelTrainer(
        training_image=image_uris.retrieve(
            "pytorch",
            "us-east-1",
            version="2.6.0",
            py_version="py312",
            instance_type="ml.g5.12xlarge",
            image_scope="training",
        ),
        base_job_name=name,
        role="arn:aws:iam::111122223333:role/ml-training",
        source_code=source,
        compute=Compute(instance_count=instances, instance_type="ml.g5.12xlarge"),
        stopping_condition=StoppingCondition(max_runtime_in_seconds=43200),
        output_data_config=OutputDataConfig(s3_output_path="s3://ml-dev/segment/models"),
        sagemaker_session=SESSION,
        **options,
    )
    inputs = {"images": "s3://ml-dev/segment/images/", **models}
    channels = [
        InputData(channel_name=channel, data_source=source) for channel, source in inputs.items()
    ]
    return TrainingStep(name=name, step_args=trainer.train(input_data_config=channels))
