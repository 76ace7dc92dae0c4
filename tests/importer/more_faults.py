"""Single faults in how the parts of a definition go together."""

import copy
import json
from collections.abc import Callable, Iterator, Mapping

from tests.importer.faults import (
    ADDRESSES,
    Fault,
    Json,
    bad_enums,
    bad_ranges,
    changed,
    dangling_references,
    in_reference,
    malformed_references,
    missing_members,
    mistyped_references,
    shown,
    steps_of,
    unknown_keys,
    walk,
    without,
    wrong_types,
)

POLICY = {"ExceptionType": ["Step.THROTTLING"], "MaxAttempts": 3}


def cycles(definition: Json) -> Iterator[Fault]:
    top = definition["Steps"]
    for index, step in enumerate(top):
        own = changed(definition, ("Steps", index, "DependsOn"), [step["Name"]])
        yield f"{step['Name']} waits for itself", own
        others = [each for each in top if each is not step and each["Type"] != "Fail"]
        for other in others[:1]:
            made = copy.deepcopy(definition)
            place = top.index(other)
            made["Steps"][index].setdefault("DependsOn", []).append(other["Name"])
            made["Steps"][place].setdefault("DependsOn", []).append(step["Name"])
            if step["Type"] != "Fail":
                yield f"{step['Name']} and {other['Name']} wait for each other", made
    if top:
        yield "waits for nobody", changed(definition, ("Steps", 0, "DependsOn"), ["nobody"])


def branches(definition: Json) -> Iterator[Fault]:
    top = definition["Steps"]
    for index, step in enumerate(top):
        if step["Type"] != "Condition":
            continue
        for side, other in (("IfSteps", "ElseSteps"), ("ElseSteps", "IfSteps")):
            for inner in step["Arguments"].get(side, []):
                made = copy.deepcopy(definition)
                made["Steps"][index]["Arguments"].setdefault(other, []).append(inner)
                yield f"{inner['Name']} is in both branches", made
                made = copy.deepcopy(definition)
                made["Steps"].append(inner)
                yield f"{inner['Name']} is in a branch and outside", made
                for at, each in enumerate(step["Arguments"].get(other, [])):
                    path = ("Steps", index, "Arguments", other, at, "DependsOn")
                    made = changed(definition, path, [inner["Name"]])
                    if inner["Type"] != "Fail":
                        yield f"{each['Name']} waits for the other branch", made
                if inner["Type"] == "Fail":
                    made = copy.deepcopy(definition)
                    made["Steps"].append(_fail("late", [inner["Name"]]))
                    yield f"waits for the fail step {inner['Name']}", made


def _fail(name: str, after: list[str]) -> Json:
    arguments = {"ErrorMessage": "x"}
    return {"Name": name, "Type": "Fail", "Arguments": arguments, "DependsOn": after}


def retries(definition: Json) -> Iterator[Fault]:
    for path, step in steps_of(definition):
        place, name = (*path, "RetryPolicies"), step["Name"]
        if step["Type"] in {"Condition", "Fail", "Callback", "Lambda"}:
            yield f"{step['Type']} {name} retries", changed(definition, place, [POLICY])
        elif step["Type"] in {"Processing", "Training", "Transform", "Tuning"}:
            for label, policy in (
                ("both ends", {**POLICY, "ExpireAfterMin": 5}),
                ("an unknown failure", {**POLICY, "ExceptionType": ["Step.BANANA"]}),
                ("no failure", {**POLICY, "ExceptionType": []}),
                ("too many attempts", {**POLICY, "MaxAttempts": 21}),
                ("no attempt", {**POLICY, "MaxAttempts": 0}),
                ("a long interval", {**POLICY, "IntervalSeconds": 50000}),
                ("a negative rate", {**POLICY, "BackoffRate": -2.0}),
                ("an unknown member", {**POLICY, "Banana": 1}),
                ("a late end", {"ExceptionType": ["Step.THROTTLING"], "ExpireAfterMin": 20000}),
            ):
                yield f"{name} retries with {label}", changed(definition, place, [policy])
        elif step["Type"] in {"Model", "RegisterModel"}:
            policy = {**POLICY, "ExceptionType": ["SageMaker.CAPACITY_ERROR"]}
            yield f"{name} retries a job", changed(definition, place, [policy])


def caches(definition: Json) -> Iterator[Fault]:
    for path, step in steps_of(definition):
        place, name = (*path, "CacheConfig"), step["Name"]
        good = {"Enabled": True, "ExpireAfter": "P30D"}
        if step["Type"] in {"Condition", "Fail", "RegisterModel", "Model"}:
            yield f"{step['Type']} {name} is cached", changed(definition, place, good)
        elif step["Type"] in {"Processing", "Training", "Transform", "Tuning"}:
            for label, config in (
                ("a bad time", {**good, "ExpireAfter": "banana"}),
                ("no flag", {**good, "Enabled": "yes"}),
                ("a number", {**good, "ExpireAfter": 30}),
                ("an unknown member", {**good, "Banana": 1}),
                ("no Enabled", {"ExpireAfter": "P30D"}),
            ):
                yield f"{name} is cached with {label}", changed(definition, place, config)


def property_files(definition: Json) -> Iterator[Fault]:
    file = {"PropertyFileName": "fault", "OutputName": "nowhere", "FilePath": "a.json"}
    for path, step in steps_of(definition):
        place, name = (*path, "PropertyFiles"), step["Name"]
        if step["Type"] == "Processing":
            yield f"{name} has a file without output", changed(definition, place, [file])
            files = step.get("PropertyFiles") or []
            if files:
                yield f"{name} has a file twice", changed(definition, place, [*files, files[0]])
                missing = without(definition, (*place, 0, "FilePath"))
                yield f"{name} has a file without path", missing
                if f"Steps.{name}.PropertyFiles" in json.dumps(definition):
                    yield f"{name} lacks its files", without(definition, place)
        elif step["Type"] in {"Training", "Fail", "Lambda"}:
            yield f"{step['Type']} {name} has a file", changed(definition, place, [file])


def addresses(definition: Json) -> Iterator[Fault]:
    for path, value, free in walk(definition):
        if path and path[-1] in ADDRESSES and isinstance(value, str) and not free:
            if not in_reference(path):
                bad = ADDRESSES[str(path[-1])]
                yield f"{shown(path)} is {bad}", changed(definition, path, bad)


def jobs(definition: Json) -> Iterator[Fault]:
    for path, step in steps_of(definition):
        name, arguments = step["Name"], (*path, "Arguments")
        if step["Type"] == "Training":
            spot = changed(definition, (*arguments, "EnableManagedSpotTraining"), True)
            stop = {"MaxRuntimeInSeconds": 3600}
            alone = changed(spot, (*arguments, "StoppingCondition"), stop)
            yield f"{name} is spot without a wait", alone
            short = {**stop, "MaxWaitTimeInSeconds": 60}
            yield f"{name} waits too short", changed(spot, (*arguments, "StoppingCondition"), short)
            checkpoints = {"S3Uri": "s3://b/c", "LocalPath": "/opt/ml/input/data"}
            bad = changed(definition, (*arguments, "CheckpointConfig"), checkpoints)
            yield f"{name} has checkpoints in a folder of the job", bad
            metrics = [{"Name": "loss", "Regex": "loss=([0-9.+"}]
            place = (*arguments, "AlgorithmSpecification", "MetricDefinitions")
            if "AlgorithmSpecification" in step["Arguments"]:
                yield f"{name} has a bad regex", changed(definition, place, metrics)
        for member, key in (("InputDataConfig", "channel"), ("ProcessingInputs", "input")):
            items = step["Arguments"].get(member) if isinstance(step["Arguments"], dict) else None
            if items:
                made = changed(definition, (*arguments, member), [*items, items[0]])
                yield f"{name} has a {key} twice", made
        config = step["Arguments"].get("ProcessingOutputConfig", {})
        if isinstance(config, dict) and config.get("Outputs"):
            place = (*arguments, "ProcessingOutputConfig", "Outputs")
            outputs = config["Outputs"]
            yield f"{name} has an output twice", changed(definition, place, [*outputs, outputs[0]])


def quotas(definition: Json) -> Iterator[Fault]:
    many = [{"Name": f"p{index}", "Type": "String"} for index in range(201)]
    yield "201 parameters", changed(definition, ("Parameters",), many)
    for path, step in steps_of(definition):
        name, arguments = step["Name"], (*path, "Arguments")
        if step["Type"] in {"Processing", "Training"}:
            environment = {f"V{index}": "x" for index in range(101)}
            place = (*arguments, "Environment")
            yield f"{name} has 101 variables", changed(definition, place, environment)
            tags = [{"Key": f"k{index}", "Value": "x"} for index in range(51)]
            yield f"{name} has 51 tags", changed(definition, (*arguments, "Tags"), tags)
        if step["Type"] == "Processing" and "AppSpecification" in step["Arguments"]:
            place = (*arguments, "AppSpecification", "ContainerArguments")
            yield f"{name} has a long argument", changed(definition, place, ["x" * 300])
            yield f"{name} has 101 arguments", changed(definition, place, ["x"] * 101)
        if step["Type"] == "Fail":
            place = (*arguments, "ErrorMessage")
            yield f"{name} has a long message", changed(definition, place, "x" * 3073)
        yield (
            f"{name} has a long display name",
            changed(definition, (*path, "DisplayName"), "x" * 257),
        )
        yield (
            f"{name} has a long description",
            changed(definition, (*path, "Description"), "x" * 3073),
        )


def names(definition: Json) -> Iterator[Fault]:
    for path, step in steps_of(definition):
        for label, bad in (("long", "x" * 65), ("odd", "a b!"), ("missing", ""), ("null", None)):
            made = changed(definition, (*path, "Name"), bad)
            yield f"{step['Name']} has a {label} name", made
        yield f"{step['Name']} has no type", without(definition, (*path, "Type"))
        yield f"{step['Name']} has a bad type", changed(definition, (*path, "Type"), 5)
        near = changed(definition, (*path, "Type"), step["Type"] + "s")
        yield f"{step['Name']} has a misspelt type", near
    for index, parameter in enumerate(definition.get("Parameters") or []):
        place = ("Parameters", index)
        yield "a type of parameter", changed(definition, (*place, "Type"), "Number")
        yield "a default", changed(definition, (*place, "DefaultValue"), {"a": 1})
        if parameter.get("Type") == "Integer":
            yield "a text as default", changed(definition, (*place, "DefaultValue"), "banana")
        if parameter.get("Type") == "String":
            yield "a number as default", changed(definition, (*place, "DefaultValue"), 5)
            enum = {**parameter, "EnumValues": ["a", "b"], "DefaultValue": "c"}
            yield "a default outside of its enum", changed(definition, place, enum)
    steps = definition["Steps"]
    if steps:
        yield "a step twice", {**definition, "Steps": [*steps, steps[0]]}
        yield "no steps", {**definition, "Steps": []}
        yield "another version", {**definition, "Version": "2019-01-01"}


CLASSES: Mapping[str, Callable[[Json], Iterator[Fault]]] = {
    "unknown keys": unknown_keys,
    "wrong types": wrong_types,
    "missing members": missing_members,
    "enums": bad_enums,
    "ranges": bad_ranges,
    "dangling references": dangling_references,
    "mistyped references": mistyped_references,
    "malformed references": malformed_references,
    "cycles": cycles,
    "branches": branches,
    "retry": retries,
    "cache": caches,
    "property files": property_files,
    "addresses": addresses,
    "jobs": jobs,
    "quotas": quotas,
    "names": names,
}
