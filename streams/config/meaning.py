"""What is wrong between the parts of a configuration: names that lead nowhere, vain policies."""

from __future__ import annotations

from collections.abc import Iterator

from streams.config.durations import format_duration
from streams.config.errors import Path, Problem, shown, suggestion
from streams.config.site import Config
from streams.config.sla import shadow
from streams.config.windows import longest, needed

FOLDED: tuple[str, ...] = ("other", "unassigned")
"""Queue labels that exist without being listed."""


def problems(config: Config) -> Iterator[Problem]:
    """Everything that cannot be meant, in the order of the file's keys."""
    yield from _unknown_calendars(config)
    yield from _unknown_queues(config)
    yield from _policies(config)
    yield from _short_retention(config)


def calendars_used(config: Config) -> Iterator[tuple[Path, str]]:
    """Where calendars are named, and which."""
    if config.calendar is not None:
        yield ("calendar",), config.calendar
    for name, queue in config.queues.items():
        if queue.calendar is not None:
            yield ("queues", name, "calendar"), queue.calendar
    for position, policy in enumerate(config.sla):
        if policy.calendar is not None:
            yield ("sla", position, "calendar"), policy.calendar


def _unknown_calendars(config: Config) -> Iterator[Problem]:
    for path, name in calendars_used(config):
        if name not in config.calendars:
            remedy = suggestion(name, config.calendars)
            yield Problem(path, f"no calendar {shown(name)} in calendars; {remedy}")


def _unknown_queues(config: Config) -> Iterator[Problem]:
    if not config.lists_queues:
        return
    known = [*config.queues, *FOLDED]
    for position, policy in enumerate(config.sla):
        for place, queue in enumerate(policy.match.queue or ()):
            if queue not in known:
                text = f"no queue {shown(queue)} in queues; {suggestion(queue, known)}"
                yield Problem(("sla", position, "match", "queue", place), text)


def _policies(config: Config) -> Iterator[Problem]:
    for position, policy in enumerate(config.sla):
        earlier = config.sla[:position]
        if policy.name in [each.name for each in earlier]:
            text = f"{shown(policy.name)} is the name of an earlier policy; write another"
            yield Problem(("sla", position, "name"), text)
        taker = shadow(earlier, policy)
        if taker is not None:
            yield Problem(
                ("sla", position),
                f"{shown(policy.name)} can never match, {shown(taker.name)} above takes all of its "
                "tickets; move it up or leave it out",
            )


def _short_retention(config: Config) -> Iterator[Problem]:
    for key, least in needed(config.windows, config.lateness).items():
        kept = getattr(config.retention, key)
        if kept < least:
            reason = (
                f"{format_duration(kept)} is shorter than the longest window of its family and the "
                f"lateness ({format_duration(config.lateness)}) together"
            )
            if key in config.retention.model_fields_set:
                text = f"{reason}; write at least {format_duration(least)}"
                yield Problem(("retention", key), text)
            else:
                remedy = f"write retention: {{{key}: {format_duration(least)}}} or more"
                yield Problem(
                    _lengthened(config, key), f"the default retention.{key} of {reason}; {remedy}"
                )
    if config.limits.max_wait > config.retention.contacts:
        kept = format_duration(config.retention.contacts)
        text = f"is longer than retention.contacts, {kept}; write {kept} or less"
        yield Problem(("limits", "max_wait"), f"{format_duration(config.limits.max_wait)} {text}")


def _lengthened(config: Config, key: str) -> Path:
    """The key that asks for more than the default retention has."""
    if "lateness" in config.model_fields_set:
        return ("lateness",)
    if key == "contacts":
        return ("windows", "contacts")
    windows = config.windows
    return ("windows", "sla" if longest(windows.sla) > longest(windows.tickets) else "tickets")
