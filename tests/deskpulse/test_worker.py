"""`deskpulse worker` and `board`: a wrong environment or file is said in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deskpulse.command import deskpulse


@pytest.mark.parametrize("command", ["worker", "board"])
@pytest.mark.parametrize(
    ("environment", "line"),
    [
        (
            {"DESKPULSE_KAFKA": "nowhere"},
            "DESKPULSE_KAFKA: 'nowhere' is no address; write host:port, several with commas",
        ),
        (
            {"DESKPULSE_KAFKA_SECURITY": "sasl_ssl"},
            "sasl_ssl needs DESKPULSE_KAFKA_USER and DESKPULSE_KAFKA_PASSWORD",
        ),
        (
            {"DESKPULSE_KAFKA_SECURITY": "ssl", "DESKPULSE_KAFKA_CA": "/no/ca.pem"},
            "DESKPULSE_KAFKA_CA: /no/ca.pem: there is no such file",
        ),
        (
            {"DESKPULSE_SESSION_TIMEOUT": "soon"},
            (
                "DESKPULSE_SESSION_TIMEOUT: Input should be a valid number, "
                "unable to parse string as a number"
            ),
        ),
    ],
)
def test_a_wrong_environment_is_one_line(
    command: str, environment: dict[str, str], line: str
) -> None:
    ran = deskpulse(command, environment=environment)
    assert (ran.code, ran.out, ran.lines) == (1, b"", [f"deskpulse: {line}"])


@pytest.mark.parametrize("command", ["worker", "board"])
def test_a_wrong_configuration_is_refused_with_its_line(command: str, tmp_path: Path) -> None:
    config = tmp_path / "desk.yml"
    config.write_text("site: berlin\nclock: sundial\n")
    ran = deskpulse(command, "--config", config)
    assert ran.code == 1
    (line,) = ran.lines
    assert line.startswith(f"deskpulse: {config}:2: clock: 'sundial' is not known here")
    missing = deskpulse(command, environment={"DESKPULSE_CONFIG": str(tmp_path / "none.yml")})
    assert missing.code == 1
    (line,) = missing.lines
    assert line.startswith(f"deskpulse: {tmp_path / 'none.yml'}: no such file; name one with")
