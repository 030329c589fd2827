"""Events of every type, drawn at random: `events()`, or `events(TicketCreated)`.

Each field is drawn from its own type, so a new event type is covered the day it is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, timedelta, timezone
from functools import cache
from typing import Any, Final, cast, get_type_hints

import hypothesis.strategies as st
from msgspec import inspect

from streams.events import EVENTS, Data, Event
from streams.events.survey import Answered, SurveyEvent
from streams.spans import SECOND, moment

WORDS: Final = st.text(st.characters(codec="utf-8"), max_size=8)
NAMES: Final = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
ZONES: Final = st.sampled_from([UTC, UTC, UTC, timezone(timedelta(hours=5, minutes=45))])
TIMES: Final = st.builds(
    lambda at, zone: moment(at).astimezone(zone), st.integers(0, 4_000_000_000 * SECOND), ZONES
)
LARGEST_WHOLE: Final = 10**6
LARGEST_NUMBER: Final = 1e9


def events(*types: type[Event]) -> st.SearchStrategy[Event]:
    """An event of one of the types; of any when none is given."""
    return st.sampled_from(types or EVENTS).flatmap(_event)


@cache
def _event(one: type[Event]) -> st.SearchStrategy[Event]:
    return _attributes(one).map(lambda attributes: _sound(one, attributes))


def _attributes(one: type[Event]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "id": NAMES,
            "source": NAMES | st.sampled_from(["/zendesk/acme", "/asterisk/acme-pbx1"]),
            "time": TIMES,
            "subject": st.tuples(st.sampled_from(one.subjects), NAMES).map("".join),
            "data": data(get_type_hints(one)["data"]),
        },
        optional={
            "tenantid": NAMES | st.none(),
            "sequence": st.none() | st.integers(0, 10**20).map(str) | WORDS | st.integers(),
        },
    )


def _sound(one: type[Event], attributes: dict[str, Any]) -> Event:
    """Across fields: an asat survey is about nothing but itself."""
    if issubclass(one, SurveyEvent) and attributes["data"].kind == "asat":
        attributes = attributes | {"subject": "survey/1"}
    return one(**attributes)


@cache
def data(one: type[Data]) -> st.SearchStrategy[Data]:
    """The data of an event, whatever its type allows."""
    required: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for field in cast("inspect.StructType", inspect.type_info(one)).fields:
        (required if field.required else optional)[field.name] = _value(field.type)
    fields = st.fixed_dictionaries(required, optional=optional)
    if issubclass(one, Answered):
        fields = fields.map(_within_scale)
    return fields.map(lambda values: one(**values))


def _within_scale(values: Mapping[str, Any]) -> dict[str, Any]:
    """An answer that keeps to its own scale."""
    low, share = values["scale_min"], abs(values["score"]) / LARGEST_NUMBER
    low, high = (0.0, 10.0) if values["kind"] == "nps" else (low, low + 4.0)
    return dict(values) | {
        "scale_min": low,
        "scale_max": high,
        "score": min(low + share * (high - low), high),
        "polarity": values.get("polarity") or "higher_is_better",
    }


def _value(one: inspect.Type) -> st.SearchStrategy[Any]:
    match one:
        case inspect.UnionType(types=types):
            drawn: st.SearchStrategy[Any] = st.one_of(*map(_value, types))
        case inspect.LiteralType(values=values):
            drawn = st.sampled_from(values)
        case inspect.IntType(ge=least, le=most):
            drawn = st.integers(least or 0, LARGEST_WHOLE if most is None else most)
        case inspect.FloatType(ge=least):
            drawn = st.floats(-LARGEST_NUMBER if least is None else least, LARGEST_NUMBER)
        case inspect.VarTupleType(item_type=item):
            drawn = st.lists(_value(item), max_size=3).map(tuple)
        case inspect.DictType(value_type=value):
            drawn = st.dictionaries(WORDS, _value(value), max_size=3)
        case _:
            drawn = _PLAIN[type(one)]
    return drawn


_PLAIN: Final[Mapping[type[inspect.Type], st.SearchStrategy[Any]]] = {
    inspect.BoolType: st.booleans(),
    inspect.DateTimeType: TIMES,
    inspect.NoneType: st.none(),
    inspect.StrType: WORDS,
}
