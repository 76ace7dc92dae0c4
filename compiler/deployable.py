"""What a pipeline needs to be deployed, beyond what it needs to be compiled."""

from collections.abc import Iterator

from compiler.compile import CompiledPipeline
from compiler.definition import MAX_CHARACTERS
from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic


def check_deployable(pipeline: CompiledPipeline) -> Iterator[Diagnostic]:
    """Yield what is missing: roles of the pipeline and of what starts it, and storage."""
    if pipeline.role is None:
        yield Diagnostic(
            code=codes.MISSING_ROLE,
            message="the pipeline has no role to start its jobs with",
            span=pipeline.spec.name.span,
            hint="give it a `role`, or `defaults` one that is known when compiling",
        )
    size = len(pipeline.definition_line)
    if size > MAX_CHARACTERS and not pipeline.storage:
        yield Diagnostic(
            code=codes.MISSING_STORAGE,
            message=f"the definition has {size:,} characters, more than a request holds",
            span=pipeline.spec.name.span,
            hint="give the pipeline a `storage`, to which it can be uploaded",
        )
    for starts in (pipeline.spec.schedule, pipeline.spec.triggers):
        for name, start in starts:
            if start.role is None:
                yield Diagnostic(
                    code=codes.MISSING_ROLE,
                    message=f"`{name}` has no role to start the pipeline with",
                    span=starts.key_spans[name],
                    hint="give it a `role` that EventBridge may take on",
                )
