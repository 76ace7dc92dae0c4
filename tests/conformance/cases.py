"""The pipelines whose definitions are compared with those of the SDKs."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
SDKS = ("v2", "v3")
SOURCES = (*SDKS, "by_hand")


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A spec, and scripts that build the same pipeline with the SDKs.

    The folder of the case holds `v2.py` and `v3.py`, or one of them where the other SDK can't say
    it, the definitions they make, and perhaps `facts.json`, the values that both scripts use. Where
    neither SDK can say it, `by_hand.json` alone is the definition, and no script makes it.
    """

    name: str
    spec: str = ""
    target: str | None = None

    @property
    def sdks(self) -> tuple[str, ...]:
        """The SDKs that there is a script for."""
        return tuple(sdk for sdk in SDKS if (FOLDER / self.name / f"{sdk}.py").is_file())

    @property
    def sources(self) -> tuple[str, ...]:
        """The SDKs, and `by_hand`, that there is an expected definition of."""
        return tuple(source for source in SOURCES if self.expected(source).is_file())

    def expected(self, source: str) -> Path:
        """Return the file with the definition that an SDK makes, or that was written by hand."""
        return FOLDER / self.name / f"{source}.json"

    @property
    def spec_path(self) -> Path:
        """The YAML that must compile to the same meaning."""
        return ROOT / self.spec if self.spec else FOLDER / self.name / "spec.yaml"


CASES = (
    Case(name="bert_reviews", spec="pipelines/bert_reviews.yaml"),
    Case(name="ner", spec="pipelines/ner.yaml"),
    Case(name="expressions", spec="tests/conformance/expressions/spec.yaml"),
    Case(name="callouts"),
    Case(name="for_each"),
    Case(name="functions"),
    Case(name="spellings"),
    Case(name="training_jobs"),
    Case(name="training_debugger"),
    Case(name="training_distributed"),
    Case(name="control"),
    Case(name="run_conditions"),
    Case(name="pipeline_level"),
    Case(name="experiment_off"),
    Case(name="mlflow_tracking"),
    Case(name="tuning"),
    Case(name="emr"),
    Case(name="emr_serverless"),
    Case(name="job_and_cleanup"),
    Case(name="bedrock"),
    Case(name="raw_steps"),
    Case(name="lineage"),
    Case(name="endpoints"),
    Case(name="automl"),
    Case(name="transformer"),
    Case(name="repack"),
    Case(name="quality_checks"),
    Case(name="monitored_transform"),
    Case(name="clarify_checks"),
    Case(name="notebooks"),
    Case(name="processing"),
    Case(name="processing_sources"),
    Case(name="training_launcher"),
    Case(name="tuning_definitions"),
    Case(name="transform"),
    Case(name="models"),
    Case(name="registry"),
    Case(name="registry_card"),
    Case(name="capacity"),
)
