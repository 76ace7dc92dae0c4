"""Compile YAML specs to Amazon SageMaker pipelines."""

from compiler.compile import Compilation, CompiledPipeline, compile_pipeline
from compiler.diagnostics.diagnostic import Diagnostic

__all__ = ["Compilation", "CompiledPipeline", "Diagnostic", "compile_pipeline"]
