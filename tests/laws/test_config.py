"""Laws of the configuration: what loads survives being written out, and nothing else gets in."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from streams.config import Config, ConfigError, dump, load, warnings
from streams.config.durations import format_duration, parse_duration
from streams.config.stretches import MIDNIGHT, format_stretches, parse_stretches
from streams.spans import SECOND

EXAMPLE: Final = (Path(__file__).parents[1] / "streams" / "config" / "example.yml").read_text()
KEYS: Final = tuple(
    """
    site clock kafka partitions calendars calendar queues sla at_risk windows retention lateness
    limits http sources office billing timezone hours holidays mon mon-fri title team within
    service_level target name match targets pause resolution tier queue share least tickets
    contacts country closed open 2026-12-24 <<
    """.split()  # noqa: SIM905 # words read better without quotes
)
WORDS: Final = (
    "always",
    "today",
    "20s",
    "4h",
    "8d",
    "08:00-12:00",
    "22:00-06:00",
    "Europe/Berlin",
    "DE",
    "gold",
    "urgent",
    "pending",
    "2026-12-24",
    "127.0.0.1:8088",
    "wall",
)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.sampled_from(WORDS),
    st.text(max_size=8),
    st.binary(max_size=4),
)
contents = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(KEYS), scalars), inner, max_size=5),
    ),
    max_leaves=25,
)


def loads_or_says_why(text: str) -> None:
    """Whatever stands in a file: a configuration that can be written out again, or lines."""
    try:
        config = load(text)
    except ConfigError as error:
        lines = error.problems
    else:
        assert load(dump(config)) == config
        assert load(dump(config)).hash == config.hash
        warnings(config)
        return
    assert lines
    for line in lines:
        assert line.startswith("deskpulse.yml:")
        assert int(line.split(":")[1]) >= 1
        assert line.isprintable()


@given(content=contents)
def test_any_content_loads_or_says_why_not(content: Any) -> None:  # noqa: ANN401 # that is the point
    loads_or_says_why(yaml.safe_dump(content, allow_unicode=True))


@given(content=st.dictionaries(st.sampled_from(KEYS), contents, max_size=6))
@example(content={"sla": "\x1f"})
def test_any_mapping_of_known_words_loads_or_says_why_not(content: dict[str, Any]) -> None:
    loads_or_says_why(yaml.safe_dump(content))


@given(
    start=st.integers(0, len(EXAMPLE)),
    length=st.integers(0, 40),
    text=st.text(
        st.sampled_from("\n\t :-[]{},&*!|>'\"%@`#?<=~aA0.\u00e4\u2028\x85\x00"), max_size=6
    ),
)
@example(start=0, length=0, text="\ufeff")
@example(start=0, length=10_000, text='site: "\\UFFFFFFFF"')
@example(start=0, length=10_000, text="%YAML 99999999999999999999.1\n---\n")
@example(start=0, length=10_000, text="site: 99999999999999999999999")
def test_a_file_with_any_hole_or_typing_error_loads_or_says_why_not(
    start: int, length: int, text: str
) -> None:
    loads_or_says_why(EXAMPLE[:start] + text + EXAMPLE[start + length :])


@given(text=st.text(max_size=60))
def test_any_text_loads_or_says_why_not(text: str) -> None:
    loads_or_says_why(text)


def test_a_billion_laughs_are_not_written_out() -> None:
    lines = ["a0: &a0 [ha, ha]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    with pytest.raises(ConfigError) as raised:
        load("\n".join(lines))
    assert len(raised.value.problems) == 40


@given(seconds=st.integers(0, 3650 * 86_400))
def test_a_duration_is_read_as_it_was_written(seconds: int) -> None:
    assert parse_duration(format_duration(seconds * SECOND)) == seconds * SECOND


@given(edges=st.lists(st.integers(0, MIDNIGHT), unique=True, max_size=8).map(sorted))
def test_stretches_are_read_as_they_were_written(edges: list[int]) -> None:
    stretches = tuple(zip(edges[::2], edges[1::2], strict=False))
    assert parse_stretches(format_stretches(stretches)) == stretches


@given(
    site=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,20}", fullmatch=True),
    queues=st.dictionaries(st.text(min_size=1), st.text(min_size=1), max_size=4),
)
def test_names_survive_being_written_out(site: str, queues: dict[str, str]) -> None:
    try:
        config = Config(site=site, queues={name: {"title": t} for name, t in queues.items()})  # type: ignore[misc] # as a file has them
    except ValueError:
        return
    assert load(dump(config)) == config
