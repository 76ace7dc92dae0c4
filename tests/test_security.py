"""A spec or a template from a stranger is safe to compile: nothing runs, leaks or grows."""

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.cli.specs import FORMATS
from compiler.code.render import environment, python_literal
from compiler.compile import compile_pipeline, validate_file
from tests.conftest import ROOT
from tests.specs import JOB_DEFAULTS, Workshop

STEP = JOB_DEFAULTS + (
    "storage: s3://bucket/prefix\nsteps:\n  s: {type: training, code: {template: %s, with: {%s}}}\n"
)
DECLARATION = """\
description: For a test.
steps: [training]
entry: main.py
with:
  properties:
    value: {description: Anything.}
"""


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """Return a project in a folder of its own."""
    return Workshop(tmp_path / "project")


def template(workshop: Workshop, body: str | bytes, declaration: str = DECLARATION) -> None:
    workshop.write("templates/t/template.yaml", declaration)
    workshop.write("templates/t/main.py.j2", body)


def found(workshop: Workshop, name: str = "t", values: str = "") -> list[str]:
    return [each.split(" ")[0] for each in workshop.messages(STEP % (name, values))]


@pytest.mark.parametrize(
    "body",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ [].__class__.__base__.__subclasses__() }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ lipsum.__globals__['os'].system('true') }}",
        "{{ self.__init__.__globals__ }}",
        "{{ namespace.__init__.__globals__ }}",
        "{{ ''|attr('__class__') }}",
        "{{ ''['__class__'] }}",
        "{{ '{0.__class__}'.format(1) }}",
        "{{ '{0.__class__}'.format_map({'0': 1}) }}",
        "{{ '{a.__init__.__globals__}'.format(a=cycler) }}",
        "{{ value.append(1) }}",
        "{{ (lambda: 1)() }}",
        "{{ open('/etc/passwd').read() }}",
        "{{ __import__('os') }}",
        "{% include '/etc/passwd' %}",
        "{% include '../../pipec.yaml' %}",
        "{% import '/etc/passwd' as x %}",
        "{% from 'template.yaml' import x %}",
        "{% extends '/etc/passwd' %}",
        "{{ undefined_name }}",
        "{{ value.nothing }}",
        "{{ value }}",
        "{{ none }}",
        "{{ self }}",
        "{{ range }}",
        "{{ range|literal }}",
        "{{ ''.split }}",
        "{{ [''.split]|literal }}",
        "{{ value|random }}",
        "{{ lipsum() }}",
        "{{ 'a'.replace('a', 'b') }}",
        "{{ 'a'.format }}",
        "{{ 'a'['format'] }}",
        "{{ ''|map('upper')|list }}",
        "{% for i in value %}{{ loop }}{% endfor %}",
        "{% for i in value %}{{ loop|upper }}{% endfor %}",
        "{% for i in value %}{{ [loop]|literal }}{% endfor %}",
        "{% for i in value %}{{ loop.cycle }}{% endfor %}",
        "{% set a = namespace(b=1) %}",
        "{{ dict(a=1)|literal }}",
        "{{ value is sameas(value) }}",
        "{% debug %}",
        "{% do value.clear() %}",
    ],
)
def test_a_template_can_not_reach_out_of_its_sandbox(body: str, workshop: Workshop) -> None:
    template(workshop, body)
    assert found(workshop, values="value: [1]") == ["E603"]


@pytest.mark.parametrize(
    "body",
    [
        "{% for i in range(10 ** 9) %}x = 1\n{% endfor %}",
        "{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}",
        "{% for i in range(90000) %}# 0123456789\n{% endfor %}",
        "{{ 'a' * 10 ** 10 }}",
        "{{ [0] * 10 ** 10 }}",
        "{{ 9 ** 9 ** 9 ** 9 }}",
        "{{ 7 ** 999999999 }}",
        "{{ 'a'.center(10 ** 10) }}",
        "{{ 'a'.ljust(10 ** 10) }}",
        "{{ 'a'.zfill(10 ** 10) }}",
        "{{ 'a'|center(10 ** 10) }}",
        "{{ '%10000000000d' % 1 }}",
        "{{ '%10000000000d'|format(1) }}",
        "{{ 'a\n'|indent(10 ** 10) }}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{{ 1 / 0 }}",
        "{% set a = 'ab' ~ 'c' %}",
        "{% set a = 'ab' %}" + "{% set a = a + a %}" * 40,
        "{% set a = ['a', 'b'] %}" + "{% set a = a + a %}" * 40,
        "{% set a = 1 %}" + "{% set a = [a, a] %}" * 40 + "{{ a|literal }}",
        "{% set a = 1 %}" + "{% set a = {1: a, 2: a} %}" * 40 + "{{ a|literal }}",
        "{% set a = 'abc' %}" + "{% set a = a|join(a) %}" * 40,
        "{% set a = 99 %}" + "{% set a = a * a %}" * 40,
        "{{ range(10 ** 8)|list|length }}",
        "{{ range(10 ** 5)|join('a' * 10 ** 5) }}",
        "{{ range(3)|batch(10 ** 9, 'a')|list }}",
        "{{ range(3)|slice(10 ** 9)|list }}",
        "{{ '{:>300000000}'.format(1) }}",
        "{{ '{a:>300000000}'.format_map({'a': 1}) }}",
        "{{ 'aaaa'.replace('a', 'aaaa').replace('a', 'aaaa') }}",
        "{{ 'aaaa'|replace('a', 'aaaa') }}",
        "{{ 'aaaa'|wordwrap(1, wrapstring='a') }}",
        "{% for a in [0, 1] recursive %}{{ loop([0, 1]) }}{% endfor %}",
        "{% for a in '0123456789' %}" * 15 + "{% endfor %}" * 15,
        "{% for a in [0] %}" * 40 + "{% endfor %}" * 40,
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{% for i in range(90000) %}{% if 'xy' in '" + "x" * 90000 + "' %}{% endif %}{% endfor %}",
        "{{ '\\ud800' }}",
        "{% for i in range(90000) %}{{ 'a b c d e f g h'.split()|length }}{% endfor %}",
        "{{ 1 + 'a' }}",
    ],
)
def test_a_template_can_not_run_or_grow_without_end(body: str, workshop: Workshop) -> None:
    template(workshop, body)
    assert found(workshop) == ["E603"]


def test_a_template_may_count_and_calculate(workshop: Workshop) -> None:
    template(
        workshop,
        "X = [{% for i in range(2, 2000, 2) %}{{ i * 2 ** 3 }}, {% endfor %}]\nY = {{ 7 % 4 }}\n",
    )
    files = workshop.pipeline(STEP % ("t", "")).code.by_step["s"].artifact.files
    assert b"Y = 3\n" in files["main.py"]


def test_a_template_has_the_words_that_it_needs(workshop: Workshop) -> None:
    template(
        workshop,
        "{% set names = value|sort|unique %}\n"
        "{% for name in names if not name.startswith('_') %}\n"
        "{{ name|upper }} = {{ loop.index }}{{ '' if loop.last else ';' }}\n"
        "{% endfor %}\n"
        "{% for key, item in {'x': 1, 'y': -2}.items() %}\n"
        "{{ key|title|lower|trim }} = {{ item|literal }}\n"
        "{% endfor %}\n"
        "W = {{ names|join(', ')|literal }}, {{ names|length }}, {{ nothing|default(3) }}\n"
        "V = {{ names|first|literal }}, {{ names[1]|literal }}, {{ 'a b'.split()|last|literal }}\n"
        "U = {{ [3, 1]|min }}, {{ (3, 1)|max }}, {{ 1 in [1] and value is defined }}\n",
    )
    files = workshop.pipeline(STEP % ("t", "value: [b, a, b, _c]")).code.by_step["s"].artifact.files
    assert files["main.py"].decode().splitlines()[1:] == [
        "A = 1;",
        "B = 2",
        "x = 1",
        "y = -2",
        'W = "_c, a, b", 3, 3',
        'V = "_c", "a", "b"',
        "U = 1, 3, True",
    ]


def test_the_name_of_a_spec_can_not_become_code(workshop: Workshop) -> None:
    template(workshop, "x = 1\n")
    for name in ("a\nimport os\n.yaml", "\udcff.yaml"):
        pipeline = compile_pipeline(workshop.spec(STEP % ("t", ""), name=name)).pipeline
        assert pipeline is not None
        content = pipeline.code.by_step["s"].artifact.files["main.py"]
        assert content.count(b"\n") == 2


TRICKY = (
    "quote \" and '",
    "three \"\"\" and '''",
    "back\\slash \\",
    "\\n is no line",
    "line\nline\r\nline\r",
    "\x00\x1b[31m\x7f\x85\x9b",
    "\u2028\u2029\ufeff\u200b\u202e\u2066",
    "{{ 7 * 7 }} {% raw %} {# x #}",
    "${{ vars.x }}",
    "#!/bin/sh",
    '"; import os; os.system("true") #',
    "\\",
    '\\"',
    "é 漢 😀 \U0010ffff",
    "",
    " ",
)


@pytest.mark.parametrize("value", TRICKY)
def test_no_text_becomes_code(value: str) -> None:
    rendered = environment().from_string("X = {{ value | literal }}\n").render(value=value)
    (assignment,) = ast.parse(rendered).body
    assert isinstance(assignment, ast.Assign)
    assert ast.literal_eval(assignment.value) == value
    assert all(char.isprintable() for char in rendered.removesuffix("\n"))


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_every_value_is_read_back_as_it_was(value: Any) -> None:
    written = python_literal(value)
    assert "\n" not in written
    assert eval(written, {"float": float, "__builtins__": {}}) == value  # noqa: S307


def test_a_value_goes_from_the_spec_to_the_script_unchanged(workshop: Workshop) -> None:
    template(workshop, "X = {{ value | literal }}\n")
    written = r'value: "q\" \\ \n \u2028 {{ x }} $${{ y }} \x00 \"\"\""'
    files = workshop.pipeline(STEP % ("t", written)).code.by_step["s"].artifact.files
    body = ast.parse(files["main.py"]).body[0]
    assert isinstance(body, ast.Assign)
    assert ast.literal_eval(body.value) == 'q" \\ \n \u2028 {{ x }} ${{ y }} \x00 """'


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../t", "E601"),
        ("/t", "E601"),
        ("t/../t", "E601"),
        ("t/", "E601"),
        (".", "E601"),
        ('"t\\0"', "E601"),
        ('"t\\n"', "E601"),
        ("link", "E602"),
    ],
)
def test_a_template_lies_among_the_templates(name: str, code: str, workshop: Workshop) -> None:
    template(workshop, "x = 1\n")
    outside = Workshop(workshop.root.parent / "outside")
    template(outside, "x = 1\n")
    (workshop.root / "templates/link").symlink_to(outside.root / "templates/t")
    assert found(workshop, name) == [code]


def test_a_folder_of_templates_outside_the_project_is_not_there(workshop: Workshop) -> None:
    outside = Workshop(workshop.root.parent / "outside")
    template(outside, "x = 1\n")
    workshop.root.mkdir()
    (workshop.root / "templates").symlink_to(outside.root / "templates")
    assert found(workshop) == ["E601"]


@pytest.mark.parametrize(
    "included", ["../secret.py", "/etc/hostname", "t/../../secret.py", "link.py", "t", "nothing.py"]
)
def test_an_include_lies_among_the_templates(included: str, workshop: Workshop) -> None:
    template(workshop, "x = 1\n", DECLARATION + f"include: [{included}]\n")
    secret = workshop.write("secret.py", "SECRET = 1\n")
    (workshop.root / "templates/link.py").symlink_to(secret)
    assert found(workshop) == ["E602"]


def test_a_file_of_a_template_is_no_link_out_of_the_templates(workshop: Workshop) -> None:
    template(workshop, "x = 1\n")
    secret = workshop.write("secret.py", "SECRET = 1\n")
    (workshop.root / "templates/t/data.txt").symlink_to(secret)
    assert found(workshop) == ["E602"]


def test_the_declaration_of_a_template_is_no_link_out_of_the_templates(workshop: Workshop) -> None:
    template(workshop, "x = 1\n")
    secret = workshop.write("secret.yaml", "password: [unclosed\n")
    declaration = workshop.root / "templates/t/template.yaml"
    declaration.unlink()
    declaration.symlink_to(secret)
    assert found(workshop) == ["E602"]


@pytest.mark.parametrize(
    "schema",
    [
        "{$ref: 'http://127.0.0.1:9/x.json'}",
        "{$ref: 'file:///etc/hostname'}",
        "{$dynamicRef: '#meta'}",
        "{$id: 'http://127.0.0.1:9/x.json'}",
        "{pattern: '(a+)+$'}",
        "{patternProperties: {'(a+)+$': {}}}",
        "{items: {anyOf: [{pattern: x}]}}",
        "{properties: {a: {additionalProperties: {pattern: x}}}}",
        "{not: {$ref: '#'}}",
        "{unevaluatedItems: false}",
        "{multipleOf: 0.5}",
        "{minLenght: 3}",
        "{type: intger}",
        "{minimum: x}",
        "{enum: 3}",
        "{allOf: []}",
        "{required: [1]}",
        "3",
        "[]",
        "null",
    ],
)
def test_a_schema_that_is_none_is_refused_and_never_fetched(
    schema: str, workshop: Workshop
) -> None:
    template(workshop, "x = 1\n", DECLARATION.replace("{description: Anything.}", schema))
    assert found(workshop) == ["E602"]


def test_words_of_a_schema_are_names_elsewhere(workshop: Workshop) -> None:
    schema = (
        "{type: object, properties: {pattern: {type: integer}, $ref: {const: {pattern: 1}}},"
        " default: {$ref: {pattern: 1}}, minProperties: 1}"
    )
    template(workshop, "x = 1\n", DECLARATION.replace("{description: Anything.}", schema))
    assert found(workshop) == []
    assert found(workshop, values="value: {pattern: x}") == ["E203"]


@pytest.mark.parametrize(
    "schema",
    [
        "{type: number, minimum: 0.5}",
        "{maximum: 1.0e+300}",
        "{enum: [1.5]}",
        "{const: 1.5}",
        "{uniqueItems: true, maxItems: 2.0}",
    ],
)
@pytest.mark.parametrize("value", ["1" * 400, "-.inf", ".nan", "[1, [1], {a: [1]}]", "text"])
def test_no_value_and_schema_end_in_an_exception(
    schema: str, value: str, workshop: Workshop
) -> None:
    template(workshop, "x = 1\n", DECLARATION.replace("{description: Anything.}", schema))
    assert set(found(workshop, values=f"value: {value}")) <= {"E203", "E204", "E205"}


@pytest.mark.parametrize("body", [b"x = '\xff'\n", b"x = 1\x00\n", b"x = (\n", b"(" * 500])
def test_a_template_that_is_no_python_is_an_error(body: bytes, workshop: Workshop) -> None:
    template(workshop, body)
    assert found(workshop) in (["E104"], ["E604"])


WATCHED = """
import sys

class Refused:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("boto3", "sagemaker", "torch", "pandas", "requests"):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Refused())
sys.addaudithook(lambda event, details: events.append(event))
events = []

import pathlib, compiler

found = [compiler.compile_pipeline(pathlib.Path(name)) for name in sys.argv[1:]]
assert all(each.pipeline is not None for each in found)
reached = {event.split(".")[0] for event in events}
print(*sorted(reached & {"socket", "subprocess", "urllib", "shutil", "ctypes", "ftplib"}))
print(*(event for event in events if event in ("os.system", "os.exec", "os.fork", "os.remove")))
print(*sorted({"boto3", "botocore", "sagemaker", "torch", "pandas"} & set(sys.modules)))
"""


def test_compiling_opens_no_connection_starts_nothing_and_needs_no_sdk() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, "pipelines/bert_reviews.yaml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout == "\n\n\n"


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system ['true']",
        "!!python/object/new:os.system ['true']",
        "!!python/name:os.system ''",
        "!!python/module:os ''",
        "!!python/tuple [1]",
        "!include /etc/passwd",
        "!env HOME",
    ],
)
def test_a_tag_makes_no_object(tag: str, workshop: Workshop) -> None:
    (message,) = workshop.messages(f"vars: {{a: {tag}}}\nsteps: {{s: {{type: fail}}}}\n")
    assert message.startswith("E108 ")


ESCAPE = r'"a\e[31m\u009b2J\u202e\x07b"'
SPECS_WITH_ESCAPES = {
    "key": f"{ESCAPE}: 1\nsteps: {{s: {{type: fail, message: m}}}}\n",
    "step": f"steps: {{{ESCAPE}: {{type: fail, message: m}}}}\n",
    "type": f"steps: {{s: {{type: {ESCAPE}}}}}\n",
    "value": f"parameters: {{a: {{type: {ESCAPE}}}}}\nsteps: {{s: {{type: fail, message: m}}}}\n",
    "name": "steps: {s: {type: fail, message: '${{ vars[\"\x1b[31m\"] }}'}}\n",
    "member": JOB_DEFAULTS
    + f"steps: {{s: {{type: processing, entrypoint: [x], request: {{{ESCAPE}: 1}}}}}}\n",
    "warning": f"vars: {{{ESCAPE}: 1}}\nsteps: {{s: {{type: fail, message: m}}}}\n",
    "template": STEP % (ESCAPE, ""),
    "target": f"targets: {{{ESCAPE}: {{default: 3}}}}\nsteps: {{s: {{type: fail, message: m}}}}\n",
}


@pytest.mark.parametrize("format_", ["text", "json", "sarif", "github"])
@pytest.mark.parametrize("name", SPECS_WITH_ESCAPES)
def test_no_control_character_reaches_the_terminal(
    name: str, format_: str, workshop: Workshop
) -> None:
    spec = workshop.spec(SPECS_WITH_ESCAPES[name])
    printed = FORMATS[format_](list(validate_file(spec).diagnostics))
    assert ("W302" if name == "warning" else "E") in printed
    assert [char for char in printed if not char.isprintable() and char != "\n"] == []


@pytest.mark.parametrize("format_", ["json", "sarif", "github"])
def test_a_spec_whose_name_is_no_text_is_reported(format_: str, workshop: Workshop) -> None:
    spec = workshop.spec("steps: {s: {type: fail}}\n", name="\udcff.yaml")
    assert "E202" in FORMATS[format_](list(validate_file(spec).diagnostics))
