"""The model registry numbers the versions of each group and keeps their approval."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from compiler.local.registry import ModelPackage, Registry, UnknownPackageError


def register(registry: Registry, group: str) -> ModelPackage:
    return registry.register(
        group=group,
        arn_prefix=f"arn:model-package/{group}",
        created="2026-01-01T00:00:00.000Z",
        approval="PendingManualApproval",
        model_data="s3://b/model.tar.gz",
        metrics={"f1": {"value": 0.8}},
        execution_id="e1",
        pipeline="p",
        step="register",
        description=None,
        arguments={"ModelPackageGroupName": group},
    )


def test_versions_count_up_in_each_group(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "registry.db")
    assert (registry.groups(), registry.packages()) == ((), ())
    for group in ("b", "a", "b"):
        register(registry, group)
    assert registry.groups() == ("a", "b")
    assert [(each.group, each.version) for each in registry.packages()] == [
        ("a", 1),
        ("b", 2),
        ("b", 1),
    ]
    assert [each.version for each in registry.packages("b")] == [2, 1]
    assert registry.package("b").arn == "arn:model-package/b/2"
    assert registry.package("b", 1).metrics == {"f1": {"value": 0.8}}


def test_approval_is_set_with_its_reason(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "registry.db")
    register(registry, "g")
    registry.set_approval("g", 1, "Approved", "reviewed by two")
    package = registry.package("g")
    assert (package.approval, package.approval_description) == ("Approved", "reviewed by two")
    with pytest.raises(ValueError, match="`Maybe` is not one of"):
        registry.set_approval("g", 1, "Maybe")
    with pytest.raises(UnknownPackageError, match="there is no version 2 in model group `g`"):
        registry.set_approval("g", 2, "Approved")
    with pytest.raises(UnknownPackageError, match="there is no package in model group `h`"):
        registry.package("h")


def test_versions_registered_at_once_get_different_numbers(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "registry.db")
    with ThreadPoolExecutor(8) as pool:
        versions = list(pool.map(lambda _: register(registry, "g").version, range(16)))
    assert sorted(versions) == list(range(1, 17))
