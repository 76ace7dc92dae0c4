"""The tables of policies name all that the service model has of a kind, and nothing else."""

from collections.abc import Iterator

import pytest

from compiler.policy.encryption import KEYS, OUTPUT_KEYS, TRAFFIC, VOLUME_KEYS
from compiler.policy.globs import fits, fits_any
from compiler.policy.listed import IMAGES, ROLES
from compiler.policy.machines import INSTANCE_TYPES, RUNS
from compiler.policy.network import ISOLATION, NETWORKS
from compiler.sagemaker.api import Shape, shape
from compiler.steps import STEP_TYPES
from tests.rules.test_tables import shape_of

# A structure that is written only with a key, and records that Pipelines does not encrypt.
NO_DEMAND = frozenset({"ModelPackageSecurityConfig", "CreateEndpointConfigInput"})
CLUSTER_ROLES = frozenset({"AutoScalingRole", "JobFlowRole", "ServiceRole"})  # by name, no ARN


def _shapes() -> dict[str, Shape]:
    found: dict[str, Shape] = {}
    waiting = [shape(each.request_shape) for each in STEP_TYPES.values() if each.request_shape]
    while waiting:
        here = waiting.pop()
        if here.kind in ("list", "map"):
            waiting.append(here.element())
        elif here.kind == "structure" and here.name not in found:
            found[here.name] = here
            waiting += [here.member(name) for name in here.members]
    return found


SHAPES = _shapes()


def _members() -> Iterator[tuple[str, str, str]]:
    for name, each in SHAPES.items():
        for member, kind in each.members.items():
            yield name, member, kind


@pytest.mark.parametrize("table", [NETWORKS, ISOLATION, OUTPUT_KEYS, VOLUME_KEYS, TRAFFIC, RUNS])
def test_a_table_leads_to_members_that_there_are(table: dict[str, str]) -> None:
    for kind, path in table.items():
        here = shape_of(kind)
        for name in path.split("."):
            here = here.member(name)


@pytest.mark.parametrize(
    ("member", "table"),
    [
        ("VpcConfig", NETWORKS),
        ("EnableNetworkIsolation", ISOLATION),
        ("EnableInterContainerTrafficEncryption", TRAFFIC),
        ("VolumeKmsKeyId", VOLUME_KEYS),
        ("MaxRuntimeInSeconds", RUNS),
    ],
)
def test_a_table_has_all_that_have_a_member(member: str, table: dict[str, str]) -> None:
    reached = set()
    for kind, path in table.items():
        here = shape_of(kind)
        for name in path.split("."):
            reached.add((here.name, name))
            here = here.member(name)
    wanted = {(owner, name) for owner, name, _ in _members() if name == member}
    assert wanted - {("ResourceLimits", member)} <= reached


def test_each_output_key_is_demanded() -> None:
    owners = {owner for owner, name, _ in _members() if name == "KmsKeyId"}
    assert owners - NO_DEMAND <= set(OUTPUT_KEYS)


def test_members_of_a_kind_are_found_by_their_names() -> None:
    assert {
        name for _, name, kind in _members() if kind.endswith(("KmsKeyId", "KmsKeyArn"))
    } <= KEYS
    roles = {name for _, name, kind in _members() if kind.lower().endswith("rolearn")}
    assert roles - CLUSTER_ROLES <= ROLES
    images = {name for _, name, kind in _members() if kind.endswith(("ContainerImage", "ImageUri"))}
    assert images <= IMAGES
    kinds = {name for _, name, kind in _members() if kind.endswith("InstanceType")}
    assert kinds <= INSTANCE_TYPES


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("ml.m5.*", "ml.m5.large", True),
        ("ml.m5.*", "ml.m5d.large", False),
        ("*", "a/b", True),
        ("a/*", "a/b", True),
        ("a/*", "a/b/c", False),
        ("a/**", "a/b/c", True),
        ("a/**/c", "a/b/b/c", True),
        ("a/**/c", "a/b/b", False),
        ("?", "ab", False),
        ("[a]", "a", False),
    ],
)
def test_a_pattern_is_of_a_whole_text(pattern: str, text: str, expected: bool) -> None:
    assert fits(pattern, text) is expected


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("s3://bucket", "s3://bucket/", True),
        ("s3://bucket", "s3://bucket", None),
        ("s3://bucket", "s3://buck", None),
        ("s3://bucket", "s3://other", False),
        ("s3://b*", "s3://bucket-", None),
        ("s3://bucket/a", "s3://bucket/", None),
        ("s3://bucket/a", "s3://bucket/b", False),
    ],
)
def test_of_a_beginning_it_may_not_be_known(pattern: str, text: str, expected: object) -> None:
    assert fits(pattern, text, is_whole=False, behind="/") is expected


def test_one_of_several_patterns_is_enough() -> None:
    assert fits_any(["a", "b"], "b") is True
    assert fits_any(["a", "s3://x"], "s3://", is_whole=False) is None
    assert fits_any([], "b") is False
