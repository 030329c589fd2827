"""A generated YAML file: whose it is, then its content, long expressions as readable blocks."""

from __future__ import annotations

from typing import Any, Final

import yaml

COMMAND: Final = "python -m alerting.render"
_HEAD: Final = f"""\
# DO NOT EDIT: made from alerting/objectives.py; `{COMMAND}` writes it anew.
"""


class _Dumper(yaml.SafeDumper):
    """Lists stand below their key, indented; text of several lines is a block."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002  # as PyYAML declares it
        """One step further in, also for a list in a mapping."""
        del indentless
        super().increase_indent(flow, indentless=False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def document(content: dict[str, Any]) -> str:
    """The whole file, keys in the order given."""
    return _HEAD + yaml.dump(
        content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000
    )
