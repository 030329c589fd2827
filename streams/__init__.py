"""From an event to a number.

    Kafka -> events -> machines -> facts -> part -> board -> metrics -> Prometheus

Read the rooms in that order; each meets one idea:

- `spans`     an instant, and a half-open stretch of time
- `events`    what arrived
- `config`    what a site promises
- `machines`  what it means: one record a ticket or call, a fold over its timeline
- `facts`     what is concluded from a record; nothing else is counted
- `counts`    how counting is done, and the catalogue of every KPI
- `part`      what one partition has counted
- `board`     what the parts of all partitions add up to
- `gauges`    what a board says under the names of the catalogue
- `site`      the configuration, compiled for the rooms above
- `intake`    the door of a partition: what is said of an event before a machine sees it
- `stage`     the path up to the part as one object, without Kafka and without a clock
- `metrics`   what is shown when Prometheus asks
- `story`     why one subject counts as it does, in words
- `worker`    what runs it: the only room that knows Kafka, the clock and the environment

Everything but `worker` is pure: two inputs alone, an event happened or time passed, and `now` is
an argument. So the worker, the demo, `deskpulse report` and the tests are one code with other ends.
"""
