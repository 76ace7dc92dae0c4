"""Targets, defaults and requests laid over each other, and variables put in their places."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler import compile_pipeline
from compiler.diagnostics.span import SourceFile
from compiler.document.node import MappingNode, Node, ScalarNode, SequenceNode, merge, plain
from tests.specs import JOB_DEFAULTS, Workshop

PLACE = SourceFile("x", "").span(0, 0)


def node(value: Any) -> Node:
    """Return plain data as nodes."""
    match value:
        case dict():
            return MappingNode({k: node(v) for k, v in value.items()}, {}, PLACE)
        case list():
            return SequenceNode(tuple(map(node, value)), PLACE)
        case _:
            return ScalarNode(value, PLACE)


def merged(base: Any, over: Any) -> Any:
    lower, upper = node(base), node(over)
    assert isinstance(lower, MappingNode)
    assert isinstance(upper, MappingNode)
    return plain(merge(lower, upper))


@pytest.mark.parametrize(
    ("base", "over", "expected"),
    [
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": 1}, {"a": 2}, {"a": 2}),
        ({"a": 1, "b": 2}, {"a": 3}, {"a": 3, "b": 2}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}, {"a": {"b": 3, "c": 2}}),
        ({"a": {"b": {"c": 1}}}, {"a": {"b": {"d": 2}}}, {"a": {"b": {"c": 1, "d": 2}}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": [{"b": 1}]}, {"a": [{"c": 2}]}, {"a": [{"c": 2}]}),
        ({"a": 1, "b": 2}, {"a": None}, {"b": 2}),
        ({"a": {"b": 1}}, {"a": None}, {}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": None}}, {"a": {"c": 2}}),
        ({"a": 1}, {"b": None}, {"a": 1}),
        ({"a": 1}, {"a": {"b": 2}}, {"a": {"b": 2}}),
        ({"a": {"b": 1}}, {"a": 2}, {"a": 2}),
        ({"a": {"b": 1}}, {"a": {}}, {"a": {"b": 1}}),
        ({}, {}, {}),
    ],
)
def test_mappings_merge_and_all_else_replaces(base: Any, over: Any, expected: Any) -> None:
    found = merged(base, over)
    assert found == expected
    assert list(found) == list(expected)


PLAIN = st.recursive(
    st.integers(0, 3) | st.lists(st.integers(0, 3), max_size=2),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
MAPPINGS = st.dictionaries(st.sampled_from("abc"), PLAIN | st.none(), max_size=3)


@settings(max_examples=200, deadline=None)
@given(MAPPINGS, MAPPINGS)
def test_laying_over_twice_is_laying_over_once(base: Any, over: Any) -> None:
    once = merged(base, over)
    assert merged(once, over) == once
    assert merged(base, {}) == base


TARGETS = """
tags: {team: nlp, cost: "1"}
vars: {who: a, deep: {x: 1, y: 2}}
parameters:
  word: {type: string, default: base}
  number: {type: integer, default: 1}
steps:
  s: {type: fail, message: "${{ vars.who }} ${{ vars.deep.x }} ${{ vars.deep.y }} ${{ target.name }}"}
  t: {type: fail, message: "${{ parameters.word }} ${{ parameters.number }}"}
targets:
  dev: {default: true}
  prod:
    account: "111122223333"
    region: eu-west-1
    name: y
    tags: {cost: null, stage: prod}
    vars: {who: b, deep: {y: 3}}
    parameters: {word: theirs, number: {default: 7}}
    steps:
      s: {display_name: There}
      t: null
      u: {type: fail, message: "${{ parameters.word }} ${{ parameters.number }} ${{ target.region }} ${{ target.account }}"}
"""  # noqa: E501


def test_a_target_changes_what_it_names_and_nothing_else(workshop: Workshop) -> None:
    dev, prod = (workshop.pipeline(TARGETS, target=name) for name in ("dev", "prod"))
    assert workshop.pipeline(TARGETS).definition == dev.definition
    assert (dev.name, prod.name) == ("x", "y")
    assert (dev.is_default_target, prod.is_default_target) == (True, False)
    assert dev.manifest["tags"] == {"team": "nlp", "cost": "1"}
    assert prod.manifest["tags"] == {"team": "nlp", "stage": "prod"}
    assert _summary(dev.definition) == {"s": "a 1 2 dev", "t": "…"}
    assert _summary(prod.definition) == {"s": "b 1 3 prod", "u": "…"}
    assert [each["DefaultValue"] for each in _list(prod.definition, "Parameters")] == ["theirs", 7]
    assert _list(prod.definition, "Steps")[0]["DisplayName"] == "There"


def _list(definition: Any, name: str) -> list[Any]:
    return list(definition[name])


def _summary(definition: Any) -> dict[str, str]:
    found = {each["Name"]: each["Arguments"]["ErrorMessage"] for each in definition["Steps"]}
    return {name: said if isinstance(said, str) else "…" for name, said in found.items()}


@pytest.mark.parametrize(
    ("targets", "named", "code"),
    [
        ("", "dev", "E209"),
        ("targets: {dev: {}}", "prod", "E209"),
        ("targets: {dev: {}, prod: {}}", "default", "E209"),
        ("targets: {dev: {default: true}, prod: {default: true}}", None, "E210"),
    ],
)
def test_a_target_that_is_not_there_is_an_error(
    targets: str, named: str | None, code: str, workshop: Workshop
) -> None:
    body = f"steps: {{s: {{type: fail, message: m}}}}\n{targets}\n"
    assert [each.split(" ")[0] for each in workshop.messages(body, target=named)] == [code]


def test_without_targets_there_is_one_named_default(workshop: Workshop) -> None:
    body = "steps: {s: {type: fail, message: '${{ target.name }}'}}\n"
    assert workshop.arguments(body) == {"ErrorMessage": "default"}
    assert workshop.arguments(body, target="default") == {"ErrorMessage": "default"}


def test_a_default_goes_to_the_steps_that_have_the_field_and_do_not_set_it(
    workshop: Workshop,
) -> None:
    own = "processing, entrypoint: [x], environment: {B: 2}, max_run: 2h, cache: false"
    body = JOB_DEFAULTS + (
        "  environment: {A: 1}\n  max_run: 1h\n  cache: 1d\n"
        "steps:\n"
        "  s: {type: processing, entrypoint: [x], instance: {type: ml.m5.xlarge}}\n"
        f"  own: {{type: {own}}}\n"
        "  end: {type: fail, message: m}\n"
    )
    first, second, end = workshop.definition(body)["Steps"]
    assert first["Arguments"]["Environment"] == {"A": "1"}
    assert first["Arguments"]["StoppingCondition"] == {"MaxRuntimeInSeconds": 3600}
    assert first["Arguments"]["ProcessingResources"]["ClusterConfig"] == {
        "InstanceCount": 1,
        "InstanceType": "ml.m5.xlarge",
        "VolumeSizeInGB": 30,
    }
    assert first["CacheConfig"] == {"Enabled": True, "ExpireAfter": "P1D"}
    assert second["Arguments"]["Environment"] == {"B": "2"}
    assert second["Arguments"]["StoppingCondition"] == {"MaxRuntimeInSeconds": 7200}
    assert "CacheConfig" not in second
    assert end == {"Name": "end", "Type": "Fail", "Arguments": {"ErrorMessage": "m"}}


def test_a_request_is_laid_over_the_fields(workshop: Workshop) -> None:
    body = JOB_DEFAULTS + (
        "vars: {shares: {ShmSizeInGB: 2}}\n"
        "parameters: {n: {type: integer}}\n"
        "steps:\n"
        "  s:\n"
        "    type: processing\n"
        "    entrypoint: [x, y]\n"
        "    max_run: 1h\n"
        "    request:\n"
        "      AppSpecification: {ContainerEntrypoint: [z]}\n"
        "      ProcessingResources:\n"
        '        ClusterConfig: {InstanceCount: "${{ parameters.n }}", VolumeSizeInGB: 5}\n'
        "      StoppingCondition: null\n"
        '      Environment: {A: "1"}\n'
    )
    found = workshop.arguments(body.replace("vars: {shares: {ShmSizeInGB: 2}}\n", ""))
    assert found["AppSpecification"] == {
        "ImageUri": "example.com/image:1",
        "ContainerEntrypoint": ["z"],
    }
    assert found["ProcessingResources"]["ClusterConfig"] == {
        "InstanceCount": {"Get": "Parameters.n"},
        "InstanceType": "ml.m5.large",
        "VolumeSizeInGB": 5,
    }
    assert "StoppingCondition" not in found
    assert found["Environment"] == {"A": "1"}


def variable(workshop: Workshop, vars_: str, message: str, **options: Any) -> Any:
    """Return what a message with variables in it becomes."""
    body = f"{vars_}\nsteps: {{s: {{type: fail, message: {message!r}}}}}\n"
    return workshop.arguments(body, **options)["ErrorMessage"]


@pytest.mark.parametrize(
    ("vars_", "message", "expected"),
    [
        ("vars: {a: x}", "${{ vars.a }}", "x"),
        ("vars: {a: x}", "<${{ vars.a }}>", "<x>"),
        ("vars: {a: x, b: '${{ vars.a }}y', c: '${{ vars.b }}z'}", "${{ vars.c }}", "xyz"),
        ("vars: {c: '${{ vars.b }}z', b: '${{ vars.a }}y', a: x}", "${{ vars.c }}", "xyz"),
        ("vars: {a: {b: {c: [x, y]}}}", "${{ vars.a.b.c[1] }}", "y"),
        ("vars: {a: {'b.c': x}}", "${{ vars.a['b.c'] }}", "x"),
        ("vars: {a: [x, y], b: '${{ vars.a }}'}", "${{ vars.b[0] }}", "x"),
        ("vars: {a: {b: '${{ vars.c }}'}, c: x}", "${{ vars.a.b }}", "x"),
        (
            "vars: {a: 3, b: 0.5, c: true}",
            "${{ vars.a }} ${{ vars.b }} ${{ vars.c }}",
            "3 0.5 true",
        ),
        ("vars: {a: x}", "${{ join('-', vars.a, 'b', 1) }}", "x-b-1"),
        ("vars: {a: 1.50}", "${{ string(vars.a) }}", "1.5"),
        ("vars: {a: '$${{ vars.b }}'}", "${{ vars.a }}", "${{ vars.b }}"),
    ],
)
def test_a_variable_is_put_in_its_place(
    vars_: str, message: str, expected: str, workshop: Workshop
) -> None:
    assert variable(workshop, vars_, message) == expected


def test_a_variable_keeps_its_type_and_may_be_a_list_or_a_mapping(workshop: Workshop) -> None:
    body = JOB_DEFAULTS + (
        "vars: {count: 2, words: [a, b], net: {subnets: [subnet-1], security_groups: [sg-1]}}\n"
        "steps:\n"
        "  s:\n"
        "    type: processing\n"
        "    instance: {type: ml.m5.large, count: '${{ vars.count }}'}\n"
        "    entrypoint: ${{ vars.words }}\n"
        "    vpc: ${{ vars.net }}\n"
        "  c: {type: condition, if: \"${{ 'a' in vars.words }}\", then: end}\n"
        "  end: {type: fail, message: m}\n"
    )
    found = workshop.arguments(body)
    assert found["ProcessingResources"]["ClusterConfig"]["InstanceCount"] == 2
    assert found["AppSpecification"]["ContainerEntrypoint"] == ["a", "b"]
    assert found["NetworkConfig"]["VpcConfig"]["Subnets"] == ["subnet-1"]
    condition = workshop.arguments(body, "c")["Conditions"]
    assert condition == [{"Type": "In", "QueryValue": "a", "Values": ["a", "b"]}]


@pytest.mark.parametrize(
    ("vars_", "message", "expected"),
    [
        ("vars: {a: '${{ vars.a }}'}", "${{ vars.a }}", "E308 1:11"),
        ("vars: {a: '${{ vars.b }}', b: '${{ vars.a }}'}", "${{ vars.a }}", "E308 1:31"),
        ("vars: {a: {b: '${{ vars.a.b }}'}}", "${{ vars.a.b }}", "E308 1:11"),
        ("vars: {a: x}", "${{ vars.b }}", "E302 2:44"),
        ("vars: {a: {b: x}}", "${{ vars.a.c }}", "E302 2:46"),
        ("vars: {a: [x]}", "${{ vars.a[1] }}", "E302 2:45"),
        ("vars: {a: x}", "${{ vars.a.b }}", "E302 2:46"),
        ("vars: {a: '${{ execution.pipeline_name }}'}", "${{ vars.a }}", "E304 1:11"),
        ("vars: {a: {b: x}}", "<${{ vars.a }}>", "E303 1:11"),
        ("", "${{ vars.a }}", "E302 2:44"),
        ("", "${{ env.HOME }}", "E302 2:43"),
    ],
)
def test_a_variable_that_has_no_value_is_an_error(
    vars_: str, message: str, expected: str, workshop: Workshop
) -> None:
    body = f"{vars_}\nsteps: {{s: {{type: fail, message: {message!r}}}}}\n"
    found = workshop.messages(body, environment={"HOME": "/root"})
    assert [" ".join(each.split(" ")[:2]) for each in found] == [expected]


@pytest.mark.parametrize(
    ("env", "environment", "expected"),
    [
        ("[STAGE]", {"STAGE": "prod"}, "prod"),
        ("{STAGE: }", {"STAGE": "prod"}, "prod"),
        ("{STAGE: {default: dev}}", {"STAGE": "prod"}, "prod"),
        ("{STAGE: {default: dev}}", {}, "dev"),
        ("{STAGE: {default: dev}}", {"STAGE": ""}, ""),
        ("[STAGE]", {"STAGE": "${{ vars.x }}"}, "${{ vars.x }}"),
        ("[STAGE]", {"STAGE": "no"}, "no"),
        ("[STAGE]", {"STAGE": "1"}, "1"),
    ],
)
def test_a_declared_variable_of_the_environment_is_read_as_text(
    env: str, environment: dict[str, str], expected: str, workshop: Workshop
) -> None:
    message = "<${{ env.STAGE }}>"
    found = variable(workshop, f"env: {env}", message, environment=environment)
    assert found == f"<{expected}>"


def test_a_declared_variable_that_is_not_set_is_an_error(workshop: Workshop) -> None:
    body = "env: [STAGE]\nsteps: {s: {type: fail, message: '${{ env.STAGE }}'}}\n"
    (found,) = workshop.messages(body)
    assert found.startswith("E309 2:43 ")


def _use(name: str) -> str:
    return f"${{{{ vars.{name} }}}}"


def _listed(name: str) -> str:
    return f"'{_use(name)}', "


def test_variables_that_multiply_are_refused(workshop: Workshop) -> None:
    texts = [f"  a{n}: '{_use(f'a{n - 1}') * 10}'" for n in range(1, 12)]
    lists = [f"  b{n}: [{_listed(f'b{n - 1}') * 10}]" for n in range(1, 12)]
    for first, lines, last in (("a0: x", texts, "a11"), ("b0: [x, x]", lists, "b11")):
        body = f"vars:\n  {first}\n" + "\n".join(lines)
        body += f"\nsteps: {{s: {{type: fail, message: '${{{{ vars.{last} }}}}'}}}}\n"
        (found,) = workshop.messages(body)
        assert found.startswith("E106 1:1 ")


def test_variables_that_hold_each_other_too_deep_are_refused(workshop: Workshop) -> None:
    lines = [f"  a{n}: ['${{{{ vars.a{n - 1} }}}}']" for n in range(1, 900)]
    body = "vars:\n  a0: x\n" + "\n".join(lines)
    body += "\nsteps: {s: {type: fail, message: '${{ vars.a899 }}'}}\n"
    (found,) = workshop.messages(body)
    assert found.startswith("E106 1:1 ")


def test_compiling_does_not_look_at_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAGE", "leaked")
    spec = Workshop(tmp_path).spec(
        "env: [STAGE]\nsteps: {s: {type: fail, message: '${{ env.STAGE }}'}}\n"
    )
    assert compile_pipeline(spec).has_errors
