"""Whatever stands in a definition, its text in a template is read as the same definition."""

import json
import re
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from compiler.infrastructure.opened import opened_definition
from compiler.infrastructure.openings import BUCKET, PIPELINE_ROLE, PREFIX, Parts, parts_of
from tests.infrastructure.specs import EVERYTHING, pipeline_of

ROLE = "arn:aws:iam::111122223333:role/service-role/ml-pipeline"
PIECES = st.sampled_from(
    [
        *("$", "%", "{", "}", "${", "%{", "$${", "${!x}", "\\", '"', "'", " ", "é", "x", "\n"),
        *("s3://ml-dev/pipec", "s3://ml-dev/pipec/", "s3://ml-dev/pipec-2", "/y", ROLE, "role"),
    ]
)
TEXTS = st.lists(PIECES, max_size=6).map("".join)
VALUES = st.recursive(
    st.one_of(TEXTS, st.none(), st.booleans(), st.integers(-9, 9)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)
OTHERS: dict[tuple[str, ...], str] = {
    PIPELINE_ROLE: "arn:aws:iam::9:role/other",
    BUCKET: "other",
    PREFIX: "a/b",
}


def _parts() -> Parts:
    return parts_of(pipeline_of(EVERYTHING))


def _opened(definition: Any) -> str:
    pipeline = replace(pipeline_of(EVERYTHING), definition=definition)
    return opened_definition(pipeline, _parts(), lambda words: f"${{{'.'.join(words)}}}")


def _filled(text: str, values: dict[tuple[str, ...], str]) -> str:
    names = {".".join(words): value for words, value in values.items()}
    return re.sub(r"\$\{([^}]*)\}", lambda match: names[match[1]], text)


@given(VALUES)
def test_the_defaults_give_the_definition_back(value: Any) -> None:
    defaults: dict[tuple[str, ...], str] = {PIPELINE_ROLE: ROLE, BUCKET: "ml-dev", PREFIX: "pipec"}
    opened = _opened({"value": value})
    assert "%{" not in opened
    assert json.loads(_filled(opened, defaults)) == {"value": value}


@given(TEXTS)
def test_a_text_that_is_the_role_or_begins_with_the_storage_follows(text: str) -> None:
    definition = {"role": ROLE, "place": f"s3://ml-dev/pipec/{text}", "other": f"{ROLE}-{text}"}
    found = json.loads(_filled(_opened(definition), OTHERS))
    assert found["role"] == OTHERS[PIPELINE_ROLE]
    assert found["place"].startswith("s3://other/a/b/")
    assert found["other"].startswith(f"{ROLE}-")
