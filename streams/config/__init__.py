"""What a site promises: queues, calendars, SLA policies, windows and limits, from one YAML file.

    config = load_file("deskpulse.yml")

An empty file works; a file that cannot be meant raises ConfigError, one line a problem. The models
are plain data: `streams.site` compiles them for the machines. Addresses and secrets are not here
but in the environment (`streams.worker.settings`).

`read_file` and `load_source` are the two halves of `load_file`, for those who want `warnings` with
their lines as well.
"""

from streams.config.advice import estimates, warnings
from streams.config.calendars import CalendarConfig
from streams.config.errors import ConfigError
from streams.config.load import dump, load, load_file, load_source, read_file
from streams.config.queues import QueueConfig
from streams.config.schema import json_schema
from streams.config.shares import millionths
from streams.config.site import ALWAYS_OPEN, Config, is_loopback, listen_address
from streams.config.sla import SlaPolicyConfig
from streams.config.windows import Window

__all__ = [
    "ALWAYS_OPEN",
    "CalendarConfig",
    "Config",
    "ConfigError",
    "QueueConfig",
    "SlaPolicyConfig",
    "Window",
    "dump",
    "estimates",
    "is_loopback",
    "json_schema",
    "listen_address",
    "load",
    "load_file",
    "load_source",
    "millionths",
    "read_file",
    "warnings",
]
