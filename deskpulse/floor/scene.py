"""What all lives on the floor share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from deskpulse.floor.clockwork import Clockwork
    from deskpulse.floor.customers import Customers
    from deskpulse.floor.pen import Pen, SurveyPen
    from deskpulse.floor.shape import Tide


class Scene(NamedTuple):
    """The clock, the pens, and the world outside."""

    clock: Clockwork
    pen: Pen
    """Of the source that sees this part of the floor."""
    surveys: SurveyPen
    customers: Customers
    tide: Tide
