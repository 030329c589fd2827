"""The node tree of a YAML file: its plain values, its children by key, and what it must not hold.

The YAML is the part people mean: mappings, lists, text, whole numbers, decimals (exact ones),
true, false and nothing; anchors, aliases and `<<`. What YAML 1.1 guesses beyond that stays text:
`NO` is Norway, `22:00` a time of day and not 79 200, `2026-12-24` what a date field takes it for.
Keys are always text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, TypeAlias

import yaml

from streams.config.errors import Path, Problem, shown

Value: TypeAlias = "bool | int | Decimal | str | list[Value] | dict[str, Value] | None"

_NOTHING: Final = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTH: Final = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_WHOLE: Final = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})", re.ASCII)
_DECIMAL: Final = re.compile(r"[-+]?([0-9]{1,18}\.[0-9]{0,18}|\.[0-9]{1,18})", re.ASCII)
_PLAIN_TAGS: Final = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))


def line_of(node: yaml.Node) -> int:
    """The line a node begins in, from 1."""
    return int(node.start_mark.line) + 1


def entries(node: yaml.MappingNode) -> dict[str, tuple[yaml.Node, yaml.Node]]:
    """Key and value nodes by key; own keys go before those that `<<` brings in."""
    own: dict[str, tuple[yaml.Node, yaml.Node]] = {}
    merged: dict[str, tuple[yaml.Node, yaml.Node]] = {}
    for key, value in node.value:
        if _is_merge(key):
            for source in _merged(value):
                for text, pair in entries(source).items():
                    merged.setdefault(text, pair)
        elif isinstance(key, yaml.ScalarNode):
            own.setdefault(key.value, (key, value))
    return own | {text: pair for text, pair in merged.items() if text not in own}


def child(node: yaml.Node, step: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """Key (of a list item: the item) and value one step further, if there is such a step."""
    if isinstance(node, yaml.MappingNode) and isinstance(step, str):
        return entries(node).get(step)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


def plain(node: yaml.Node, made: dict[int, Value]) -> Value:
    """The node as a plain value. `made` remembers aliases: many of one cost what one does."""
    if id(node) not in made:
        if isinstance(node, yaml.MappingNode):
            made[id(node)] = {key: plain(value, made) for key, (_, value) in entries(node).items()}
        elif isinstance(node, yaml.SequenceNode):
            made[id(node)] = [plain(item, made) for item in node.value]
        elif isinstance(node, yaml.ScalarNode):
            made[id(node)] = _scalar(node)
    return made[id(node)]


def self_holder(node: yaml.Node, above: set[int], seen: set[int]) -> yaml.Node | None:
    """A node that holds itself by an alias, if any: nothing else may walk such a tree."""
    if id(node) in above:
        return node
    if id(node) in seen or isinstance(node, yaml.ScalarNode):
        return None
    seen.add(id(node))
    above.add(id(node))
    for each in _below(node):
        found = self_holder(each, above, seen)
        if found is not None:
            return found
    above.remove(id(node))
    return None


def oddities(node: yaml.Node, path: Path, seen: set[int]) -> Iterator[tuple[yaml.Node, Problem]]:
    """What would be lost or guessed in reading: keys written twice, keys that are no word, tags."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if node.tag not in _PLAIN_TAGS:
        yield node, Problem(path, f"the tag {shown(node.tag)} means nothing here; leave it out")
    if isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            yield from oddities(item, (*path, position), seen)
    if isinstance(node, yaml.MappingNode):
        yield from _odd_keys(node, path)
        for key, value in node.value:
            step = key.value if isinstance(key, yaml.ScalarNode) else "?"
            yield from oddities(value, path if _is_merge(key) else (*path, step), seen)


def _odd_keys(node: yaml.MappingNode, path: Path) -> Iterator[tuple[yaml.Node, Problem]]:
    first: dict[str, yaml.Node] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            yield key, Problem(path, "a key is a list or a mapping; write one word, then ': '")
        elif _is_merge(key):
            if len(_merged(value)) != (len(value.value) if _is_list(value) else 1):
                yield key, Problem(path, "'<<' takes a mapping by its alias; write <<: *name")
        elif key.value in first:
            line = line_of(first[key.value])
            text = f"written twice, first in line {line}; keep one of them"
            yield key, Problem((*path, key.value), text)
        else:
            first[key.value] = key


def _below(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [each for pair in node.value for each in pair]
    return list(node.value)


def _is_merge(key: yaml.Node) -> bool:
    return isinstance(key, yaml.ScalarNode) and key.value == "<<" and key.style is None


def _is_list(node: yaml.Node) -> bool:
    return isinstance(node, yaml.SequenceNode)


def _merged(node: yaml.Node) -> list[yaml.MappingNode]:
    """The mappings that `<<` names, the first going before the others."""
    given = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return [each for each in given if isinstance(each, yaml.MappingNode)]


def _scalar(node: yaml.ScalarNode) -> Value:
    text = str(node.value)
    if node.style is not None:
        return text
    if text in _NOTHING:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return Decimal(text) if _DECIMAL.fullmatch(text) else text
