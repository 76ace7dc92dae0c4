"""Two ways to write one thing are found to be the same, and two things are not."""

import copy
import json
from typing import Any

import pytest

from tests.conformance.cases import CASES
from tests.conformance.meaning import differences, normalise

HASH = "ab" * 32
GET = {"Get": "Steps.prepare.ProcessingJobName"}
NUMBER = {"Get": "Parameters.epochs"}
TEXT = {"Get": "Parameters.approval"}
PARAMETERS = [{"Name": "epochs", "Type": "Integer"}, {"Name": "approval", "Type": "String"}]


def join(on: str, *values: Any) -> dict[str, Any]:
    return {"Std:Join": {"On": on, "Values": list(values)}}


def step(kind: str = "Processing", **members: Any) -> dict[str, Any]:
    return {"Steps": [{"Name": "s", "Type": kind, **members}]}


def job(**arguments: Any) -> dict[str, Any]:
    return {"Parameters": PARAMETERS, **step(Arguments=arguments)}


def script(**hyperparameters: Any) -> dict[str, Any]:
    return job(HyperParameters={"sagemaker_program": "train.py", **hyperparameters})


def tuned(value: str, static: str = "sagemaker_program") -> dict[str, Any]:
    ranges = {"CategoricalParameterRanges": [{"Name": "cell", "Values": [value]}]}
    return job(
        HyperParameterTuningJobConfig={"ParameterRanges": ranges},
        TrainingJobDefinition={"StaticHyperParameters": {static: "train.py"}},
    )


def conditions(*each: Any) -> dict[str, Any]:
    return {"Parameters": PARAMETERS, **step("Condition", Arguments={"Conditions": list(each)})}


def equals(left: Any, right: Any) -> dict[str, Any]:
    return {"Type": "Equals", "LeftValue": left, "RightValue": right}


def negated(condition: Any) -> dict[str, Any]:
    return {"Type": "Not", "Condition": condition}


def compare(left: Any, right: Any) -> list[str]:
    return differences(normalise(left), normalise(right))


S3_INPUT = {"S3Uri": "s3://b/k", "S3DataType": "S3Prefix", "LocalPath": "/opt/ml/processing/x"}
S3_DEFAULTS = {
    "S3InputMode": "File",
    "S3DataDistributionType": "FullyReplicated",
    "S3CompressionType": "None",
}
MACHINES = {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30}
CHANNEL = {"ChannelName": "c", "DataSource": {"S3DataSource": {"S3Uri": "s3://b/k"}}}
FILE_MODE = {"TrainingInputMode": "File"}
EXPERIMENT = {
    "ExperimentName": {"Get": "Execution.PipelineName"},
    "TrialName": {"Get": "Execution.PipelineExecutionId"},
}
NO_SCRIPT = {
    "SAGEMAKER_PROGRAM": "",
    "SAGEMAKER_SUBMIT_DIRECTORY": "",
    "SAGEMAKER_CONTAINER_LOG_LEVEL": "20",
    "SAGEMAKER_REGION": "us-east-1",
}

SAME = {
    "a nested join": (job(X=join("", "a", join("", "b", GET))), job(X=join("", "ab", GET))),
    "a join with its separator written out": (
        job(X=join("/", "s3://b", GET, "x")),
        job(X=join("", "s3://b/", GET, "/x")),
    ),
    "a join inside one with another separator": (
        job(X=join("/", join("-", "a", GET), "c")),
        job(X=join("", "a-", GET, "/c")),
    ),
    "a join of texts": (job(X=join("/", "a", "b")), job(X="a/b")),
    "a join with a whole number": (job(X=join("-", "a", 1, GET)), job(X=join("", "a-1-", GET))),
    "a join of one text parameter": (job(X=join("", TEXT)), job(X=TEXT)),
    "a join of one number among hyperparameters": (
        job(HyperParameters={"epochs": join("", NUMBER)}),
        job(HyperParameters={"epochs": NUMBER}),
    ),
    "a join of one number among container arguments": (
        job(AppSpecification={"ContainerArguments": [join("", NUMBER)]}),
        job(AppSpecification={"ContainerArguments": [NUMBER]}),
    ),
    "a null member": ({"MlflowConfig": None, "Steps": []}, {"Steps": []}),
    "the experiment that is the default": (
        {"PipelineExperimentConfig": EXPERIMENT, "Steps": []},
        {"Steps": []},
    ),
    "empty maps and lists": (job(Environment={}, Tags=[]), job()),
    "no dependencies": (step(DependsOn=[]), step()),
    "defaults of a processing input": (
        job(ProcessingInputs=[{"AppManaged": False, "S3Input": {**S3_INPUT, **S3_DEFAULTS}}]),
        job(ProcessingInputs=[{"S3Input": S3_INPUT}]),
    ),
    "defaults of a channel": (
        job(InputDataConfig=[{**CHANNEL, "CompressionType": "None"}]),
        job(InputDataConfig=[CHANNEL]),
    ),
    "a channel's mode that is the job's": (
        job(AlgorithmSpecification=FILE_MODE, InputDataConfig=[{**CHANNEL, "InputMode": "File"}]),
        job(AlgorithmSpecification=FILE_MODE, InputDataConfig=[CHANNEL]),
    ),
    "flags that are off": (
        job(EnableManagedSpotTraining=False, EnableNetworkIsolation=False),
        job(),
    ),
    "a profiler that is off": (job(ProfilerConfig={"DisableProfiler": True}), job()),
    "the interval and backoff of a retry": (
        step(RetryPolicies=[{"ExceptionType": ["A"], "IntervalSeconds": 1, "BackoffRate": 2.0}]),
        step(RetryPolicies=[{"ExceptionType": ["A"]}]),
    ),
    "a cache that is off": (
        step(CacheConfig={"Enabled": False, "ExpireAfter": "P1D"}),
        step(),
    ),
    "durations": (
        step(CacheConfig={"Enabled": True, "ExpireAfter": "P30D"}),
        step(CacheConfig={"Enabled": True, "ExpireAfter": "PT720H"}),
    ),
    "a duration as the service's documentation writes it": (
        step(CacheConfig={"Enabled": True, "ExpireAfter": "30d"}),
        step(CacheConfig={"Enabled": True, "ExpireAfter": "P30D"}),
    ),
    "a hyperparameter with and without quotes": (script(name='"bert"'), script(name="bert")),
    "a number written in two ways": (script(rate="1e-3"), script(rate="0.001")),
    "hyperparameters that repeat what the toolkit does": (
        script(sagemaker_container_log_level="20", sagemaker_region='"us-east-1"'),
        script(),
    ),
    "an or of one condition": (
        conditions({"Type": "Or", "Conditions": [equals(TEXT, "a")]}),
        conditions(equals(TEXT, "a")),
    ),
    "a notebook's folder": (
        job(X="s3://b/p/explore/input-2026-01-01-00-00-00-000"),
        job(X=f"s3://b/p/code/{HASH}/"),
    ),
    "no warm pool": (job(ResourceConfig={"KeepAlivePeriodInSeconds": 0}), job(ResourceConfig={})),
    "the spaces and the order in a document": (
        job(JobConfigDocument='{"a": 1, "b": {"c": "d"}}'),
        job(JobConfigDocument='{"b":{"c":"d"},"a":1}'),
    ),
    "a document with references in another order": (
        job(JobConfigDocument=join("", '{"a": "', GET, '/x", "b": "', TEXT, '"}')),
        job(JobConfigDocument=join("", '{"b":"', TEXT, '","a":"', join("/", GET, "x"), '"}')),
    ),
    "the machines of tuned jobs": (
        job(TrainingJobDefinition={"HyperParameterTuningResourceConfig": MACHINES}),
        job(TrainingJobDefinition={"ResourceConfig": MACHINES}),
    ),
    "a text that is tuned, with and without quotes": (tuned('"lstm"'), tuned("lstm")),
    "early stopping that is off, and ranges that are none": (
        job(
            HyperParameterTuningJobConfig={
                "TrainingJobEarlyStoppingType": "Off",
                "ParameterRanges": {"IntegerParameterRanges": []},
            }
        ),
        job(HyperParameterTuningJobConfig={"ParameterRanges": {}}),
    ),
    "defaults of a transform": (
        job(TransformInput={"SplitType": "None", "CompressionType": "None"}),
        job(TransformInput={}),
    ),
    "the order of a tuning job's parents": (
        job(WarmStartConfig={"ParentHyperParameterTuningJobs": [TEXT, GET]}),
        job(WarmStartConfig={"ParentHyperParameterTuningJobs": [GET, TEXT]}),
    ),
    "a model's environment that names no script": (
        job(Containers=[{"Image": "i", "Environment": NO_SCRIPT}]),
        job(Containers=[{"Image": "i"}]),
    ),
    "a double negation": (
        conditions(negated(negated(equals(TEXT, "a")))),
        conditions(equals(TEXT, "a")),
    ),
    "the hash of code": (
        job(X=f"s3://b/p/code/{HASH}/sourcedir.tar.gz"),
        job(X=f"s3://b/p/code/{'0' * 64}/sourcedir.tar.gz"),
    ),
    "the hash in a checkpoint's address": (
        job(X=f"s3://b/p/checkpoints/train/{HASH[:16]}"),
        job(X=f"s3://b/p/checkpoints/train/{'0' * 16}"),
    ),
    "the order of steps": (
        {"Steps": [{"Name": "a"}, {"Name": "b"}]},
        {"Steps": [{"Name": "b"}, {"Name": "a"}]},
    ),
    "the order of inputs": (
        job(ProcessingInputs=[{"InputName": "a"}, {"InputName": "b"}]),
        job(ProcessingInputs=[{"InputName": "b"}, {"InputName": "a"}]),
    ),
    "the order of dependencies": (step(DependsOn=["a", "b"]), step(DependsOn=["b", "a"])),
    "the order of conditions": (
        conditions(equals(TEXT, "a"), equals(NUMBER, 1)),
        conditions(equals(NUMBER, 1), equals(TEXT, "a")),
    ),
}

DIFFERENT = {
    "a text that is tuned for an image without the toolkit": (
        tuned('"lstm"', "objective"),
        tuned("lstm", "objective"),
    ),
    "a number and a text that are tuned": (tuned('"1.10"'), tuned("1.10")),
    "one machine of several for tuned jobs": (
        job(TrainingJobDefinition={"HyperParameterTuningResourceConfig": {"InstanceConfigs": []}}),
        job(TrainingJobDefinition={"ResourceConfig": {"InstanceConfigs": []}}),
    ),
    "the order of a record's attributes": (
        job(AttributeNames=["image", "label"]),
        job(AttributeNames=["label", "image"]),
    ),
    "another separator": (job(X=join("/", "a", GET)), job(X=join("-", "a", GET))),
    "a join of one number in a condition": (
        conditions(equals(join("", NUMBER), "1")),
        conditions(equals(NUMBER, "1")),
    ),
    "a join of one number where the API takes a number": (
        job(InstanceCount=join("", NUMBER)),
        job(InstanceCount=NUMBER),
    ),
    "no experiment and the default one": (
        {"PipelineExperimentConfig": None, "Steps": []},
        {"Steps": []},
    ),
    "a null argument of a Lambda": (
        step("Lambda", Arguments={"x": None}),
        step("Lambda", Arguments={}),
    ),
    "an argument of a Lambda that is a default elsewhere": (
        step("Lambda", Arguments={"EnableNetworkIsolation": False}),
        step("Lambda", Arguments={}),
    ),
    "an empty list of values": (
        conditions({"Type": "In", "QueryValue": TEXT, "Values": []}),
        conditions({"Type": "In", "QueryValue": TEXT}),
    ),
    "a channel's mode that is not the job's": (
        job(AlgorithmSpecification=FILE_MODE, InputDataConfig=[{**CHANNEL, "InputMode": "Pipe"}]),
        job(AlgorithmSpecification=FILE_MODE, InputDataConfig=[CHANNEL]),
    ),
    "a condition and its negation": (
        conditions(negated(equals(TEXT, "a"))),
        conditions(equals(TEXT, "a")),
    ),
    "spot training and none": (job(EnableManagedSpotTraining=True), job()),
    "durations": (
        step(CacheConfig={"Enabled": True, "ExpireAfter": "P30D"}),
        step(CacheConfig={"Enabled": True, "ExpireAfter": "PT30M"}),
    ),
    "a cache and none": (step(CacheConfig={"Enabled": True, "ExpireAfter": "P1D"}), step()),
    "the text and the number 1.10": (script(version='"1.10"'), script(version="1.10")),
    "quotes where no toolkit reads the hyperparameters": (
        job(HyperParameters={"name": '"bert"'}),
        job(HyperParameters={"name": "bert"}),
    ),
    "another log level": (script(sagemaker_container_log_level="10"), script()),
    "the environment of a model that names a script": (
        job(Containers=[{"Environment": {**NO_SCRIPT, "SAGEMAKER_PROGRAM": "inference.py"}}]),
        job(Containers=[{}]),
    ),
    "another reference in a document": (
        job(JobConfigDocument=join("", '{"a": "', GET, '"}')),
        job(JobConfigDocument=join("", '{"a": "', TEXT, '"}')),
    ),
    "the order of arguments": (
        job(AppSpecification={"ContainerArguments": ["a", "b"]}),
        job(AppSpecification={"ContainerArguments": ["b", "a"]}),
    ),
    "the order of containers": (
        job(Containers=[{"Image": "a"}, {"Image": "b"}]),
        job(Containers=[{"Image": "b"}, {"Image": "a"}]),
    ),
    "true and 1": (job(X=True), job(X=1)),
    "a number and its text": (job(X=1), job(X="1")),
}


@pytest.mark.parametrize(("left", "right"), SAME.values(), ids=SAME)
def test_two_ways_to_write_one_thing_are_the_same(left: Any, right: Any) -> None:
    assert left != right
    assert compare(left, right) == []


@pytest.mark.parametrize(("left", "right"), DIFFERENT.values(), ids=DIFFERENT)
def test_two_things_are_told_apart(left: Any, right: Any) -> None:
    assert compare(left, right) != []


EXPECTED = json.loads(CASES[0].expected("v2").read_text(encoding="utf-8"))
TRAINING = "Steps[finetune].Arguments"
CONDITION = "Steps[good_enough].Arguments"

FAULTS = {
    "another image": (
        f"{TRAINING}.AlgorithmSpecification.TrainingImage",
        lambda steps: steps["finetune"]["Arguments"]["AlgorithmSpecification"].update(
            TrainingImage="another"
        ),
    ),
    "another property": (
        f"{TRAINING}.InputDataConfig[model].DataSource.S3DataSource.S3Uri.Get",
        lambda steps: steps["finetune"]["Arguments"]["InputDataConfig"][1]["DataSource"][
            "S3DataSource"
        ].update(S3Uri={"Get": "Steps.pretrain.OutputDataConfig.S3OutputPath"}),
    ),
    "another operator": (
        f"{CONDITION}.Conditions[1].Type",
        lambda steps: steps["good_enough"]["Arguments"]["Conditions"][0].update(Type="GreaterThan"),
    ),
    "no retry": (
        "Steps[evaluate].RetryPolicies",
        lambda steps: steps["evaluate"].pop("RetryPolicies"),
    ),
    "another attempt": (
        "Steps[evaluate].RetryPolicies[0].MaxAttempts",
        lambda steps: steps["evaluate"]["RetryPolicies"][0].update(MaxAttempts=4),
    ),
    "a step in the other branch": (
        f"{CONDITION}.ElseSteps[register]",
        lambda steps: steps["good_enough"]["Arguments"]["ElseSteps"].append(
            steps["good_enough"]["Arguments"]["IfSteps"].pop()
        ),
    ),
    "another property file": (
        "Steps[evaluate].PropertyFiles[metrics].FilePath",
        lambda steps: steps["evaluate"]["PropertyFiles"][0].update(FilePath="other.json"),
    ),
    "one more hyperparameter": (
        f"{TRAINING}.HyperParameters.seed",
        lambda steps: steps["finetune"]["Arguments"]["HyperParameters"].update(seed="1"),
    ),
}


@pytest.mark.parametrize(("path", "spoil"), FAULTS.values(), ids=FAULTS)
def test_a_fault_in_the_demo_is_reported_at_its_path(path: str, spoil: Any) -> None:
    spoiled = copy.deepcopy(EXPECTED)
    spoil({each["Name"]: each for each in spoiled["Steps"]})
    found = compare(EXPECTED, spoiled)
    assert [line for line in found if line.startswith(f"{path}: ")]


def test_normalising_twice_changes_nothing() -> None:
    once = normalise(EXPECTED)
    assert normalise(once) == once
