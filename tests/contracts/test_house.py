"""The house's rules that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

REPO: Final = Path(__file__).parents[2]
PACKAGES: Final = ("streams", "alerting", "deskpulse")
LISTS: Final = {"streams/counts/kpis.py", "alerting/objectives.py"}
"""Modules that are one long list, and may be long."""


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that is in the repository or would be with the next commit."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPO,
        capture_output=True,
        check=True,
    )
    names = listing.stdout.decode().split("\0")
    return tuple(REPO / name for name in names if name and (REPO / name).is_file())


def modules(*rooms: str) -> Iterator[tuple[str, ast.Module]]:
    """Path from the repository and syntax tree of every module under `rooms`."""
    for room in rooms:
        for path in sorted((REPO / room).rglob("*.py")):
            yield str(path.relative_to(REPO)), ast.parse(path.read_bytes())


@cache
def project() -> dict[str, Any]:
    """`pyproject.toml`, read."""
    return tomllib.loads((REPO / "pyproject.toml").read_text())


# --- nothing of this machine --------------------------------------------------------------------

# Written in pieces, so that this file does not find itself.
ADDRESSES: Final = re.compile(
    "|".join(
        (
            "index" + r"-url|find" + "-links +[/.]|trusted" + "-host +[^']",
            r"(pypi|pythonhosted|npmjs|crates|golang|debian)\." + "(org|io|com)/",
            r"repo1?\." + "maven",
            "/ro" + r"ot/|/ho" + r"me/\w|/Us" + r"ers/\w|/wo" + "rk/",
        )
    )
)
ALLOWED: Final = {
    "Makefile": ("--no-emit-index" + "-url", "--no-emit-find" + "-links", "sed -i.old"),
}
"""Lines that name such an option in order to leave addresses out."""


def test_no_tracked_file_names_a_package_index_or_a_path_of_one_machine() -> None:
    own = str(REPO)
    found = []
    for path in tracked():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        name = str(path.relative_to(REPO))
        for number, line in enumerate(text.splitlines(), 1):
            if any(allowed in line for allowed in ALLOWED.get(name, ())):
                continue
            if ADDRESSES.search(line) or own in line:
                found.append(f"{name}:{number}: {line.strip()[:100]}")
    assert found == []


# --- Faust, the safe part of it -----------------------------------------------------------------

NEVER_CALLED: Final = {
    "take_events": "loses what it has buffered",
    "noack_take": "loses what it has buffered",
    "tumbling": "windowed tables lose and leak",
    "hopping": "windowed tables lose and leak",
    "group_by": "repartitions by a key that its producers hash differently",
    "GlobalTable": "its recovery may never end",
    "PrometheusMonitor": "32 us an event",
}
NEVER_SET: Final = {
    "concurrency": "commits past an event still in flight",
    "isolated_partitions": "crashes with more than one worker",
    "producer_threaded": "half the speed",
}


def test_what_faust_does_unsafely_occurs_nowhere_in_the_streams() -> None:
    found = []
    for name, tree in modules("streams"):
        for node in ast.walk(tree):
            match node:
                case ast.Attribute(attr=word) | ast.Name(id=word) if word in NEVER_CALLED:
                    found.append(f"{name}:{node.lineno}: {word}: {NEVER_CALLED[word]}")
                case ast.alias(name=word) if word in NEVER_CALLED:
                    found.append(f"{name}:{node.lineno}: {word}: {NEVER_CALLED[word]}")
                case ast.keyword(arg=str(word)) if word in NEVER_SET:
                    found.append(f"{name}:{node.value.lineno}: {word}: {NEVER_SET[word]}")
                case ast.keyword(arg="processing_guarantee", value=ast.Constant("exactly_once")):
                    found.append(f"{name}:{node.value.lineno}: exactly_once swallows errors")
                case ast.keyword(arg="table_standby_replicas", value=ast.Constant(int(count))):
                    if count != 0:
                        found.append(f"{name}:{node.value.lineno}: standby rows would be counted")
    assert found == []


def test_no_stream_is_taken_in_buffers() -> None:
    """`take` of a board is ours; `take(n, within=…)` and `async for … in s.take(n)` are Faust's."""
    found = []
    for name, tree in modules("streams"):
        for node in ast.walk(tree):
            match node:
                case ast.AsyncFor(iter=ast.Call(func=ast.Attribute(attr="take"))):
                    found.append(f"{name}:{node.lineno}")
                case ast.Call(func=ast.Attribute(attr="take"), keywords=options):
                    if any(option.arg == "within" for option in options):
                        found.append(f"{name}:{node.lineno}")
    assert found == []


def test_no_batch_loop_awaits() -> None:
    """One `await` inside a batch and a commit or a scrape may see half of it."""
    found = []
    for name, tree in modules("streams/stage.py", "streams/machines", "streams/part"):
        found += [
            f"{name}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith | ast.AsyncFunctionDef)
        ]
    assert found == []


# --- one list of names --------------------------------------------------------------------------


def test_a_metric_is_named_in_the_catalogue_alone() -> None:
    found = []
    for name, tree in modules(*PACKAGES):
        if name.startswith("streams/counts/"):
            continue
        found += [
            f"{name}:{node.lineno}: {node.value}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and re.fullmatch(r"support_[a-z_]+", node.value)
        ]
    assert found == []


# --- rooms --------------------------------------------------------------------------------------


def rooms_of(package: str) -> set[str]:
    """The modules and packages directly inside a package, as dotted names."""
    inside = (REPO / package).iterdir()
    return {
        f"{package}.{path.stem}"
        for path in inside
        if (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").is_file()
    }


def contract(start: str) -> dict[str, Any]:
    """The import contract whose name begins so."""
    contracts = project()["tool"]["importlinter"]["contracts"]
    return next(one for one in contracts if one["name"].startswith(start))


def test_every_room_of_the_streams_has_its_place_on_the_path() -> None:
    layers = " ".join(contract("An event becomes a number")["layers"])
    assert set(re.findall(r"[\w.]+", layers)) >= rooms_of("streams")


def test_no_room_is_excused_from_purity_but_the_shells() -> None:
    excused = contract("A room does no I/O")["ignore_imports"]
    assert {one.split(" -> ")[0].removesuffix(".**") for one in excused} == {
        "streams.worker",
        "streams.metrics",
        "alerting.live",
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_a_module_holds_one_idea(package: str) -> None:
    """Most stay below 150 lines; none passes 400, lists apart."""
    lengths = {
        str(path.relative_to(REPO)): len(path.read_text().splitlines())
        for path in (REPO / package).rglob("*.py")
    }
    assert {name for name, length in lengths.items() if length > 400 and name not in LISTS} == set()


# --- locked versions ----------------------------------------------------------------------------

PIN: Final = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    """Distribution -> version of one constraint file."""
    found = PIN.findall((REPO / "constraints" / name).read_text())
    return {distribution.lower().replace("_", "-"): version for distribution, version in found}


@pytest.mark.parametrize("name", ["build.txt", "demo.txt", "dev.txt", "lock.txt", "runtime.txt"])
def test_a_constraint_file_holds_names_versions_and_hashes(name: str) -> None:
    kinds = re.compile(
        r"[A-Za-z0-9._-]+==[^\s;]+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?|    #.*"
    )
    lines = (REPO / "constraints" / name).read_text().splitlines()
    assert [line for line in lines if not kinds.fullmatch(line)] == []


@pytest.mark.parametrize("name", ["build.txt", "demo.txt", "runtime.txt"])
def test_what_runs_is_what_was_tested(name: str) -> None:
    assert pins(name).items() <= pins("dev.txt").items()


def test_every_dependency_is_locked() -> None:
    declared = [*project()["project"]["dependencies"]]
    for extra in project()["project"]["optional-dependencies"].values():
        declared += extra
    names = {re.split(r"[\[><=; ]", one)[0].lower() for one in declared} - {"deskpulse"}
    assert names <= pins("dev.txt").keys()


def test_the_engine_is_pinned_to_the_versions_its_contract_was_read_from() -> None:
    locked = pins("runtime.txt")
    engine = ("faust-streaming", "mode-streaming", "aiokafka")
    assert {f"{name}=={locked[name]}" for name in engine} <= set(
        project()["project"]["dependencies"]
    )


# --- make ---------------------------------------------------------------------------------------


def test_every_target_says_what_it_does() -> None:
    makefile = (REPO / "Makefile").read_text()
    targets = re.findall(r"^\.PHONY: (\S+)$", makefile, re.MULTILINE)
    explained = re.findall(r"^([a-z]+):.*## \S", makefile, re.MULTILINE)
    assert targets == explained


def test_ci_is_make_test_and_nothing_else() -> None:
    script = REPO / ".ci" / "run"
    assert script.read_text().splitlines()[1:] == ["CI=true exec make test"]
    assert script.stat().st_mode & 0o111
