"""What a field of `data` must be, in words: read off its type, so that both cannot disagree."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple, cast, get_type_hints

from msgspec import inspect

from streams.events.envelope import Event

A_TIME: Final = "an RFC 3339 time with an offset, such as 2026-01-05T09:00:00Z"


class Field(NamedTuple):
    """A field as its name on the wire, and the types it may have."""

    name: str
    types: tuple[inspect.Type, ...]

    @property
    def is_listed(self) -> bool:
        """Whether it has a closed list."""
        return any(isinstance(one, inspect.LiteralType) for one in self.types)

    @property
    def is_time(self) -> bool:
        """Whether it is an instant."""
        return any(isinstance(one, inspect.DateTimeType) for one in self.types)

    @property
    def is_duration(self) -> bool:
        """Whether it is a number of seconds."""
        return self.name.endswith("_s")

    @property
    def is_number(self) -> bool:
        """Whether it may be a number, within bounds."""
        return any(isinstance(one, inspect.FloatType | inspect.IntType) for one in self.types)


@cache
def fields_of(known: type[Event]) -> Mapping[str, Field]:
    """The fields of the data of an event type, by their names on the wire."""
    data = get_type_hints(known)["data"]
    return {
        one.encode_name: Field(one.encode_name, _members(one.type))
        for one in cast("inspect.StructType", inspect.type_info(data)).fields
    }


def expected(field: Field) -> str:
    """What would be right: `one of public, internal`."""
    return " or ".join(_words(one, seconds=field.is_duration) for one in field.types)


def found(value: object) -> str:
    """What a JSON value is: `an array`. Never what it says."""
    return _FOUND.get(type(value), "null")


_FOUND: Final[Mapping[type, str]] = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "an array",
    dict: "an object",
}


def _members(one: inspect.Type) -> tuple[inspect.Type, ...]:
    return one.types if isinstance(one, inspect.UnionType) else (one,)


def _words(one: inspect.Type, *, seconds: bool) -> str:
    match one:
        case inspect.LiteralType(values=values):
            words = f"one of {', '.join(map(str, values))}"
        case inspect.FloatType(le=most) if seconds:
            words = f"a number of seconds from 0 to {most}"
        case inspect.IntType(ge=least, le=most) if most is not None:
            words = f"a whole number from {least} to {most}"
        case inspect.IntType(ge=least) if least is not None:
            words = f"a whole number from {least} up"
        case inspect.VarTupleType(item_type=item):
            words = f"an array of {_PLURAL[type(item)]}"
        case inspect.DictType(value_type=value):
            words = f"an object of {_PLURAL[type(value)]}"
        case _:
            words = _PLAIN[type(one)]
    return words


_PLURAL: Final[Mapping[type[inspect.Type], str]] = {
    inspect.IntType: "whole numbers",
    inspect.StrType: "strings",
}
_PLAIN: Final[Mapping[type[inspect.Type], str]] = {
    inspect.BoolType: "true or false",
    inspect.DateTimeType: A_TIME,
    inspect.FloatType: "a number",
    inspect.IntType: "a whole number",
    inspect.NoneType: "null",
    inspect.StrType: "a string",
}
