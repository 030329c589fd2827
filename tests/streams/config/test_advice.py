"""What `deskpulse check` says about a file that loads."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams.config import Config, estimates, load, load_source, read_file, warnings

OFFICE = """
calendars:
  office:
    hours: {mon-thu: ["08:00-16:00"], fri: ["08:00-12:00"]}
calendar: office
"""


def test_a_plain_file_draws_no_warning() -> None:
    assert warnings(Config()) == []
    assert warnings(load(OFFICE + "sla: [{name: a, targets: {resolution: 72h}}]")) != []


def test_warnings_of_a_file_have_its_lines() -> None:
    source = read_file(Path(__file__).with_name("example.yml"))
    assert warnings(load_source(source), source) == [
        (
            f"{source.name}:13: calendars.night: nothing uses it; name it at calendar, a queue or "
            f"a "
            "policy"
        ),
        (
            f"{source.name}:32: sla[1].targets.resolution: 3d is 72 open hours, 8.6 days of "
            f"calendar "
            "office (8.4 h a day); for 3 such days write 1512m"
        ),
    ]


def test_a_target_in_hours_reads_as_it_is_meant(tmp_path: Path) -> None:
    path = tmp_path / "deskpulse.yml"
    path.write_text(OFFICE + "sla: [{name: a, targets: {resolution: 72h, first_response: 1d}}]")
    source = read_file(path)
    assert warnings(load_source(source), source) == [
        (
            f"{path}:6: sla[0].targets.first_response: 1d is 24 open hours, 3.3 days of calendar "
            f"office "
            "(7.2 h a day); for 1 such days write 432m"
        )
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "calendars: {never: {hours: {}}}\nqueues: {a: {calendar: never}}",
            [
                (
                    "calendars.never: never opens, so no clock on it runs and nothing is due; used "
                    "by "
                    "queues.a.calendar"
                )
            ],
        ),
        (
            "at_risk: {share: 0.5, at_most: 0.5}",
            [
                (
                    "at_risk.at_most: is no more than share, so least never matters; write more "
                    "than "
                    "share"
                )
            ],
        ),
        (
            "sla: [{name: a, targets: {resolution: 8h}, pause: {resolution: [new, open]}}]",
            [
                (
                    "sla[0].pause.resolution: stops the clock while the desk has to act; it can "
                    "hardly "
                    "ever breach"
                )
            ],
        ),
        (
            "calendars: {lk: {holidays: {country: LK}}}\ncalendar: lk",
            [
                (
                    "calendars.lk.holidays.country: holidays of LK are known from 2003 to 2026 "
                    "only; "
                    "list later ones"
                )
            ],
        ),
        (
            "queues: {" + ", ".join(f"q{n}: {{team: t{n % 21}}}" for n in range(101)) + "}",
            [
                "queues: 101 queues multiply the series of every metric; 100 are planned for",
                "queues: 21 teams multiply the series of every metric; 20 are planned for",
            ],
        ),
        (
            "sources: {a: , b: , c: , d: , e: , f: , g: }",
            ["sources: 7 sources multiply the series of every metric; 6 are planned for"],
        ),
        (
            (
                "calendars: {a: {hours: {mon: ['08:00-20:00']}}, b: {}}\nqueues: {q: {calendar: "
                "a}}\n"
                "sla: [{name: x, match: {queue: [q]}, calendar: b, targets: {resolution: 2d}}]"
            ),
            [],
        ),
        (
            (
                "calendars: {a: {hours: {mon: ['08:00-20:00']}}, b: {}}\ncalendar: b\n"
                "queues: {q: {calendar: a}, r: {}}\n"
                "sla: [{name: x, match: {queue: [r]}, targets: {resolution: 2d}}, "
                "{name: y, targets: {resolution: 2d}}]"
            ),
            [
                (
                    "sla[1].targets.resolution: 2d is 48 open hours, 4.0 days of calendar a (12.0 "
                    "h a "
                    "day); for 2 such days write 1d"
                )
            ],
        ),
    ],
)
def test_what_reads_oddly_is_said(text: str, found: list[str]) -> None:
    assert warnings(load(text)) == found


def test_what_is_kept_is_said_with_its_memory() -> None:
    assert estimates(Config()) == [
        (
            "retention: of 1000 tickets a day up to 30000 finished ones are kept (30d), at most 30 "
            "MiB "
            "over all workers"
        ),
        (
            "retention: of 1000 contacts a day up to 2000 finished ones are kept (2d), at most 2 "
            "MiB "
            "over all workers"
        ),
    ]
