"""What no schema can say: the rules about a pipeline's fields taken together."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from compiler.checks.iterations import check_iterations
from compiler.checks.regions import check_regions
from compiler.checks.starts import check_starts
from compiler.checks.steps import (
    check_conditions,
    check_execution_variables,
    check_parameters,
    check_raw_steps,
    check_retries,
    check_steps,
    check_storage,
)
from compiler.checks.templates import check_files_by_path, check_templates
from compiler.checks.unused import unused_names
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.resolve.pipeline import ResolvedPipeline

__all__ = ["CHECKS", "unused_names"]

Check: TypeAlias = Callable[[ResolvedPipeline], Iterator[Diagnostic]]

CHECKS: tuple[Check, ...] = (
    check_execution_variables,
    check_parameters,
    check_steps,
    check_raw_steps,
    check_conditions,
    check_retries,
    check_storage,
    check_templates,
    check_files_by_path,
    check_regions,
    check_iterations,
    check_starts,
)
