"""What must go together in an AutoML job."""

from collections.abc import Iterator

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, listing
from compiler.rules.part import Part

MODE = "AutoMLJobConfig.Mode"
OTHER_MODES = ("AUTO", "HYPERPARAMETER_TUNING")
OBJECTIVE = "AutoMLJobObjective"
PROBLEMS = ("Regression", "BinaryClassification", "MulticlassClassification")
OF_NUMBERS = ("MSE", "RMSE", "MAE", "R2")
OF_CLASSES = (
    "Accuracy", "F1", "F1macro", "AUC", "BalancedAccuracy", "Precision", "PrecisionMacro",
    "Recall", "RecallMacro", "LogLoss",
)  # fmt: skip


def check_mode(part: Part) -> Iterator[Diagnostic]:
    """Find a mode that SageMaker Pipelines does not run."""
    mode = part.text(MODE)
    if mode not in OTHER_MODES and part.has(MODE):
        return
    found = f"this is `{mode}`" if mode is not None else "and none is given"
    yield Diagnostic(
        code=codes.AUTOML_MODE,
        message=f"a pipeline runs AutoML only with the mode `ENSEMBLING`, {found}",
        span=part.span(MODE) if mode is not None else part.place,
        hint="set `AutoMLJobConfig.Mode` to `ENSEMBLING`",
    )


def check_objective(part: Part) -> Iterator[Diagnostic]:
    """Find an objective without the kind of problem, the other way round, or of another kind."""
    metric, problem = part.text(f"{OBJECTIVE}.MetricName"), part.text("ProblemType")
    given = [name for name in ("ProblemType", OBJECTIVE) if part.has(name)]
    if len(given) == 1:
        (other,) = {"ProblemType", OBJECTIVE} - set(given)
        yield Diagnostic(
            code=codes.AUTOML_OBJECTIVE,
            message=f"`{given[0]}` and `{other}` are given both or neither",
            span=part.span(given[0]),
            hint=f"set `{other}`, or let the job find out both",
        )
    if metric is None or problem not in PROBLEMS:
        return
    fitting = OF_NUMBERS if problem == "Regression" else OF_CLASSES
    if metric in (*OF_NUMBERS, *OF_CLASSES) and metric not in fitting:
        yield Diagnostic(
            code=codes.AUTOML_OBJECTIVE,
            message=f"`{metric}` is no measure of `{problem}`",
            span=part.span(f"{OBJECTIVE}.MetricName"),
            hint=f"use one of {listing(fitting)}",
        )
