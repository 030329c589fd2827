"""What `deploy/` and `docker-compose.yml` say, against what is there."""

from __future__ import annotations

import re
import shlex
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from alerting.render import RULES
from deskpulse.cli import run
from streams.worker.pipeline import TABLE
from streams.worker.settings import Settings
from tests.needs import needs

REPO: Final = Path(__file__).parents[2]
LOOPBACK: Final = re.compile(r"127\.0\.0\.1:\d+:\d+")
PINNED: Final = re.compile(r"[\w./-]+:v?\d+\.\d+\.\d+(-[\w.-]+)?")
MIB: Final = 1024 * 1024
HOUR_MS: Final = 3_600_000
CHANGELOG: Final = f"{Settings.model_fields['application'].default}-{TABLE}-changelog"
"""Where Faust keeps the one table."""


@cache
def read(name: str) -> dict[str, Any]:
    """A YAML file of the repository."""
    content: dict[str, Any] = yaml.safe_load((REPO / name).read_text())
    return content


def services() -> dict[str, dict[str, Any]]:
    """The services of docker-compose.yml, anchors resolved."""
    found: dict[str, dict[str, Any]] = read("docker-compose.yml")["services"]
    return found


def topic(name: str) -> dict[str, Any]:
    """The settings of one topic."""
    settings: dict[str, Any] = read("deploy/topics.yml")["topics"][name]
    return settings


# --- docker-compose.yml -------------------------------------------------------------------------


def test_compose_runs_kafka_its_topics_two_workers_and_prometheus() -> None:
    assert set(services()) == {"kafka", "topics", "worker-1", "worker-2", "prometheus"}


def test_no_port_is_published_beyond_this_machine() -> None:
    published = [port for service in services().values() for port in service.get("ports", ())]
    assert len(published) == 4
    assert [port for port in published if not LOOPBACK.fullmatch(port)] == []
    assert len({port.split(":")[1] for port in published}) == len(published)


def test_every_image_is_pinned() -> None:
    images = {service["image"] for service in services().values()}
    assert {image for image in images if not PINNED.fullmatch(image)} == set()


def test_every_mount_is_a_file_of_the_repository_or_a_named_volume() -> None:
    volumes = set(read("docker-compose.yml")["volumes"])
    for name, service in services().items():
        for mount in service.get("volumes", ()):
            source = mount.split(":")[0]
            if source.startswith("."):
                assert (REPO / source).exists(), f"{name} mounts {source}"
                assert mount.endswith(":ro"), f"{name} could write {source}"
            else:
                assert source in volumes, f"{name} mounts {source}"


def test_every_server_has_a_health_check_and_every_dependency_waits_for_one() -> None:
    assert {name for name, service in services().items() if "healthcheck" in service} == (
        set(services()) - {"topics"}
    )
    for service in services().values():
        for needed, how in service.get("depends_on", {}).items():
            ends_by_itself = services()[needed]["restart"] == "no"
            wanted = "service_completed_successfully" if ends_by_itself else "service_healthy"
            assert how["condition"] == wanted


@pytest.mark.parametrize("name", ["topics", "worker-1", "worker-2"])
def test_what_a_container_runs_is_a_command(name: str) -> None:
    assert run([*services()[name]["command"], "--help"]) == 0


def test_prometheus_scrapes_the_workers_where_they_listen() -> None:
    (group,) = yaml.safe_load((REPO / "deploy/prometheus/targets/support-kpi.yml").read_text())
    listening = {
        service["environment"]["DESKPULSE_HTTP_URL"].removeprefix("http://")
        for service in services().values()
        if service.get("environment", {}).get("DESKPULSE_HTTP_URL")
    }
    assert set(group["targets"]) == listening
    assert {target.split(":")[0] for target in listening} == {"worker-1", "worker-2"}


def test_prometheus_and_the_workers_name_the_same_site() -> None:
    labels = read("deploy/prometheus/prometheus.yml")["global"]["external_labels"]
    assert labels["site"] == read("deploy/deskpulse.yml")["site"]


# --- the image ----------------------------------------------------------------------------------


def test_the_image_copies_what_is_there_and_what_is_let_through() -> None:
    recipe = (REPO / "deploy/Dockerfile").read_text()
    allowed = {
        line[1:].rstrip("/")
        for line in (REPO / "deploy/Dockerfile.dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    copied = set()
    for line in re.findall(r"^COPY (?!--from)(.*)$", recipe, re.MULTILINE):
        copied |= {source.rstrip("/") for source in shlex.split(line)[:-1]}
    assert copied == allowed
    assert {source for source in copied if not (REPO / source).exists()} == set()


def test_the_image_is_pinned_and_does_not_run_as_root() -> None:
    recipe = (REPO / "deploy/Dockerfile").read_text()
    bases = re.findall(r"^FROM (\S+)", recipe, re.MULTILINE)
    assert len(set(bases)) == 1
    assert PINNED.fullmatch(bases[0])
    assert re.findall(r"^USER (\d+):", recipe, re.MULTILINE)[-1] != "0"


# --- topics -------------------------------------------------------------------------------------


def test_topics_read_together_have_one_partition_count() -> None:
    own_count = {
        name
        for name, settings in read("deploy/topics.yml")["topics"].items()
        if "partitions" in settings
    }
    assert own_count == {"support.parts", "support.dlq"}


@pytest.mark.parametrize("name", ["support.parts", CHANGELOG])
def test_state_is_compacted_and_never_deleted(name: str) -> None:
    assert topic(name)["config"]["cleanup.policy"] == "compact"


def test_a_part_of_eight_mebibytes_fits_into_the_one_partition_of_its_topic() -> None:
    parts = topic("support.parts")
    assert parts["partitions"] == 1
    assert parts["config"]["max.message.bytes"] == 8 * MIB


def test_a_record_with_thousands_of_entries_fits_into_the_changelog() -> None:
    assert topic(CHANGELOG)["config"]["max.message.bytes"] == 8 * MIB


def test_two_versions_of_a_record_stay_beside_each_other_for_an_hour() -> None:
    config = topic(CHANGELOG)["config"]
    assert config["min.compaction.lag.ms"] >= HOUR_MS
    assert config["max.compaction.lag.ms"] > config["min.compaction.lag.ms"]


@pytest.mark.parametrize("name", ["tickets", "contacts", "agents", "surveys", "config"])
def test_an_event_that_is_too_large_still_arrives_so_that_it_can_be_rejected(name: str) -> None:
    assert topic(f"support.{name}")["config"]["max.message.bytes"] >= 4 * MIB


# --- Prometheus ---------------------------------------------------------------------------------


@pytest.mark.promtool
def test_promtool_accepts_the_scrape_file() -> None:
    check = subprocess.run(
        [needs("promtool"), "check", "config", REPO / "deploy/prometheus/prometheus.yml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (check.returncode, check.stderr) == (0, "")


def test_prometheus_finds_its_rules_in_the_folder_that_compose_mounts() -> None:
    mounts = [mount.split(":") for mount in services()["prometheus"]["volumes"]]
    folder = next(source for source, target, *_ in mounts if target == "/etc/prometheus")
    rules = read("deploy/prometheus/prometheus.yml")["rule_files"]
    assert {str((REPO / folder / name).relative_to(REPO)) for name in rules} == {RULES}
    assert (REPO / RULES).is_file()


def test_a_scrape_is_limited_in_series_and_labels() -> None:
    (job,) = read("deploy/prometheus/prometheus.yml")["scrape_configs"]
    assert job["job_name"] == "support-kpi"
    assert job["sample_limit"] == 1.5 * 23_600  # the budget for 30 queues, 10 teams, 6 channels
    assert job["label_limit"] > 0
