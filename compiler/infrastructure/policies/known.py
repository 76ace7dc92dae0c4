"""What is known of a value before the pipeline runs: all of it, or how it begins."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from compiler.definition import Json
from compiler.walk import steps_in

MOST_STEPS_BACK = 20
ITEM = "ForEach.CurrentItem"
SEGMENT = re.compile(r"\.?(\w+)|\['([^']*)'\]|\[(\d+)\]")
# What a step answers -> the member of its request that tells where that lies.
LIES_IN = {
    "ModelArtifacts.S3ModelArtifacts": "OutputDataConfig.S3OutputPath",
    "BestCandidateProperties.ModelInsightsJsonReportPath": "OutputDataConfig.S3OutputPath",
    "BestCandidateProperties.ExplainabilityJsonReportPath": "OutputDataConfig.S3OutputPath",
    "CalculatedBaselineConstraints": "ProcessingOutputConfig.Outputs[0].S3Output.S3Uri",
    "CalculatedBaselineStatistics": "ProcessingOutputConfig.Outputs[0].S3Output.S3Uri",
}
PREFIX = re.compile(r"s3://[^/]+/.")
# In a request and in the answer of Describe, items of a list are told apart by these.
NAMES = ("OutputName", "InputName", "ChannelName", "Name")


@dataclass(frozen=True, slots=True)
class Known:
    """How a text begins, or all of it; `given` are parameters at their defaults in it."""

    text: str
    is_whole: bool
    given: tuple[str, ...] = ()

    def then(self, other: "Known") -> "Known":
        """Return this text with another after it.

        Once a prefix in a bucket is known, a parameter ends it as an unknown value does: the
        prefix covers all its values, not only the default.
        """
        if not self.is_whole:
            return self
        if other.given and PREFIX.match(self.text):
            return Known(self.text, False, self.given)
        return Known(self.text + other.text, other.is_whole, self.given + other.given)


NOTHING = Known("", False)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a definition says of itself: its name, defaults of its parameters, its steps."""

    pipeline: str
    defaults: Mapping[str, Json]
    steps: Mapping[str, Mapping[str, Any]]
    # The items that the body of a step goes through, by the name of each step of the body.
    items: Mapping[str, Json] = field(default_factory=dict)

    def of(self, value: Any, step: str = "", depth: int = 0) -> Known:
        """Return what is known of a value in the request of a step."""
        if depth > MOST_STEPS_BACK:
            return NOTHING
        match value:
            case str() | bool() | int() | float():
                return Known(str(value), True)
            case {"Get": str(path)}:
                return self._of_path(path, step, depth + 1)
            case {"Std:Join": {"On": str(separator), "Values": list(values)}}:
                found = Known("", True)
                for index, part in enumerate(values):
                    before = Known(separator if index else "", True)
                    found = found.then(before).then(self.of(part, step, depth + 1))
                return found
            case _:
                return NOTHING

    def pieces(self, value: Any, step: str) -> tuple[Known, ...]:
        """Return all that is known of a text, also of what comes after an unknown value in it."""
        match value:
            case {"Std:Join": {"On": str(separator), "Values": list(values)}}:
                tails = (
                    [first, *rest] for first, *rest in _tails(values) if isinstance(first, str)
                )
                joins = ({"Std:Join": {"On": separator, "Values": tail}} for tail in tails)
                return tuple(self.of(join, step) for join in joins)
            case _:
                return (self.of(value, step),)

    def all_of(self, value: Any, step: str) -> tuple[Known, ...]:
        """Return what is known of a value that is another one for each item of a `for_each`."""
        items = self.items.get(step)
        path = value.get("Get") if isinstance(value, dict) else None
        if not isinstance(path, str) or not path.startswith(ITEM) or not isinstance(items, list):
            return (self.of(value, step),)
        keys = _segments(path.removeprefix(ITEM))
        return tuple(self.of(_at(_read(item), keys), step) for item in items)

    def property_file(self, reference: str) -> Known:
        """Return where a property file lies, by its reference in a definition."""
        _, step, _, name = (*reference.split(".", 3), "", "", "")[:4]
        found = self.steps.get(step, {})
        for file in found.get("PropertyFiles", ()):
            if file["PropertyFileName"] == name:
                output = f"ProcessingOutputConfig.Outputs['{file['OutputName']}'].S3Output.S3Uri"
                folder = self.of(_at(found["Arguments"], _segments(output)), step)
                return folder.then(Known(f"/{file['FilePath']}", True))
        return NOTHING

    def _of_path(self, path: str, step: str, depth: int) -> Known:
        context, _, rest = path.partition(".")
        if context == "Parameters" and rest in self.defaults:
            known = self.of(self.defaults[rest], step, depth)
            return Known(known.text, known.is_whole, (rest,))
        if path == "Execution.PipelineName":
            return Known(self.pipeline, True)
        name, _, member = rest.partition(".")
        iteration = re.match(r"(?:IterationOutputs\[\d+\]\.(\w[\w-]*)|Selected)\.", member)
        if context == "Steps" and name in self.steps and iteration is not None:
            return self._of_iteration(name, iteration[1], member[iteration.end() :], depth)
        if context == "Steps" and name in self.steps:
            arguments = self.steps[name]["Arguments"]
            lies_in = LIES_IN.get(member)
            found = self.of(_at(arguments, _segments(lies_in or member)), name, depth)
            return Known(found.text, found.is_whole and lies_in is None, found.given)
        return NOTHING

    def _of_iteration(self, step: str, body: str | None, member: str, depth: int) -> Known:
        """Return where results of a step's body lie; which iteration is meant makes them many."""
        names = [each["Name"] for each in self.steps[step]["Arguments"].get("ForEachBody", ())]
        for name in names if body is None else [body]:
            found = self._of_path(f"Steps.{name}.{member}", name, depth)
            if found.text:
                return Known(found.text, False, found.given)
        return NOTHING


def knowledge_of(pipeline: str, definition: Mapping[str, Any]) -> Knowledge:
    """Gather what a definition says of itself."""
    items: dict[str, Json] = {}
    for step in steps_in(definition):
        for inner in step["Arguments"].get("ForEachBody", ()):
            items[inner["Name"]] = step["Arguments"].get("IterableItems")
    return Knowledge(
        pipeline=pipeline,
        defaults={
            each["Name"]: each["DefaultValue"]
            for each in definition.get("Parameters", ())
            if "DefaultValue" in each
        },
        steps={step["Name"]: step for step in steps_in(definition)},
        items=items,
    )


def _segments(path: str) -> list[str]:
    return [name or key or index for name, key, index in SEGMENT.findall(path)]


def _at(value: Any, path: list[str]) -> Any:
    for segment in path:
        match value:
            case dict():
                value = value.get(segment)
            case list() if segment.isdecimal():
                value = value[int(segment)] if int(segment) < len(value) else None
            case list():
                value = next((each for each in value if segment in _names(each)), None)
            case _:
                return None
    return value


def _tails(values: list[Any]) -> list[list[Any]]:
    return [values[index:] for index in range(len(values))]


def _read(item: Json) -> Json:
    """Return an item of a literal list, which may be JSON in a text."""
    try:
        found: Json = json.loads(item) if isinstance(item, str) else item
    except ValueError:
        return item
    return found


def _names(item: Any) -> list[Any]:
    return [item.get(name) for name in NAMES] if isinstance(item, dict) else []
