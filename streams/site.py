"""The site, compiled: what the configuration says, in the forms that the rooms work with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from streams.counts.plan import Plan
from streams.machines.terms import Terms
from streams.spans import Duration


@dataclass(frozen=True, slots=True)
class Site:
    """Everything the core needs to know. Frozen: a changed file is another site."""

    name: str
    terms: Terms
    """For the machines."""
    plan: Plan
    """For counting and showing."""
    horizons: Mapping[str, Duration]
    """By kind of subject, how far back any window or late event can reach."""
    wall_clock: bool = True
    """`clock: wall`; False: `clock: events`."""
    configuration: str = ""
    """A hash of the file, to tell workers of two configurations apart."""
