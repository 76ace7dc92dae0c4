"""What a cleanup step may delete: results of other steps of the pipeline."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, Related, did_you_mean, listing
from compiler.document.node import MappingNode, Node, ScalarNode, SequenceNode, node_at, text_of
from compiler.lower import LoweredPipeline, LoweredStep

MOST_SOURCES = 100
# Type -> whether the URIs are listed; what a training writes is known without.
SOURCES: Mapping[str, bool] = MappingProxyType(
    {"Training": False, "Athena": False, "Processing": True, "Transform": True}
)
OBJECT = re.compile(r"s3://[^/\s]+/.+", re.DOTALL)
NETWORKS = ("VpcConfig", "NetworkConfig.VpcConfig")


def check_cleanup(step: LoweredStep, lowered: LoweredPipeline) -> Iterator[Diagnostic]:
    """Find sources that are no steps, whose results can't be deleted, or that lack their URIs."""
    sources = node_at(step.arguments, "Resources.S3")
    rows = sources.items if isinstance(sources, SequenceNode) else ()
    if sources is not None and len(rows) > MOST_SOURCES:
        yield Diagnostic(
            code=codes.MEMBER_LENGTH,
            message=f"`S3` has {len(rows)} items, expected at most {MOST_SOURCES}",
            span=sources.span,
        )
    seen: dict[str, ScalarNode] = {}
    for row in rows:
        node = row.get("StepName") if isinstance(row, MappingNode) else None
        name = text_of(node)
        if not isinstance(row, MappingNode) or not isinstance(node, ScalarNode) or name is None:
            continue
        if name in seen:
            yield Diagnostic(
                code=codes.DUPLICATE_NAME,
                message=f"there are two of the source `{name}`",
                span=node.span,
                related=(Related(span=seen[name].span, message="first here"),),
            )
        seen.setdefault(name, node)
        yield from _check_source(row, node, name, lowered)
        yield from _check_uris(row.get("S3Uris"))


def _check_uris(uris: Node | None) -> Iterator[Diagnostic]:
    for uri in uris.items if isinstance(uris, SequenceNode) else ():
        text = text_of(uri)
        if text is not None and OBJECT.fullmatch(text) is None:
            yield Diagnostic(
                code=codes.MEMBER_PATTERN,
                message=f"`{text}` is not the S3 URI of an object such as `s3://bucket/key`",
                span=uri.span,
            )


def _check_source(
    row: MappingNode, node: ScalarNode, name: str, lowered: LoweredPipeline
) -> Iterator[Diagnostic]:
    pipeline = lowered.resolved.pipeline
    source = lowered.steps.get(name)
    if source is None:
        if name not in pipeline.broken:
            yield Diagnostic(
                code=codes.UNKNOWN_STEP,
                message=f"there is no step `{name}`",
                span=node.span,
                hint=did_you_mean(name, pipeline.steps),
            )
        return
    kind, uris = source.sagemaker_type, row.get("S3Uris")
    problem = None
    if kind not in SOURCES:
        problem = (
            f"what a step of type `{kind}` writes can't be deleted, only of {listing(SOURCES)}"
        )
    elif any(node_at(source.arguments, path) is not None for path in NETWORKS):
        problem = f"`{name}` runs in a private network, and what it writes can't be deleted"
    elif SOURCES[kind] and uris is None:
        problem = f"say which `S3Uris` of the step `{name}` to delete"
    elif not SOURCES[kind] and uris is not None:
        problem = f"of a step of type `{kind}` all is deleted, without a list of `S3Uris`"
    if problem is not None:
        is_list = kind in SOURCES and uris is not None and not SOURCES[kind]
        span = row.key_span("S3Uris") if is_list else node.span
        yield Diagnostic(code=codes.CLEANUP_SOURCE, message=problem, span=span)
