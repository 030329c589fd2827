"""Addresses, secrets and the engine's own timings: all that comes from the environment, read once.

What a site promises is in `deskpulse.yml` (`streams.config`), never here. Every variable starts
with `DESKPULSE_`; secrets have no other way in and are never shown (`SecretStr`).

    DESKPULSE_KAFKA=10.0.0.5:9092,10.0.0.6:9092
    DESKPULSE_KAFKA_SECURITY=sasl_ssl DESKPULSE_KAFKA_USER=… DESKPULSE_KAFKA_PASSWORD=…
    DESKPULSE_KAFKA_CA=/etc/ssl/kafka-ca.pem
    DESKPULSE_HTTP_TOKEN=…

The timings have defended defaults (`faust.md` section 6); they are settings because tests and the
demo want a group that notices a lost worker sooner.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any, Literal, Self, TypeAlias

from faust.auth import SASLCredentials, SSLCredentials
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Security: TypeAlias = Literal["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"]
Mechanism: TypeAlias = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]
LogFormat: TypeAlias = Literal["json", "console"]

_HIGHEST_PORT = 65_535


class Settings(BaseSettings):
    """The environment of one process. ValidationError where it cannot be meant."""

    model_config = SettingsConfigDict(
        env_prefix="DESKPULSE_", extra="ignore", frozen=True, populate_by_name=True
    )

    kafka: str = "127.0.0.1:9092"
    """Bootstrap addresses, `host:port`, separated by commas."""
    kafka_security: Security = "plaintext"
    kafka_mechanism: Mechanism = "SCRAM-SHA-512"
    kafka_user: str = ""
    kafka_password: SecretStr = SecretStr("")
    kafka_ca: Path | None = None
    """Certificate authority; the system's when absent."""
    kafka_certificate: Path | None = None
    kafka_key: Path | None = None
    kafka_demo: bool = False
    """The broker is the demo's: it can create no topics and describe no configuration."""

    application: str = "deskpulse-v1"
    """Application id and version: the consumer group, and whose parts a board reads. A new version
    starts from the beginning of the topics with rows of its own."""
    instance: str = ""
    """Static membership: a name that stays over a restart, for example the pod's."""
    topic_prefix: str = ""
    """Put in front of every topic name and of the group's, where sites share a Kafka."""

    config: Path | None = None
    """The configuration file; `deskpulse.yml` where that exists, else the defaults."""
    log: LogFormat = "console"
    http_listen: str = ""
    """`host:port`; overrules `http.listen` of the configuration."""
    http_token: SecretStr = SecretStr("")
    http_url: str = ""
    """Where other boards reach this process; made from `http_listen` when empty."""

    session_timeout: float = Field(default=15.0, gt=0)
    """Seconds without a heartbeat after which the group gives the partitions away."""
    heartbeat_interval: float = Field(default=3.0, gt=0)
    rebalance_timeout: float = Field(default=30.0, gt=0)
    request_timeout: float = Field(default=30.0, gt=0)
    commit_interval: float = Field(default=1.0, gt=0)
    part_interval: float = Field(default=0.25, gt=0)
    max_poll_records: int = Field(default=5_000, gt=0)
    """Source records one turn of the loop takes at most."""
    stall_timeout: float = Field(default=120.0, gt=0)
    """Seconds without progress after which the watchdog ends the process."""
    connect_timeout: float = Field(default=30.0, gt=0)
    """Seconds to wait for Kafka at start."""

    @field_validator("kafka")
    @classmethod
    def _addresses(cls, value: str) -> str:
        for address in value.split(","):
            host, _, port = address.strip().rpartition(":")
            if not host or not port.isdigit() or not 0 < int(port) <= _HIGHEST_PORT:
                msg = f"{address.strip()!r} is no address; write host:port, several with commas"
                raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kafka_security.startswith("sasl") and not (
            self.kafka_user and self.kafka_password.get_secret_value()
        ):
            msg = f"{self.kafka_security} needs DESKPULSE_KAFKA_USER and DESKPULSE_KAFKA_PASSWORD"
            raise ValueError(msg)
        if bool(self.kafka_certificate) != bool(self.kafka_key):
            msg = "DESKPULSE_KAFKA_CERTIFICATE and DESKPULSE_KAFKA_KEY come together"
            raise ValueError(msg)
        if self.session_timeout > self.request_timeout:
            msg = "the session timeout must not be longer than the request timeout"
            raise ValueError(msg)
        if self.kafka_security.endswith("ssl"):
            for name in ("kafka_ca", "kafka_certificate", "kafka_key"):
                file = getattr(self, name)
                if file is not None and not file.is_file():
                    raise ValueError(f"DESKPULSE_{name.upper()}: {file}: there is no such file")
            self.ssl_context()
        return self

    @property
    def group(self) -> str:
        """The consumer group; Faust names the changelog after it."""
        return self.topic_prefix + self.application

    @property
    def servers(self) -> list[str]:
        """Bootstrap addresses as aiokafka takes them."""
        return [address.strip() for address in self.kafka.split(",")]

    @property
    def broker_url(self) -> str:
        """Bootstrap addresses as Faust takes them."""
        return ";".join(f"kafka://{address}" for address in self.servers)

    def ssl_context(self) -> ssl.SSLContext | None:
        """How to speak TLS to Kafka; None where it is not asked for. ValueError: not with these."""
        if not self.kafka_security.endswith("ssl"):
            return None
        ca, certificate, key = self.kafka_ca, self.kafka_certificate, self.kafka_key
        try:
            context = ssl.create_default_context(cafile=str(ca) if ca else None)
        except OSError as error:
            msg = f"DESKPULSE_KAFKA_CA: {ca} is no PEM file of a CA ({error.strerror or error})"
            raise ValueError(msg) from None
        if certificate and key:
            try:
                context.load_cert_chain(certificate, key)
            except OSError as error:
                msg = (
                    f"DESKPULSE_KAFKA_CERTIFICATE, DESKPULSE_KAFKA_KEY: {certificate} and {key} "
                    f"are no pair of PEM files ({error.strerror or error})"
                )
                raise ValueError(msg) from None
        return context

    def credentials(self) -> SSLCredentials | SASLCredentials | None:
        """The same for Faust."""
        context = self.ssl_context()
        if self.kafka_security.startswith("sasl"):
            return SASLCredentials(
                username=self.kafka_user,
                password=self.kafka_password.get_secret_value(),
                ssl_context=context,
                mechanism=self.kafka_mechanism,
            )
        return SSLCredentials(context) if context is not None else None

    def client(self) -> dict[str, Any]:
        """Arguments of any aiokafka client: where Kafka is and how to be let in."""
        options: dict[str, Any] = {
            "bootstrap_servers": self.servers,
            "security_protocol": self.kafka_security.upper(),
            "request_timeout_ms": int(self.request_timeout * 1000),
        }
        context = self.ssl_context()
        if context is not None:
            options["ssl_context"] = context
        if self.kafka_security.startswith("sasl"):
            options["sasl_mechanism"] = self.kafka_mechanism
            options["sasl_plain_username"] = self.kafka_user
            options["sasl_plain_password"] = self.kafka_password.get_secret_value()
        return options


def complaint(error: ValidationError) -> str:
    """The first thing that is wrong with the environment, as one line; never a value of it."""
    first = error.errors(include_input=False)[0]
    said = first["msg"].removeprefix("Value error, ")
    name = "_".join(str(step) for step in first["loc"]).upper()
    return f"DESKPULSE_{name}: {said}" if name else said
