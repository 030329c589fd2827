"""The environment: read once, refused where it cannot be meant, secrets never shown."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from streams.worker.settings import Settings


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever this machine sets does not count."""
    for name in os.environ:
        if name.startswith("DESKPULSE_"):
            monkeypatch.delenv(name)


def test_everything_has_a_default() -> None:
    settings = Settings()
    assert settings.servers == ["127.0.0.1:9092"]
    assert settings.client()["security_protocol"] == "PLAINTEXT"
    assert settings.credentials() is None


def test_addresses_and_secrets_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKPULSE_KAFKA", "a:1, b:2")
    monkeypatch.setenv("DESKPULSE_KAFKA_SECURITY", "sasl_ssl")
    monkeypatch.setenv("DESKPULSE_KAFKA_USER", "me")
    monkeypatch.setenv("DESKPULSE_KAFKA_PASSWORD", "hush")
    monkeypatch.setenv("DESKPULSE_HTTP_TOKEN", "quiet")
    settings = Settings()
    client = settings.client()
    assert settings.servers == ["a:1", "b:2"]
    assert settings.broker_url == "kafka://a:1;kafka://b:2"
    assert (client["security_protocol"], client["sasl_mechanism"]) == ("SASL_SSL", "SCRAM-SHA-512")
    assert (client["sasl_plain_username"], client["sasl_plain_password"]) == ("me", "hush")
    assert client["ssl_context"] is not None
    assert "hush" not in repr(settings)
    assert "quiet" not in repr(settings)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"kafka": "broker"}, "'broker' is no address; write host:port, several with commas"),
        ({"kafka": "a:99999"}, "'a:99999' is no address; write host:port, several with commas"),
        (
            {"kafka_security": "sasl_plaintext"},
            "sasl_plaintext needs DESKPULSE_KAFKA_USER and DESKPULSE_KAFKA_PASSWORD",
        ),
        (
            {"kafka_certificate": "c.pem"},
            "DESKPULSE_KAFKA_CERTIFICATE and DESKPULSE_KAFKA_KEY come together",
        ),
        (
            {"session_timeout": 40},
            "the session timeout must not be longer than the request timeout",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_would_be_right(
    given: dict[str, object], told: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(**given)  # type: ignore[arg-type]  # wrong on purpose
    assert refused.value.errors()[0]["msg"] == f"Value error, {told}"


@pytest.mark.parametrize("name", ["kafka_ca", "kafka_certificate", "kafka_key"])
def test_a_certificate_that_cannot_be_used_is_named(name: str, tmp_path: Path) -> None:
    empty, missing = tmp_path / "empty.pem", tmp_path / "missing.pem"
    empty.touch()
    pair = {"kafka_certificate": empty, "kafka_key": empty}
    given = {"kafka_security": "ssl", **({} if name == "kafka_ca" else pair), name: missing}
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate(given)
    told = refused.value.errors()[0]["msg"]
    assert told == f"Value error, DESKPULSE_{name.upper()}: {missing}: there is no such file"
    with pytest.raises(ValidationError, match=r"DESKPULSE_KAFKA_CA: .* is no PEM file of a CA"):
        Settings.model_validate({"kafka_security": "ssl", "kafka_ca": empty})
    with pytest.raises(ValidationError, match=r"_CERTIFICATE, DESKPULSE_KAFKA_KEY: .* no pair"):
        Settings.model_validate({"kafka_security": "ssl", **pair})


def test_sites_that_share_a_kafka_have_a_group_each() -> None:
    assert Settings(topic_prefix="berlin.", application="app-v2").group == "berlin.app-v2"
