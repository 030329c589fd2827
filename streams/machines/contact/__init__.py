"""The life of a call or chat: queue segments and agent legs as a fold over its events.

Each `queued` opens a **segment**, which an exit closes with one outcome, the newest, dated at the
newer event. Each answer opens a **leg**: talk, hold and wrap-up of one agent.

What may be missing, late or doubled, and what happens then: an answer without `queued` uses its own
`wait_s`; a segment that ends by a bare hang-up, by a second `queued`, or by nothing at all within
the maximum wait is *lost*, in no rate; a wrap-up that never ends is capped. An exit after an exit
is taken, the newer wins, and it is counted as doubtful. A contact is forgotten some time after its
last event (2 d by default).

Rules: `kpis.md` 2.3, 2.6, 2.7, 2.12, 2.13 and `exactness.md` section 9.
"""

from streams.machines.contact.reading import CALL, CHAT
from streams.machines.contact.state import ContactState

__all__ = ["CALL", "CHAT", "ContactState"]
