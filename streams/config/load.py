"""From the text of a file to a Config, or to one line for everything that is wrong with it.

Three steps, each of which lists all it finds: the text is YAML and says nothing twice (`source`);
every value has the right kind and range (the models); the parts agree (`meaning`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from os import PathLike, fspath
from pathlib import Path as FilePath
from typing import Final

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from streams.config.errors import ConfigError, Path, Problem, Wrong, listed, near, one_line, shown
from streams.config.meaning import problems
from streams.config.schema import example_of, known_keys
from streams.config.site import Config
from streams.config.source import Source, read

DEFAULT_NAME: Final = "deskpulse.yml"
_KEY: Final = "[key]"
"""Where pydantic reports on a key of a mapping instead of its value."""


def load(text: str, name: str = DEFAULT_NAME) -> Config:
    """The configuration a text says. Raises ConfigError, with a line for each problem."""
    return load_source(read(text, name))


def load_file(path: str | PathLike[str]) -> Config:
    """The configuration of a file. Raises ConfigError, also when the file cannot be read."""
    return load_source(read_file(path))


def load_source(source: Source) -> Config:
    """The configuration of a file that has been read. Raises ConfigError."""
    try:
        config = Config.model_validate(source.value)
    except ValidationError as error:
        raise ConfigError(list(_sentences(error, source))) from None
    found = sorted(problems(config), key=lambda problem: source.line_of(problem.path))
    if found:
        raise ConfigError([source.sentence(problem) for problem in found])
    return config


def read_file(path: str | PathLike[str]) -> Source:
    """The source of a file. Raises ConfigError when it cannot be read or is no YAML in UTF-8."""
    name = fspath(path)
    try:
        return read(FilePath(path).read_bytes().decode("utf-8"), name)
    except FileNotFoundError:
        reason = "no such file; name one with --config or DESKPULSE_CONFIG"
    except UnicodeDecodeError as error:
        reason = f"not text in UTF-8 (byte {error.start}); is this the configuration?"
    except (OSError, ValueError) as error:
        reason = f"cannot be read: {getattr(error, 'strerror', None) or error}"
    raise ConfigError([f"{name}: {reason}"])


def dump(config: Config) -> str:
    """A YAML text that loads to the same configuration, every default written out."""
    content = config.model_dump(mode="json", exclude_none=True)
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def _sentences(error: ValidationError, source: Source) -> Iterator[str]:
    """A line for each thing pydantic found, in the order of the file."""
    found: list[tuple[int, str]] = []
    for each in error.errors(include_url=False):
        path: Path = each["loc"]
        at_key = each["type"] == "extra_forbidden" or _KEY in path
        path = tuple(step for step in path if step != _KEY)
        for problem in _problems(each, path, source):
            line = source.line_of(problem.path, key=at_key)
            found.append((line, source.sentence(problem, key=at_key)))
    yield from (sentence for _, sentence in sorted(found, key=lambda item: item[0]))


def _problems(error: ErrorDetails, path: Path, source: Source) -> list[Problem]:
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, Wrong):
        return [Problem((*path, *below), text) for below, text in cause.problems]
    if cause is not None:
        return [Problem(path, str(cause))]
    say = _SAY.get(error["type"])
    return [Problem(path, error["msg"] if say is None else say(error, path, source))]


def _unknown_key(_error: ErrorDetails, path: Path, _source: Source) -> str:
    known = known_keys(path[:-1])
    meant = near(str(path[-1]), known)
    remedy = f"did you mean '{meant}'?" if meant else f"known here: {listed(known)}"
    return f"unknown key; {remedy}"


def _missing(_error: ErrorDetails, path: Path, _source: Source) -> str:
    example = example_of(path)
    text = yaml.safe_dump({str(path[-1]): example}, default_flow_style=True).strip()
    return f"missing; write one, such as {text[1:-1]}"


def _no_mapping(error: ErrorDetails, path: Path, _source: Source) -> str:
    keys = known_keys(path)
    form = f"such as {keys[0]}: ..." if keys else "such as name: ..."
    return f"{shown(error['input'])} is no mapping; write keys and values below it, {form}"


def _no_list(error: ErrorDetails, path: Path, source: Source) -> str:
    given = source.written(path)
    form = "write - before each item" if given is None else f"write [{one_line(given)}]"
    return f"{shown(error['input'])} is no list; {form}"


def _no_text(error: ErrorDetails, path: Path, source: Source) -> str:
    given = source.written(path)
    if given is None:
        return f"{shown(error['input'])} is no text; write one word"
    kind = "true or false" if isinstance(error["input"], bool) else "a number"
    return f'{one_line(given)} is {kind}, not text; write it in quotes: "{one_line(given)}"'


def _no_number(error: ErrorDetails, _path: Path, _source: Source) -> str:
    given = error["input"]
    if isinstance(given, str) and given.strip().isdecimal():
        return f"{shown(given)} is text; write the number without quotes: {one_line(given.strip())}"
    return f"{shown(given)} is no whole number; write one such as 16"


def _no_truth(error: ErrorDetails, _path: Path, _source: Source) -> str:
    return f"{shown(error['input'])} is neither true nor false; write one of them"


def _not_among(error: ErrorDetails, _path: Path, _source: Source) -> str:
    return f"{shown(error['input'])} is not known here; write {error['ctx']['expected']}"


def _too_small(error: ErrorDetails, _path: Path, _source: Source) -> str:
    return f"{shown(error['input'])} is too small; write {error['ctx']['ge']} or more"


def _too_large(error: ErrorDetails, _path: Path, _source: Source) -> str:
    return f"{shown(error['input'])} is too large; write {error['ctx']['le']} or less"


_Saying = Callable[[ErrorDetails, Path, Source], str]

_SAY: Final[dict[str, _Saying]] = {
    "extra_forbidden": _unknown_key,
    "missing": _missing,
    "model_type": _no_mapping,
    "dict_type": _no_mapping,
    "tuple_type": _no_list,
    "string_type": _no_text,
    "int_type": _no_number,
    "bool_type": _no_truth,
    "literal_error": _not_among,
    "greater_than_equal": _too_small,
    "less_than_equal": _too_large,
}
