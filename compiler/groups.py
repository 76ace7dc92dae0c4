"""The groups that a definition names, and that must be there when it runs."""

from collections.abc import Iterator

from compiler.walk import Json, steps_in


def model_package_groups(definition: Json) -> dict[str, str]:
    """Return the groups that versions of models are registered in, with a step that does.

    A parameter stands for its default. Groups of other accounts, named by ARNs, are left out.
    """
    return dict(_groups(definition, "RegisterModel", ("ModelPackageGroupName",)))


def feature_groups(definition: Json) -> dict[str, str]:
    """Return the feature groups that rows are written to, with a step that does."""
    return dict(_groups(definition, "Processing", ("FeatureStoreOutput", "FeatureGroupName")))


def _groups(definition: Json, type_: str, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    defaults = {
        each.get("Name"): each.get("DefaultValue")
        for each in definition.get("Parameters") or ()
        if isinstance(each, dict)
    }
    for step in steps_in(definition):
        if step.get("Type") != type_:
            continue
        for value in _at(step.get("Arguments"), path):
            match value:
                case {"Get": str() as reference}:
                    value = defaults.get(reference.removeprefix("Parameters."))  # noqa: PLW2901
            if isinstance(value, str) and not value.startswith("arn:"):
                yield value, step["Name"]


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
