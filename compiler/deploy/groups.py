"""Which groups that a definition names are not there."""

from compiler.deploy.aws import Aws, AwsError
from compiler.groups import feature_groups, model_package_groups
from compiler.local.resolve import Json


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
