"""Patterns of the service model are read as Java reads them, and in linear time."""

import pytest

from compiler.sagemaker.api import shape
from compiler.sagemaker.patterns import _compiled, matches


@pytest.mark.parametrize(
    "name",
    [
        "CustomerMetadataKey",
        "EntityDescription",
        "AthenaCatalog",
        "TrainingRepositoryCredentialsProviderArn",
        "emr:XmlString",
    ],
)
def test_a_pattern_of_java_is_read(name: str) -> None:
    assert _compiled(shape(name).model["pattern"]) is not None


def test_a_name_of_many_hyphens_is_looked_at_once() -> None:
    name = "a-" * 2000
    assert not matches(shape("bedrock:JobName").model["pattern"], f"{name}_")
    assert matches(shape("bedrock:JobName").model["pattern"], f"{name}a")


@pytest.mark.parametrize(("text", "is_right"), [("a-1", True), ("a-", False), ("-a", False)])
def test_a_name_neither_begins_nor_ends_with_a_hyphen(text: str, is_right: bool) -> None:
    assert matches(shape("TrainingJobName").model["pattern"], text) is is_right
