"""The pipelines whose definitions are compared with those of the SDKs."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
SDKS = ("v2", "v3")


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A spec, and scripts that build the same pipeline with the SDKs.

    The folder of the case holds `v2.py` and `v3.py`, or one of them where the other SDK can't say
    it, the definitions they make, and perhaps `facts.json`, the values that both scripts use.
    """

    name: str
    spec: str
    target: str | None = None

    @property
    def sdks(self) -> tuple[str, ...]:
        """The SDKs that there is a script for."""
        return tuple(sdk for sdk in SDKS if (FOLDER / self.name / f"{sdk}.py").is_file())

    def expected(self, sdk: str) -> Path:
        """Return the file with the definition that an SDK makes."""
        return FOLDER / self.name / f"{sdk}.json"

    @property
    def spec_path(self) -> Path:
        """The YAML that must compile to the same meaning."""
        return ROOT / self.spec


CASES = (
    Case(name="bert_reviews", spec="pipelines/bert_reviews.yaml"),
    Case(name="expressions", spec="tests/conformance/expressions/spec.yaml"),
)
