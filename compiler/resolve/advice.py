"""What there is at a place of an expression, and what may have been meant there."""

from collections.abc import Sequence

from compiler.diagnostics.diagnostic import near_name
from compiler.expressions.bound import Bound, ConstantValue
from compiler.expressions.syntax import Segment
from compiler.resolve.scope import StepScope


def below(step: StepScope, name: str) -> str | None:
    """Return the hint for the name of an output or file that stands without its group."""
    for group, names in (("outputs", step.outputs), ("files", step.files)):
        if name in names:
            return f"write `{group}.{name}`"
    return None


def best_model(tuning: str) -> str:
    """Return the hint for the model of a tuning step, which none of its outputs is."""
    uri = f"${{{{ steps.{tuning}.output }}}}/${{{{ steps.{tuning}.best_training_job }}}}"
    return f"the best job's lies at `{uri}/output/model.tar.gz`"


def members(step: StepScope) -> list[str]:
    """Return what may stand behind the name of a step."""
    found = list(step.type.outputs)
    if step.outputs:
        found.append("outputs")
    if step.files:
        found.append("files")
    if "body" in step.type.holds(step.spec):
        found.append("iterations")
        found += ["selected"] if step.type.selected(step.spec) is not None else []
    if step.type.describe_shape is not None:
        found.append("properties")
    return found


def is_misspelt_output(step: StepScope, name: str) -> bool:
    """Return whether the step declares, and the template refuses, a misspelling of the name."""
    if step.template is None or name not in step.template.outputs:
        return False
    return any(
        each not in step.template.outputs and near_name(each, [name]) for each in step.outputs
    )


def json_path(segments: Sequence[Segment]) -> str:
    """Return a path into a JSON file in SageMaker's spelling."""
    path = ""
    for segment in segments:
        path += f"[{segment.value}]" if isinstance(segment.value, int) else f".{segment.value}"
    return path.lstrip(".")


def declared_paths(step: StepScope, output: str, path: str) -> list[str]:
    """Return the JSON paths that a step's template says it writes."""
    if step.template is None:
        return []
    declared = step.template.outputs.get(output)
    files = declared.files if declared is not None else None
    node = files.get(path) if files is not None else None
    items = getattr(node, "items", ())
    return [str(item.value) for item in items]


def comparison_hint(left: Bound, right: Bound) -> str | None:
    """Return the hint for a number in quotes that is compared with a number."""
    for text, other in ((left, right), (right, left)):
        if isinstance(text, ConstantValue) and isinstance(text.value, str):
            if other.type.name in ("integer", "float", "boolean"):
                return f"take the quotes from `{text.value}`"
    return None
