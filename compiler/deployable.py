"""What a pipeline needs to be deployed, beyond what it needs to be compiled."""

from collections.abc import Iterator

from compiler.compile import CompiledPipeline
from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic


def check_deployable(pipeline: CompiledPipeline) -> Iterator[Diagnostic]:
    """Yield what is missing: roles of the pipeline and of what starts it."""
    if pipeline.role is None:
        yield Diagnostic(
            code=codes.MISSING_ROLE,
            message="the pipeline has no role to start its jobs with",
            span=pipeline.spec.name.span,
            hint="give it a `role`, or `defaults` one that is known when compiling",
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
