"""`deskpulse import`: the same bytes every time, and nothing unreadable passed over in silence."""

from __future__ import annotations

from pathlib import Path

from deskpulse.pseudonyms import PUBLIC_KEY, Pseudonyms
from streams.events import parse
from streams.events.ticket import TicketCreated
from tests.deskpulse.command import REPO, deskpulse

INCIDENTS = REPO / "examples" / "servicenow" / "incidents.csv"


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    once = deskpulse("import", "servicenow", INCIDENTS)
    again = deskpulse("import", "servicenow", INCIDENTS, "--out", tmp_path / "events.jsonl")
    assert once.code == again.code == 0
    assert once.out == (tmp_path / "events.jsonl").read_bytes()
    assert again.out == b""
    assert once.lines == [f"{INCIDENTS}: 3739 events, 0 rows could not be read"]


def test_a_key_of_ones_own_gives_other_pseudonyms(tmp_path: Path) -> None:
    file = tmp_path / "incidents.csv"
    file.write_text("".join(INCIDENTS.read_text().splitlines(keepends=True)[:2]))
    customers = []
    for key in (PUBLIC_KEY, "mine"):
        ran = deskpulse("import", "servicenow", file, environment={"DESKPULSE_HASH_KEY": key})
        created = parse(ran.out.splitlines()[0])
        assert isinstance(created, TicketCreated)
        customers.append(created.data.customer_id)
        assert b"Caller" not in ran.out
    assert customers == [Pseudonyms(key).customer("Caller 2403") for key in (PUBLIC_KEY, "mine")]
    assert customers[0] != customers[1]


def test_rows_that_cannot_be_read_are_named_with_file_and_line_and_the_exit_code_is_1(
    tmp_path: Path,
) -> None:
    file = tmp_path / "incidents.csv"
    header, first, second, *_ = INCIDENTS.read_text().splitlines(keepends=True)
    file.write_text(header + first + second.replace("29-02-2016", "30-02-2016") + first[:40] + "\n")
    ran = deskpulse("import", "servicenow", file)
    assert ran.code == 1
    assert ran.out.count(b"\n") == 1
    assert ran.lines[0] == (
        f"deskpulse: {file}:3: sys_updated_at '30-02-2016 08:53' is no time; "
        "must be dd-mm-yyyy hh:mm; left out"
    )
    assert ran.lines[1].startswith(f"deskpulse: {file}:4: has ")
    assert ran.lines[2] == f"{file}: 1 events, 2 rows could not be read"


def test_a_file_of_another_kind_is_one_line(tmp_path: Path) -> None:
    binary = tmp_path / "image.png"
    binary.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    other = tmp_path / "other.csv"
    other.write_text("Call Id,Agent\n1,2\n")
    missing = "it is no such log: column 'number' is missing from its first line"
    for file, said in (
        (binary, "line 1 is not UTF-8 text"),
        (empty, missing),
        (other, missing),
    ):
        ran = deskpulse("import", "servicenow", file)
        assert (ran.code, ran.out) == (1, b"")
        assert ran.lines == [f"deskpulse: {file}: {said}"]
