"""A project of its own for a test: files in a folder, and specs compiled there."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compiler import Compilation, compile_pipeline
from compiler.compile import CompiledPipeline
from compiler.diagnostics.render import as_text

JOB_DEFAULTS = """\
defaults:
  image: example.com/image:1
  role: arn:aws:iam::111122223333:role/r
  instance: ml.m5.large
"""


@dataclass(frozen=True, slots=True)
class Workshop:
    """A folder with a project in it."""

    root: Path

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file of the project."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def spec(self, body: str, *, name: str = "spec.yaml", head: str = "name: x\n") -> Path:
        """Write a spec; `body` is all but its kind and name."""
        self.write("pipec.yaml", "")
        return self.write(f"pipelines/{name}", f"kind: Pipeline\n{head}{body}")

    def compile(
        self,
        body: str,
        *,
        target: str | None = None,
        environment: Mapping[str, str] | None = None,
        head: str = "name: x\n",
    ) -> Compilation:
        """Compile a spec."""
        spec = self.spec(body, head=head)
        return compile_pipeline(spec, target=target, environment=environment)

    def pipeline(self, body: str, **options: Any) -> CompiledPipeline:
        """Compile a spec that has no mistake."""
        compilation = self.compile(body, **options)
        assert as_text(compilation.diagnostics) == ""
        assert compilation.pipeline is not None
        return compilation.pipeline

    def definition(self, body: str, **options: Any) -> dict[str, Any]:
        """Return the definition of a spec that has no mistake."""
        return self.pipeline(body, **options).definition

    def arguments(self, body: str, step: str = "s", **options: Any) -> Any:
        """Return the request of one step."""
        steps = self.definition(body, **options)["Steps"]
        return next(each["Arguments"] for each in steps if each["Name"] == step)

    def messages(self, body: str, **options: Any) -> list[str]:
        """Return what is wrong in a spec, as `code line:column message`, from its second line."""
        found = self.compile(body, **options).diagnostics
        return [
            f"{each.code.id} {each.span.line - 1}:{each.span.column + 1} {each.message}"
            for each in found
        ]
