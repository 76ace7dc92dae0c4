"""The table of images: what AWS publishes for each framework, and in which account."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from compiler.diagnostics import codes
from compiler.sagemaker.images.request import ImageError

PATH = Path(__file__).with_name("table.json")
# The scope that a step's image has, the best first; the rest of the steps serve a model.
SCOPES_OF_STEP = {
    "processing": ("processing", "training"),
    "training": ("training",),
    "tuning": ("training",),
    "automl": ("training",),
}
SERVING = ("inference",)

Release = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """The images of a framework for one scope."""

    framework: str
    scope: str
    versions: Mapping[str, Release]
    aliases: Mapping[str, str]
    processors: tuple[str, ...]

    def key(self, version: str) -> str:
        """Return the version that an alias stands for, or the version itself."""
        return self.aliases.get(version, version)

    def names(self) -> tuple[str, ...]:
        """Return all that may be written as a version."""
        return (*self.versions, *(alias for alias in self.aliases if alias not in self.versions))


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """All images that one release of the SageMaker SDK knows of."""

    source: str
    registries: tuple[Mapping[str, str], ...]
    frameworks: Mapping[str, Mapping[str, Any]]

    def scopes(self, framework: str) -> tuple[str, ...]:
        """Return what the images of a framework are for, in the order of the source."""
        content = self._content(framework)
        if "versions" in content:
            return tuple(content.get("scope", ()))
        return tuple(content)

    def section(self, framework: str, scope: str) -> Section:
        """Return the images of a framework for one of its scopes."""
        content = self._content(framework)
        content = content if "versions" in content else content[scope]
        return Section(
            framework=framework,
            scope=scope,
            versions=content["versions"],
            aliases=content.get("version_aliases", {}),
            processors=tuple(content.get("processors", ())),
        )

    def sections(self, framework: str) -> tuple[Section, ...]:
        """Return the images of a framework, once for each scope that has its own."""
        scopes = self.scopes(framework)
        if "versions" in self._content(framework):
            return (self.section(framework, ", ".join(scopes)),)
        return tuple(self.section(framework, scope) for scope in scopes)

    def accounts(self, release: Release) -> Mapping[str, str]:
        """Return the account that holds an image, by region."""
        return self.registries[release["registries"]]

    def _content(self, framework: str) -> Mapping[str, Any]:
        if framework not in self.frameworks:
            raise ImageError(
                codes.UNKNOWN_IMAGE_FRAMEWORK,
                f"`{framework}` is no framework or algorithm with prebuilt images",
                "framework",
                sorted(self.frameworks),
                found=framework,
            )
        return self.frameworks[framework]


@cache
def table() -> Table:
    """Return the committed table."""
    content = json.loads(PATH.read_bytes())
    return Table(
        source=content["source"],
        registries=tuple(content["registries"]),
        frameworks=content["frameworks"],
    )


def default_scope(framework: str, step_type: str) -> str | None:
    """Return the scope that an image has in a step of a type, where the framework has several."""
    scopes = table().scopes(framework)
    wanted = (scope for scope in SCOPES_OF_STEP.get(step_type, SERVING) if scope in scopes)
    return next(wanted, None)


def releases(release: Release) -> list[Release]:
    """Return the images of a version: one, or one for each Python or base framework."""
    if "repository" in release:
        return [release]
    return [each for name, each in release.items() if name != "version_aliases"]
