"""`python -m alerting.render [--check]`: write the generated files, or say which differ.

For now; `deskpulse render` takes over. To be run at the top of a checkout. Exit 1: a file differs
(`--check`), this is no checkout, or an objective cannot be meant.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from alerting.render import files
from alerting.render.document import COMMAND
from streams.config import ConfigError


def main(arguments: Sequence[str] | None = None, top: Path = Path()) -> int:
    """The exit code; what is wrong goes to standard error, a line each."""
    parser = ArgumentParser(prog=COMMAND, description="Write the generated files.")
    parser.add_argument("--check", action="store_true", help="write nothing, say which differ")
    only_check = parser.parse_args(arguments).check
    try:
        texts = files()
    except ConfigError as error:
        wrong = error.problems
    else:
        wrong = tuple(_different(texts, top) if only_check else _written(texts, top))
    sys.stderr.writelines(f"{each}\n" for each in wrong)
    return 1 if wrong else 0


def _different(texts: Mapping[str, str], top: Path) -> Iterator[str]:
    """A sentence for each file that is not what it would be."""
    for name, text in texts.items():
        path = top / name
        if not path.is_file() or path.read_text() != text:
            yield f"{name}: not what alerting/objectives.py says; run `{COMMAND}` and commit it"


def _written(texts: Mapping[str, str], top: Path) -> Iterator[str]:
    """Write all; a sentence when this is not the place for it."""
    if not (top / "alerting/objectives.py").is_file():
        yield f"no alerting/objectives.py here; run `{COMMAND}` at the top of a checkout"
        return
    for name, text in texts.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    sys.exit(main())
