"""The model registry of this machine: groups of numbered model packages, in one SQLite file."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compiler.local.database import opened
from compiler.local.resolve import Json
from compiler.local.strict_json import json_text

APPROVALS = ("PendingManualApproval", "Approved", "Rejected")

_TABLE = """
CREATE TABLE IF NOT EXISTS packages (
  model_group TEXT, version INTEGER, arn TEXT UNIQUE, created TEXT, approval TEXT,
  approval_description TEXT, model_data TEXT, metrics TEXT, execution_id TEXT, pipeline TEXT,
  step TEXT, description TEXT, arguments TEXT,
  PRIMARY KEY (model_group, version)
)
"""
_COLUMNS = (
    "model_group, version, arn, created, approval, approval_description, model_data, metrics,"
    " execution_id, pipeline, step, description, arguments"
)


class RegistryError(Exception):
    """The file of the registry cannot be used: it is damaged, or another version's."""


class UnknownPackageError(Exception):
    """There is no such model package."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelPackage:
    """A version of a model, where it came from, and whether it may be deployed.

    `metrics` is the content of its model-quality statistics, `arguments` the whole request.
    """

    group: str
    version: int
    arn: str
    created: str
    approval: str
    approval_description: str | None
    model_data: str | None
    metrics: Json
    execution_id: str
    pipeline: str
    step: str
    description: str | None
    arguments: Json


@dataclass(frozen=True, slots=True)
class Registry:
    """The model packages of this machine."""

    file: Path

    def register(
        self,
        *,
        group: str,
        arn_prefix: str,
        created: str,
        approval: str,
        model_data: str | None,
        metrics: Json,
        execution_id: str,
        pipeline: str,
        step: str,
        description: str | None,
        arguments: Json,
    ) -> ModelPackage:
        """Add the next version to a group; the group is made with its first version."""
        with opened(self.file, _TABLE, RegistryError) as database:
            # Taken before reading, so that two executions never get the same number.
            database.execute("BEGIN IMMEDIATE")
            newest = database.execute(
                "SELECT coalesce(max(version), 0) FROM packages WHERE model_group = ?", (group,)
            ).fetchone()[0]
            package = ModelPackage(
                group=group,
                version=newest + 1,
                arn=f"{arn_prefix}/{newest + 1}",
                created=created,
                approval=approval,
                approval_description=None,
                model_data=model_data,
                metrics=metrics,
                execution_id=execution_id,
                pipeline=pipeline,
                step=step,
                description=description,
                arguments=arguments,
            )
            marks = ", ".join("?" * 13)
            database.execute(f"INSERT INTO packages VALUES ({marks})", _row(package))  # noqa: S608
        return package

    def groups(self) -> tuple[str, ...]:
        """Return the names of the groups."""
        rows = self._select("SELECT DISTINCT model_group FROM packages ORDER BY model_group")
        return tuple(row[0] for row in rows)

    def packages(self, group: str | None = None) -> tuple[ModelPackage, ...]:
        """Return the packages of one group or of all, the newest of each group first."""
        rows = self._select(
            f"SELECT {_COLUMNS} FROM packages WHERE ?1 IS NULL OR model_group = ?1"  # noqa: S608
            " ORDER BY model_group, version DESC",
            group,
        )
        return tuple(_package(row) for row in rows)

    def package(self, group: str, version: int | None = None) -> ModelPackage:
        """Return one version of a group, or its newest one."""
        for package in self.packages(group):
            if version in (None, package.version):
                return package
        wanted = f"version {version} in" if version else "package in"
        raise UnknownPackageError(f"there is no {wanted} model group `{group}`")

    def set_approval(
        self, group: str, version: int, approval: str, description: str | None = None
    ) -> ModelPackage:
        """Set whether a version may be deployed, and return it."""
        if approval not in APPROVALS:
            raise ValueError(f"`{approval}` is not one of {', '.join(APPROVALS)}")
        self.package(group, version)
        with opened(self.file, _TABLE, RegistryError) as database:
            database.execute(
                "UPDATE packages SET approval = ?, approval_description = ?"
                " WHERE model_group = ? AND version = ?",
                (approval, description, group, version),
            )
        return self.package(group, version)

    def _select(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        if not self.file.exists():
            return []
        with opened(self.file, _TABLE, RegistryError) as database:
            return database.execute(query, values).fetchall()


def _row(package: ModelPackage) -> tuple[object, ...]:
    return (
        package.group,
        package.version,
        package.arn,
        package.created,
        package.approval,
        package.approval_description,
        package.model_data,
        json_text(package.metrics),
        package.execution_id,
        package.pipeline,
        package.step,
        package.description,
        json_text(package.arguments),
    )


def _package(row: tuple[Any, ...]) -> ModelPackage:
    return ModelPackage(
        group=row[0],
        version=row[1],
        arn=row[2],
        created=row[3],
        approval=row[4],
        approval_description=row[5],
        model_data=row[6],
        metrics=json.loads(row[7]),
        execution_id=row[8],
        pipeline=row[9],
        step=row[10],
        description=row[11],
        arguments=json.loads(row[12]),
    )
