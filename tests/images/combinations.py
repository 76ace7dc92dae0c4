"""The requests for which our answers are compared with the SDK's; runs in the SDKs' venvs too."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

Request = dict[str, Any]

REGIONS = ("us-east-1", "eu-west-1", "cn-north-1", "us-gov-west-1")
INSTANCES = (
    None,
    "ml.m5.large",
    "ml.c5.xlarge",
    "ml.g4dn.xlarge",
    "ml.p2.xlarge",
    "ml.p4d.24xlarge",
    "ml.p5.48xlarge",
    "ml.inf1.xlarge",
    "ml.inf2.xlarge",
    "ml.trn1.2xlarge",
    "ml.m6g.large",
    "ml.c7g.large",
    "local",
    "local_gpu",
    "m5.large",
)
# One of each kind: what depends on the rest of a request depends on no more of the instance.
KINDS = (None, "ml.m5.large", "ml.g4dn.xlarge", "ml.inf2.xlarge", "ml.c7g.large", "ml.p4d.24xlarge")
WRONG = {"version": "0.0.7", "python": "py1", "base": "pytorch0.1", "scope": "serving"}
EXTRAS: tuple[Request, ...] = (
    {"accelerator": "ml.eia2.medium"},
    {"accelerator": "eia"},
    {"container": "v1"},
    {"smdistributed": True},
    {"compiler": True},
    {"serverless": True},
    {"tool": "neuron"},
    {"tool": "neuronx"},
    {"tool": "neuronx", "sdk": "sdk2.99.0"},
)
BASE_PYTHON = "sagemaker-base-python"


def requests(frameworks: Mapping[str, Any], regions: list[str]) -> Iterator[Request]:
    """Make all requests, in an order that depends on the frameworks' contents alone."""
    for name in sorted(frameworks):
        if name == BASE_PYTHON:
            for python, region in product((None, "38"), regions):
                yield {"framework": name, "python": python, "region": region}
            continue
        yield from _of_framework(name, frameworks, regions)
    yield {"framework": "no-such-framework", "version": "1", "region": REGIONS[0]}


def _of_framework(
    name: str, frameworks: Mapping[str, Any], regions: list[str]
) -> Iterator[Request]:
    content = frameworks[name]
    shared = "versions" in content
    known = list(content.get("scope", ())) if shared else list(content)
    for scope in (*known, None, WRONG["scope"]):
        section = content if shared else content.get(scope, content[known[0]])
        releases, aliases = section["versions"], section.get("version_aliases", {})
        for version in (*{**releases, **aliases}, None, WRONG["version"]):
            release = releases.get(aliases.get(version, version))
            for details in _details(name, frameworks, scope, version, release):
                request = {"framework": name, "scope": scope, "version": version, **details}
                if scope not in known or _is_wrong(request):
                    for instance in ("ml.m5.large", "ml.g4dn.xlarge", "ml.c7g.large"):
                        yield {**request, "region": REGIONS[0], "instance": instance}
                    continue
                yield from _places(request, regions, exact=version in releases)


def _details(
    name: str, frameworks: Mapping[str, Any], scope: str | None, version: str | None, release: Any
) -> Iterator[Request]:
    """Make what a version can be asked for with: Python versions, and base frameworks."""
    if name != "huggingface":
        for python in (*_pythons(release or {}), None, WRONG["python"]):
            yield {"python": python}
        return
    variants = [frameworks[key] for key in sorted(frameworks) if key.startswith(f"{name}-")]
    found: dict[str, list[str]] = {}
    for content in (frameworks[name], *variants):
        section = content.get(scope) if scope else None
        if not section or "versions" not in section:
            continue
        key = section.get("version_aliases", {}).get(version, version)
        other = section["versions"].get(key, {})
        aliases = other.get("version_aliases", {})
        for base in (*(each for each in other if each.startswith(("pytorch", "tensor"))), *aliases):
            found.setdefault(base, []).extend(
                each for each in _pythons(other.get(aliases.get(base, base), {}))
            )
    for base, pythons in {**found, WRONG["base"]: [], "": []}.items():
        for python in (*dict.fromkeys(pythons), None):
            yield {"python": python, "base": base or None}


def _is_wrong(request: Request) -> bool:
    return any(request.get(key) == value for key, value in WRONG.items())


def _pythons(release: Mapping[str, Any]) -> list[str]:
    if "repository" in release:
        return list(release.get("py_versions", ()))
    return [key for key in release if key.startswith("py") and not key.startswith("pytorch")]


def _places(request: Request, regions: list[str], *, exact: bool) -> Iterator[Request]:
    for instance, region in product(INSTANCES, REGIONS):
        yield {**request, "instance": instance, "region": region}
    for instance, extra in product(KINDS, EXTRAS):
        yield {**request, **extra, "instance": instance, "region": REGIONS[0]}
    if request["python"] is None and exact:
        for region in (*regions, "mars-north-1"):
            yield {**request, "instance": "ml.g5.xlarge", "region": region}
