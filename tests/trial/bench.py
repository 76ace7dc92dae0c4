"""A definition and a test in YAML, tried out without a spec."""

import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.span import SourceFile
from compiler.document.read import read_document
from compiler.trial.evaluate import Evaluation
from compiler.trial.read import trials_of
from compiler.trial.run import Subject, try_out

Step = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tried:
    """What a test said, and what was evaluated."""

    found: list[str]
    evaluation: Evaluation | None

    def of(self, step: str) -> Any:
        """Return what became of a step."""
        assert self.evaluation is not None, self.found
        return self.evaluation.steps[step]

    def statuses(self) -> dict[str, str]:
        """Return how each step ended."""
        assert self.evaluation is not None, self.found
        return {name: step.status for name, step in self.evaluation.steps.items()}


def try_steps(
    steps: list[Step],
    test: str = "expect: {status: succeeded}",
    *,
    declared: list[dict[str, Any]] | None = None,
    folder: Path = Path(),
) -> Tried:
    """Try a definition out; what is found is given as `code line:column message (hint)`."""
    body = textwrap.indent(textwrap.dedent(test).strip(), "    ")
    diagnostics = Diagnostics()
    document = read_document(SourceFile("t.test.yaml", f"tests:\n  t:\n{body}\n"), diagnostics)
    trials = trials_of(document.root, diagnostics) if document is not None else None
    assert trials is not None, [each.message for each in diagnostics]
    evaluation = None
    spec = trials[0].spec
    diagnostics.extend(trials[0].diagnostics)
    if spec is not None:
        subject = Subject(
            definition={"Version": "2020-12-01", "Parameters": declared or [], "Steps": steps},
            pipeline="lab",
            step_types={},
            folder=folder,
            root=folder.resolve(),
        )
        evaluation = try_out(trials[0], spec, subject, diagnostics)
    found = [
        f"{each.code.id} {each.span.line - 1}:{each.span.column - 2} {each.message}"
        + (f" ({each.hint})" if each.hint else "")
        for each in diagnostics
    ]
    return Tried(found, evaluation)


def training(name: str, **more: Any) -> Step:
    """Return a training step."""
    arguments = {
        "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
        "OutputDataConfig": {"S3OutputPath": f"s3://lab/{name}"},
        **more.pop("arguments", {}),
    }
    return {"Name": name, "Type": "Training", "Arguments": arguments, **more}


def processing(name: str, *outputs: str, files: dict[str, str] | None = None, **more: Any) -> Step:
    """Return a processing step; `files` are its property files, by name."""
    arguments = {
        "AppSpecification": {"ImageUri": "image"},
        "ProcessingOutputConfig": {
            "Outputs": [
                {"OutputName": each, "S3Output": {"S3Uri": f"s3://lab/{name}/{each}"}}
                for each in outputs
            ]
        },
        **more.pop("arguments", {}),
    }
    declared = [
        {"PropertyFileName": file, "OutputName": outputs[0], "FilePath": path}
        for file, path in (files or {}).items()
    ]
    return {
        "Name": name,
        "Type": "Processing",
        "Arguments": arguments,
        **({"PropertyFiles": declared} if declared else {}),
        **more,
    }


def lambda_(name: str, arguments: dict[str, Any], **outputs: str) -> Step:
    """Return a Lambda step; `outputs` are its output parameters with their types."""
    return {
        "Name": name,
        "Type": "Lambda",
        "Arguments": arguments,
        "FunctionArn": "arn:aws:lambda:us-east-1:111122223333:function:f",
        "OutputParameters": [
            {"OutputName": each, "OutputType": kind} for each, kind in outputs.items()
        ],
    }


def for_each(
    name: str, items: Any, body: list[Step], selector: dict[str, Any] | None = None
) -> Step:
    """Return a ForEach step."""
    arguments = {"IterableItems": items, "MaxConcurrency": 2}
    arguments |= {"Selector": selector} if selector is not None else {}
    return {
        "Name": name,
        "Type": "ForEach",
        "Arguments": {**arguments, "ForEachBody": body},
    }


def get(path: str) -> dict[str, str]:
    """Return a reference."""
    return {"Get": path}


def json_get(step: str, file: str, path: str) -> dict[str, Any]:
    """Return the reference to a value in a property file."""
    return {
        "Std:JsonGet": {"PropertyFile": get(f"Steps.{step}.PropertyFiles.{file}"), "Path": path}
    }
