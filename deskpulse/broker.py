"""How the command reaches Kafka: its address, how to be let in, and what topics are called here."""

from __future__ import annotations

import logging
import os
from typing import Any, Final

from deskpulse.errors import Refused
from streams.worker.errors import in_words

PATIENCE_S: Final = 5.0
"""How long a broker may take to answer at first."""
_SECURITY: Final = "DESKPULSE_KAFKA_SECURITY"
_PREFIX: Final = "DESKPULSE_TOPIC_PREFIX"
_APPLICATION: Final = "DESKPULSE_APPLICATION"


def client(address: str) -> dict[str, Any]:
    """Arguments of any aiokafka client. `Refused` when the environment cannot be meant."""
    # What aiokafka says of a broker that is away, people get as one line of ours.
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())
    logging.getLogger("aiokafka").propagate = False
    if os.environ.get(_SECURITY, "plaintext").lower() == "plaintext":
        return {"bootstrap_servers": [part.strip() for part in address.split(",")]}
    from pydantic import ValidationError

    from streams.worker.settings import Settings, complaint

    try:
        return Settings(kafka=address).client()
    except ValidationError as error:
        raise Refused(complaint(error)) from None


def topic(name: str) -> str:
    """The name of a topic on this site's Kafka."""
    return os.environ.get(_PREFIX, "") + name


def application() -> str:
    """Application id and version: in front of the changelog's name."""
    return os.environ.get(_APPLICATION, "") or "deskpulse-v1"


def unreachable(address: str, error: BaseException) -> str:
    """The one line for a broker that does not answer."""
    return (
        f"no Kafka broker answers at {address} ({in_words(error)}); "
        "start one, or name another with --broker HOST:PORT"
    )
