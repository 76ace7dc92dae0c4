"""Script mode on several instances: torchrun, MPI, SMDDP and a parameter server, with SDK v2."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.huggingface import HuggingFace
from sagemaker.inputs import TrainingInput
from sagemaker.pytorch import PyTorch
from sagemaker.sklearn import SKLearn
from sagemaker.tensorflow import TensorFlow
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.functions import Join
from sagemaker.workflow.parameters import ParameterFloat, ParameterInteger
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.steps import CacheConfig, TrainingStep

CODE = "s3://ml-dev/forecast/code"
SESSION = PipelineSession(default_bucket="ml-dev")
NODES = ParameterInteger(name="Nodes", default_value=2)
RATE = ParameterFloat(name="Rate", default_value=3e-5)
JOB = {
    "role": "arn:aws:iam::111122223333:role/ml-training",
    "sagemaker_session": SESSION,
    "debugger_hook_config": False,
    "disable_profiler": True,
    "max_run": 36000,
}


def build(_: dict[str, Any]) -> Pipeline:
    torch = PyTorch(
        entry_point="train.py",
        source_dir=f"{CODE}/torch/sourcedir.tar.gz",
        framework_version="2.3.0",
        py_version="py311",
        instance_count=NODES,
        instance_type="ml.p4d.24xlarge",
        distribution={"torch_distributed": {"enabled": True}},
        hyperparameters={"rate": RATE, "layers": [4, 8], "dropout": 0.1, "compile": True},
        output_path=_results("torch"),
        **JOB,
    )
    language = HuggingFace(
        entry_point="run_clm.py",
        source_dir=f"{CODE}/language/sourcedir.tar.gz",
        transformers_version="4.28.1",
        pytorch_version="2.0.0",
        py_version="py310",
        instance_count=2,
        instance_type="ml.p4d.24xlarge",
        distribution={"smdistributed": {"dataparallel": {"enabled": True}}},
        hyperparameters={"model_name": "gpt2", "epochs": 3, "version": "1.10"},
        environment={"HF_HOME": "/opt/ml/cache"},
        output_path=_results("language"),
        **JOB,
    )
    horovod = TensorFlow(
        entry_point="train.py",
        source_dir=f"{CODE}/horovod/sourcedir.tar.gz",
        framework_version="2.12",
        py_version="py310",
        instance_count=4,
        instance_type="ml.p3.16xlarge",
        distribution={
            "mpi": {
                "enabled": True,
                "processes_per_host": 8,
                "custom_mpi_options": "-x NCCL_DEBUG=INFO --oversubscribe",
            }
        },
        model_dir=_results("horovod-checkpoints"),
        hyperparameters={"batch_size": 256},
        output_path=_results("horovod"),
        **JOB,
    )
    servers = TensorFlow(
        entry_point="train.py",
        source_dir=f"{CODE}/servers/sourcedir.tar.gz",
        framework_version="2.12",
        py_version="py310",
        instance_count=3,
        instance_type="ml.c5.4xlarge",
        distribution={"parameter_server": {"enabled": True}},
        model_dir=False,
        output_path=_results("servers"),
        container_log_level=10,
        **JOB,
    )
    stack = SKLearn(
        entry_point="stack.py",
        source_dir=f"{CODE}/stack/sourcedir.tar.gz",
        framework_version="1.2-1",
        instance_type="ml.m5.2xlarge",
        hyperparameters={"folds": 5, "label": Join(on="-", values=["stack", NODES])},
        output_path=_results("stack"),
        **JOB,
    )
    data = {"train": TrainingInput(s3_data="s3://ml-dev/forecast/data/train/")}
    jobs = {"torch": torch, "language": language, "horovod": horovod, "servers": servers}
    steps = [
        TrainingStep(
            name=name,
            step_args=estimator.fit(inputs=data),
            cache_config=CacheConfig(enable_caching=True, expire_after="P30D"),
        )
        for name, estimator in jobs.items()
    ]
    members = {
        step.name: TrainingInput(s3_data=step.properties.ModelArtifacts.S3ModelArtifacts)
        for step in steps
    }
    return Pipeline(
        name="forecast",
        parameters=[NODES, RATE],
        steps=[*steps, TrainingStep(name="stack", step_args=stack.fit(inputs={**data, **members}))],
        sagemaker_session=SESSION,
    )


def _results(name: str) -> Join:
    return Join(
        on="/",
        values=["s3://ml-dev/forecast/models", ExecutionVariables.PIPELINE_EXECUTION_ID, name],
    )
