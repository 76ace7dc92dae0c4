"""A home of its own for a test: local S3, scripts in it, steps that run them, executions."""

import hashlib
import os
import select
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from compiler.local.archive import pack
from compiler.local.container import Isolation
from compiler.local.events import Event
from compiler.local.execute import Execution, execute
from compiler.local.registry import Registry
from compiler.local.s3 import LocalS3

Step = dict[str, Any]
EXECUTION_ID = {"Get": "Execution.PipelineExecutionId"}
ROLE = "arn:aws:iam::111122223333:role/ml-pipeline"
CACHED = {"Enabled": True, "ExpireAfter": "P30D"}


def join(*values: Any) -> dict[str, Any]:
    """Return a Std:Join of the values with nothing between them."""
    return {"Std:Join": {"On": "", "Values": list(values)}}


def fail(name: str, message: Any = "it failed") -> Step:
    """Return a fail step."""
    return {"Name": name, "Type": "Fail", "Arguments": {"ErrorMessage": message}}


def condition(
    name: str, conditions: list[Any], then: list[Step], otherwise: list[Step] | None = None
) -> Step:
    """Return a condition step with its branches."""
    arguments = {"Conditions": conditions, "IfSteps": then, "ElseSteps": otherwise or []}
    return {"Name": name, "Type": "Condition", "Arguments": arguments}


def equals(left: Any, right: Any) -> dict[str, Any]:
    """Return an Equals condition."""
    return {"Type": "Equals", "LeftValue": left, "RightValue": right}


def output_of(step: str, output: str) -> dict[str, str]:
    """Return the reference to where a processing step keeps an output."""
    return {"Get": f"Steps.{step}.ProcessingOutputConfig.Outputs['{output}'].S3Output.S3Uri"}


def model_of(step: str) -> dict[str, str]:
    """Return the reference to a training step's model."""
    return {"Get": f"Steps.{step}.ModelArtifacts.S3ModelArtifacts"}


def rest_of(pipe: int) -> str:
    """Return what is still in a pipe when its last writer is gone; fail if one stays."""
    rest = b""
    while True:
        ready, _, _ = select.select([pipe], [], [], 30)
        assert ready, "somebody still holds the pipe open"
        chunk = os.read(pipe, 4096)
        if not chunk:
            os.close(pipe)
            return rest.decode()
        rest += chunk


@dataclass(frozen=True, slots=True)
class World:
    """The home, and what is done in it."""

    home: Path
    events: list[Event] = field(default_factory=list)

    @property
    def s3(self) -> LocalS3:
        """The local S3."""
        return LocalS3(self.home / "s3")

    @property
    def registry(self) -> Registry:
        """The model registry."""
        return Registry(self.home / "registry.db")

    def processing(
        self,
        name: str,
        script: str,
        *,
        inputs: Mapping[str, Any] | None = None,
        outputs: tuple[str, ...] = (),
        environment: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Step:
        """Return a processing step that runs the script, which is put into S3."""
        text = textwrap.dedent(script)
        code = f"s3://lab/code/{hashlib.sha256(text.encode()).hexdigest()[:12]}/"
        self.s3.write(f"{code}main.py", text.encode())
        root = "/opt/ml/processing"
        sources = {**(inputs or {}), "code": code}
        arguments = {
            "ProcessingResources": {"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5"}},
            "AppSpecification": {
                "ImageUri": "image",
                "ContainerEntrypoint": ["python3", f"{root}/input/code/main.py"],
            },
            "RoleArn": ROLE,
            "Environment": dict(environment or {}),
            "ProcessingInputs": [
                {
                    "InputName": each,
                    "S3Input": {"S3Uri": uri, "LocalPath": f"{root}/input/{each}"},
                }
                for each, uri in sources.items()
            ],
            "ProcessingOutputConfig": {
                "Outputs": [
                    {
                        "OutputName": each,
                        "S3Output": {
                            "S3Uri": join("s3://lab/", EXECUTION_ID, f"/{name}/{each}"),
                            "LocalPath": f"{root}/output/{each}",
                            "S3UploadMode": "EndOfJob",
                        },
                    }
                    for each in outputs
                ]
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        }
        return {"Name": name, "Type": "Processing", "Arguments": arguments, **more}

    def training(
        self,
        name: str,
        script: str,
        *,
        channels: Mapping[str, Any] | None = None,
        hyperparameters: Mapping[str, Any] | None = None,
        metrics: Mapping[str, str] | None = None,
        files: Mapping[str, str] | None = None,
        entry: str = "train.py",
        arguments: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Step:
        """Return a training step in script mode; the script is packed and put into S3."""
        code = self.pack({entry: script, **(files or {})})
        request = {
            "HyperParameters": {
                "sagemaker_program": entry,
                "sagemaker_submit_directory": code,
                **(hyperparameters or {}),
            },
            "AlgorithmSpecification": {
                "TrainingImage": "image",
                "TrainingInputMode": "File",
                "MetricDefinitions": [
                    {"Name": metric, "Regex": regex} for metric, regex in (metrics or {}).items()
                ],
            },
            "RoleArn": ROLE,
            "InputDataConfig": [
                {"ChannelName": each, "DataSource": {"S3DataSource": {"S3Uri": uri}}}
                for each, uri in (channels or {}).items()
            ],
            "OutputDataConfig": {"S3OutputPath": join("s3://lab/", EXECUTION_ID, f"/{name}")},
            "ResourceConfig": {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1},
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        }
        return {
            "Name": name,
            "Type": "Training",
            "Arguments": request | dict(arguments or {}),
            **more,
        }

    def pack(self, files: Mapping[str, str]) -> str:
        """Put files as sourcedir.tar.gz into S3, at an address that names their content."""
        with TemporaryDirectory() as place:
            for name, text in files.items():
                (Path(place) / name).write_text(textwrap.dedent(text))
            digest = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()[:12]
            uri = f"s3://lab/code/{digest}/sourcedir.tar.gz"
            with self.s3.unfinished(uri) as archive:
                pack(Path(place), archive)
        return uri

    def run(
        self,
        steps: list[Step],
        *,
        declared: list[dict[str, Any]] | None = None,
        parameters: Mapping[str, Any] | None = None,
        pipeline: str = "lab",
        isolation: Isolation | None = "environment",
        **options: Any,
    ) -> Execution:
        """Execute the steps to their end; what is told meanwhile is kept in `events`."""
        return execute(
            {"Version": "2020-12-01", "Parameters": declared or [], "Steps": steps},
            pipeline=pipeline,
            home=self.home,
            parameters=parameters or {},
            python=sys.executable,
            isolation=isolation,
            listener=self.events.append,
            **options,
        )

    def statuses(self, execution: Execution) -> dict[str, str]:
        """Return how each step ended."""
        return {step.name: step.status for step in execution.record.steps}

    def log(self, execution: Execution, step: str) -> str:
        """Return the log of a step."""
        return (execution.folder / "logs" / f"{step}.log").read_text()
