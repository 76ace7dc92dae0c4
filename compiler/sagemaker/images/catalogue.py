"""What there is in the table of images, to be listed and explained."""

from dataclasses import dataclass

from compiler.diagnostics import codes
from compiler.sagemaker.images.request import Image, ImageError
from compiler.sagemaker.images.table import Release, Section, Table, releases


@dataclass(frozen=True, kw_only=True, slots=True)
class Available:
    """One version of a framework for one scope: what can be asked for."""

    scope: str
    version: str
    aliases: tuple[str, ...]
    pythons: tuple[str, ...]
    bases: tuple[str, ...]
    processors: tuple[str, ...]
    regions: tuple[str, ...]

    def record(self) -> dict[str, object]:
        """Return this as plain data."""
        return {
            "scope": self.scope,
            "version": self.version,
            "aliases": list(self.aliases),
            "python": list(self.pythons),
            "base": list(self.bases),
            "processors": list(self.processors),
            "regions": list(self.regions),
        }


def available(table: Table, framework: str, scope: str | None = None) -> list[Available]:
    """Return all versions of a framework in the order of the source; a scope narrows them."""
    scopes = table.scopes(framework)
    if scope is not None and scope not in scopes:
        message = f"`{framework}` has no images for `{scope}`"
        raise ImageError(codes.IMAGE_SCOPE, message, "scope", scopes, found=scope)
    return [
        _version(table, section, version, release)
        for section in table.sections(framework)
        if scope is None or scope in section.scope.split(", ")
        for version, release in section.versions.items()
    ]


def parts_record(image: Image) -> dict[str, object]:
    """Return an image and the origin of its parts as plain data."""
    parts = (image.account, image.host, image.repository, *image.tag)
    return {
        "uri": image.uri,
        "parts": [
            {"name": part.name, "value": part.value, "source": part.source} for part in parts
        ],
        "ignored": dict(image.ignored),
    }


def _version(table: Table, section: Section, version: str, release: Release) -> Available:
    each = releases(release)
    bases = [name for name in release if name.startswith(("pytorch", "tensorflow"))]
    by_python = [] if "repository" in release or bases else list(release)
    pythons = by_python or [python for one in each for python in one.get("py_versions", ())]
    processors = section.processors or [name for one in each for name in one.get("processors", ())]
    return Available(
        scope=section.scope,
        version=version,
        aliases=tuple(alias for alias, meant in section.aliases.items() if meant == version),
        pythons=tuple(dict.fromkeys(pythons)),
        bases=tuple(bases),
        processors=tuple(dict.fromkeys(processors)),
        regions=tuple(sorted({region for one in each for region in table.accounts(one)})),
    )
