"""Spec classes: frozen, made from keywords, inheriting fields."""

from typing import ClassVar

import pytest

from compiler.spec.declared import declared, declared_fields, with_fields


@declared
class Shape:
    KIND: ClassVar[str] = "shape"

    name: str
    sides: int = 0


@declared
class Square(Shape):
    length: float
    sides: int = 4


def test_fields_are_those_of_the_bases_too_in_order_of_declaration() -> None:
    assert list(declared_fields(Square)) == ["name", "sides", "length"]
    square = Square(name="a", length=2.0)
    assert (square.name, square.sides, square.length, square.KIND) == ("a", 4, 2.0, "shape")


def test_an_instance_is_frozen() -> None:
    with pytest.raises(AttributeError, match="frozen"):
        Square(name="a", length=2.0).name = "b"  # type: ignore[misc]


@pytest.mark.parametrize("values", [{"name": "a"}, {"name": "a", "length": 1.0, "wdith": 2}])
def test_fields_are_given_each_and_no_others(values: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        Square(**values)  # type: ignore[arg-type]


def test_with_fields_leaves_the_instance_as_it_was() -> None:
    square = Square(name="a", length=2.0)
    assert (with_fields(square, name="b").name, square.name) == ("b", "a")
