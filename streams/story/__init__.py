"""Why a subject counts as it does: the time ledger of one ticket, call or chat, told in words.

`told` folds the timeline once more and tells it, `clocks` say how each clock moved and stands,
`words` are the sentences.
"""

from streams.story.clocks import ClockNow
from streams.story.told import Line, Spell, Story, story

__all__ = ["ClockNow", "Line", "Spell", "Story", "story"]
