"""What may be meant but probably is not, and what a configuration costs; for `deskpulse check`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from streams.config.calendars import CalendarConfig
from streams.config.durations import format_duration
from streams.config.errors import Path, Problem, dotted, listed
from streams.config.meaning import calendars_used
from streams.config.public_holidays import known_years
from streams.config.site import Config
from streams.config.sla import SlaPolicyConfig
from streams.config.source import Source
from streams.spans import DAY, HOUR, MINUTE, Duration

MANY_QUEUES: Final = 100
MANY_TEAMS: Final = 20
MANY_SOURCES: Final = 6
RECORD_KIB: Final = 1
"""What a subject costs at most, by the promise of the design."""

_SUBJECTS: Final = 1_000
_KIB_IN_MIB: Final = 1024
_LAST_YEAR_OF_INTEREST: Final = 2040


def warnings(config: Config, source: Source | None = None) -> list[str]:
    """A line for each thing that reads oddly; with the file's source, file and line in front."""
    found = [
        *_calendars(config),
        *_targets(config, source),
        *_policies(config),
        *_at_risk(config),
        *_labels(config),
    ]
    if source is None:
        return [f"{dotted(path)}: {text}" for path, text in found]
    return [source.sentence(problem) for problem in found]


def estimates(config: Config) -> list[str]:
    """What keeping finished subjects costs in memory, a line for each family."""
    kept = {"tickets": config.retention.solved, "contacts": config.retention.contacts}
    lines = []
    for family, length in kept.items():
        records = -(-_SUBJECTS * length // DAY)
        mib = -(-records * RECORD_KIB // _KIB_IN_MIB)
        lines.append(
            f"retention: of {_SUBJECTS} {family} a day up to {records} finished ones are kept "
            f"({format_duration(length)}), at most {mib} MiB over all workers"
        )
    return lines


def _calendars(config: Config) -> Iterator[Problem]:
    used: dict[str, list[Path]] = {}
    for path, name in calendars_used(config):
        used.setdefault(name, []).append(path)
    for name, calendar in config.calendars.items():
        place = ("calendars", name)
        if name not in used:
            yield Problem(place, "nothing uses it; name it at calendar, a queue or a policy")
        elif calendar.never_opens:
            users = listed(dotted(path) for path in used[name])
            yield Problem(
                place, f"never opens, so no clock on it runs and nothing is due; used by {users}"
            )
        country = calendar.holidays.country
        if country is not None and known_years(country)[1] < _LAST_YEAR_OF_INTEREST:
            first, last = known_years(country)
            text = f"holidays of {country} are known from {first} to {last} only; list later ones"
            yield Problem((*place, "holidays", "country"), text)


def _targets(config: Config, source: Source | None) -> Iterator[Problem]:
    """Targets in days, which are 24 hours of a calendar's open time, not days of that calendar."""
    for position, policy in enumerate(config.sla):
        calendars = _calendars_of(config, policy)
        for target, length in policy.targets.given().items():
            path: Path = ("sla", position, "targets", target)
            written = format_duration(length) if source is None else source.written(path)
            if written is None or not written.endswith("d"):
                continue
            for name in calendars:
                per_day = _open_a_day(config.calendars[name])
                if 0 < per_day < DAY:
                    yield Problem(path, _in_days(written, length, name, per_day))


def _calendars_of(config: Config, policy: SlaPolicyConfig) -> list[str]:
    """The calendars a policy's targets may run on, those that are always open by default apart."""
    if policy.calendar is not None:
        return [policy.calendar]
    queues = policy.match.queue
    names = {config.calendar_of(queue) for queue in queues or config.queues}
    if queues is None:
        names.add(config.calendar)
    return sorted(name for name in names if name is not None)


def _in_days(written: str, length: Duration, calendar: str, per_day: Duration) -> str:
    days = length / per_day
    meant = format_duration(length // DAY * per_day // MINUTE * MINUTE)
    return (
        f"{written} is {length // HOUR} open hours, {days:.1f} days of calendar {calendar} "
        f"({per_day / HOUR:.1f} h a day); for {length // DAY} such days write {meant}"
    )


def _open_a_day(calendar: CalendarConfig) -> Duration:
    """The mean open time of the weekdays that open at all; 0 when none does."""
    days = [
        sum(closing - opening for opening, closing in stretches) * MINUTE
        for stretches in calendar.hours.values()
        if stretches
    ]
    return sum(days) // len(days) if days else 0


def _policies(config: Config) -> Iterator[Problem]:
    for position, policy in enumerate(config.sla):
        for target, stopping in policy.pause.by_target().items():
            if target in policy.targets.given() and stopping >= {"new", "open"}:
                text = "stops the clock while the desk has to act; it can hardly ever breach"
                yield Problem(("sla", position, "pause", target), text)


def _at_risk(config: Config) -> Iterator[Problem]:
    if config.at_risk.at_most <= config.at_risk.share:
        text = "is no more than share, so least never matters; write more than share"
        yield Problem(("at_risk", "at_most"), text)


def _labels(config: Config) -> Iterator[Problem]:
    teams = {queue.team for queue in config.queues.values()} - {None}
    for key, what, count, many in (
        ("queues", "queues", len(config.queues), MANY_QUEUES),
        ("queues", "teams", len(teams), MANY_TEAMS),
        ("sources", "sources", len(config.sources), MANY_SOURCES),
    ):
        if count > many:
            text = f"{count} {what} multiply the series of every metric; {many} are planned for"
            yield Problem((key,), text)
