"""A YAML file as plain values, with the line of every key and value still known.

A file that is not YAML, a key that is written twice in one mapping, and tags are refused here,
before anybody asks what the values mean.
"""

from __future__ import annotations

import re
from typing import Final

import yaml
from yaml.reader import ReaderError

from streams.config.errors import ConfigError, Path, Problem, dotted
from streams.config.nodes import Value, child, line_of, oddities, plain, self_holder

LARGEST: Final = 1 << 20
"""Characters; a file of 5 000 queues has half of them."""

# What the parser's sentences mean to somebody who did not write a parser.
_REMEDIES: Final = (
    (r"character '\\t'", "indent with spaces, not with tabs"),
    (r"character '.*' that cannot start", "put the value in quotes"),
    (r"mapping values are not allowed", "put a value with ': ' in quotes, or mend the indentation"),
    (r"undefined alias", "name a value with &word before *word stands for it"),
    (r"another document", "keep one document, without a second ---"),
    (r"expected <block end>", "indent like the lines above"),
    (r"expected ':'", "write ': ' and a value behind the key"),
    (r"'[\]}]'", "close the bracket"),
    (r"end of stream", "close the quote"),
)


class _Loader(yaml.SafeLoader):
    """PyYAML without its guesses: every scalar is text until `nodes.plain` has looked at it."""


_Loader.yaml_implicit_resolvers = {}


class Source:
    """What stands in a file, and where."""

    def __init__(self, name: str, root: yaml.Node | None) -> None:
        self.name = name
        self._root = root
        self.value: Value = None if root is None else plain(root, {})

    def line_of(self, path: Path, *, key: bool = False) -> int:
        """The line (from 1) of what stands at `path`, or of the closest thing around it.

        For a mapping or a list below its key it is the line of the key, where people look; with
        `key` always.
        """
        line = 1 if self._root is None else line_of(self._root)
        for name, value in self._walk(path):
            line = line_of(value if isinstance(value, yaml.ScalarNode) and not key else name)
        return line

    def written(self, path: Path) -> str | None:
        """The text that stands at `path`; None where nothing, or no single word does."""
        found = self._walk(path)
        if len(found) < len(path) or not isinstance(found[-1][1], yaml.ScalarNode):
            return None
        return str(found[-1][1].value)

    def sentence(self, problem: Problem, *, key: bool = False) -> str:
        """A problem as one line: `deskpulse.yml:17: calendar: no calendar 'ofice' here; ...`."""
        return _sentence(self.name, self.line_of(problem.path, key=key), problem)

    def _walk(self, path: Path) -> list[tuple[yaml.Node, yaml.Node]]:
        """Key and value at each step of `path`, as far as there are any."""
        walked: list[tuple[yaml.Node, yaml.Node]] = []
        node = self._root
        for step in path:
            found = None if node is None else child(node, step)
            if found is None:
                break
            walked.append(found)
            node = found[1]
        return walked


def read(text: str, name: str) -> Source:
    """The source of a file's text. Raises ConfigError when it is no YAML or means two things."""
    if len(text) > LARGEST:
        raise ConfigError([f"{name}:1: larger than 1 MiB; is this the configuration?"])
    try:
        root = _compose(text)
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ConfigError([f"{name}:{line}: {_not_text(error)}"]) from None
    except yaml.MarkedYAMLError as error:
        raise ConfigError([_not_yaml(name, error)]) from None
    except RecursionError:
        raise ConfigError([f"{name}:1: nested too deeply; write it flat"]) from None
    except (ValueError, OverflowError):  # a \U escape beyond Unicode; PyYAML does not look
        raise ConfigError(
            [f"{name}:1: not readable as YAML; write escapes as plain text"]
        ) from None
    if root is None:
        return Source(name, None)
    loop = self_holder(root, set(), set())
    if loop is not None:
        raise ConfigError([f"{name}:{line_of(loop)}: holds itself by an alias; write it out"])
    found = [_sentence(name, line_of(node), odd) for node, odd in oddities(root, (), set())]
    if found:
        raise ConfigError(found)
    return Source(name, root)


def _compose(text: str) -> yaml.Node | None:
    loader = _Loader(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
    finally:
        loader.dispose()
    return node


def _sentence(name: str, line: int, problem: Problem) -> str:
    where = f"{dotted(problem.path)}: " if problem.path else ""
    return f"{name}:{line}: {where}{problem.text}"


def _not_text(error: ReaderError) -> str:
    code = error.character if isinstance(error.character, int) else ord(error.character)
    return f"holds the character U+{code:04X}, which no text has; write plain UTF-8"


def _not_yaml(name: str, error: yaml.MarkedYAMLError) -> str:
    """What the parser saw and where; for what never closes, where it opened."""
    saw = " ".join(str(error.problem or error.context).split())
    mark = error.problem_mark or error.context_mark
    line, column = (1, 1) if mark is None else (mark.line + 1, mark.column + 1)
    where = f"in column {column}"
    if error.context_mark is not None and re.search(r"quoted scalar|flow", str(error.context)):
        opened = error.context_mark.line + 1
        where += "" if opened == line else f" of line {line}"
        line = opened
    remedy = next(
        (text for pattern, text in _REMEDIES if re.search(pattern, saw)),
        "check quotes, brackets and indentation",
    )
    return f"{name}:{line}: not readable as YAML: {saw} {where}; {remedy}"
