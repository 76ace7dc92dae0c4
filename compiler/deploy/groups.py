"""The groups that a definition names and that must be there when it runs."""

from collections.abc import Iterator

from compiler.deploy.aws import Aws, AwsError
from compiler.deploy.steps import steps_of
from compiler.local.resolve import Json


def model_package_groups(definition: Json) -> dict[str, str]:
    """Return the groups that versions of models are registered in, with a step that does."""
    return dict(_groups(definition, "RegisterModel", ("ModelPackageGroupName",)))


def feature_groups(definition: Json) -> dict[str, str]:
    """Return the feature groups that rows are written to, with a step that does."""
    return dict(_groups(definition, "Processing", ("FeatureStoreOutput", "FeatureGroupName")))


def absent_model_package_groups(aws: Aws, definition: Json) -> tuple[str, ...]:
    """Return those of the groups of models that are not there."""
    return tuple(
        group
        for group in model_package_groups(definition)
        if not _is_there(aws, "ModelPackageGroup", group)
    )


def absent_feature_groups(aws: Aws, definition: Json) -> dict[str, str]:
    """Return those of the feature groups that are not there, with a step that writes to each."""
    return {
        group: step
        for group, step in feature_groups(definition).items()
        if not _is_there(aws, "FeatureGroup", group)
    }


def _is_there(aws: Aws, kind: str, group: str) -> bool:
    try:
        return aws.find("sagemaker", f"Describe{kind}", **{f"{kind}Name": group}) is not None
    except AwsError as error:
        if error.is_denied and kind == "FeatureGroup":
            return True  # that it is missing is only told, so not to know is no hindrance
        if error.code != "ValidationException":
            raise
    # Of a group of models AWS says only that the request is wrong; then the list decides.
    listed = aws.pages("sagemaker", f"List{kind}s", f"{kind}SummaryList", NameContains=group)
    return any(each[f"{kind}Name"] == group for each in listed)


def _groups(definition: Json, type_: str, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    defaults = {
        each.get("Name"): each.get("DefaultValue")
        for each in definition.get("Parameters") or ()
        if isinstance(each, dict)
    }
    for step in steps_of(definition).values():
        if step.type != type_:
            continue
        for value in _at(dict(step.arguments), path):
            match value:
                case {"Get": str() as reference}:
                    value = defaults.get(reference.removeprefix("Parameters."))  # noqa: PLW2901
            # An ARN is that of a group of another account, which is not ours to make.
            if isinstance(value, str) and not value.startswith("arn:"):
                yield value, step.name


def _at(value: Json, path: tuple[str, ...]) -> Iterator[Json]:
    """Yield what stands at a path of members, wherever in a value it begins."""
    if isinstance(value, dict):
        found: Json = value
        for name in path[:-1]:
            found = found.get(name) if isinstance(found, dict) else {}
        if isinstance(found, dict) and path[-1] in found:
            yield found[path[-1]]
        for member in value.values():
            yield from _at(member, path)
    elif isinstance(value, list):
        for item in value:
            yield from _at(item, path)
