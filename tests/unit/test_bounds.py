"""Numbers that are larger than anything they could count are mistakes."""

import pytest

from compiler.local.resolve import path_tokens
from tests.specs import JOB_DEFAULTS, Workshop

TRAINING = f"{JOB_DEFAULTS}steps:\n  t: {{type: training, output: s3://b/o%s}}\n"


@pytest.mark.parametrize("days", ["9" * 30, "1234567890"])
def test_a_lifetime_has_nine_digits_at_most(workshop: Workshop, days: str) -> None:
    [found] = workshop.messages(TRAINING % f", cache: P{days}D")
    assert found.startswith("E204 ")


def test_an_index_leads_to_an_item_that_there_may_be(workshop: Workshop) -> None:
    path = "steps.t.properties.FinalMetricDataList[90000000].Value"
    body = TRAINING % "" + f'  u: {{type: fail, message: "${{{{ {path} }}}}"}}\n'
    [found] = workshop.messages(body)
    assert "never has so many items" in found


def test_a_bracket_in_quotes_is_no_bracket() -> None:
    assert path_tokens("x", "A['k.[z'][0]") == ["A", "k.[z", 0]


def test_a_notebook_has_a_name_that_is_known(workshop: Workshop) -> None:
    workshop.write("n.ipynb", "{}")
    body = f"""\
storage: s3://b/p
parameters: {{p: {{type: string, default: x}}}}
{JOB_DEFAULTS}steps:
  n: {{type: notebook, notebook: n.ipynb, kernel: python3, job_name: "${{{{ parameters.p }}}}"}}
"""
    assert workshop.messages(body)[0].startswith("E304 ")
