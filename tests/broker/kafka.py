"""One Apache Kafka 3.9 broker in a process of its own, on free loopback ports.

The jars come from Maven Central once and stay in `.cache/kafka`. `start()` takes about four
seconds; `stop()` ends the process by its own pid and removes its files. `Unavailable` says what is
missing and the command that would bring it.
"""

from __future__ import annotations

import base64
import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from pathlib import Path
from typing import IO, Self

ROOT = Path(__file__).resolve().parents[2]
POM = Path(__file__).with_name("pom.xml")
LIBS = ROOT / ".cache" / "kafka" / "libs-3.9.1"
READY_WITHIN_S = 60.0

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs={logs}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
auto.create.topics.enable=false
num.network.threads=2
num.io.threads=2
log.cleaner.dedupe.buffer.size=4194304
log.cleaner.threads=1
"""


class Unavailable(Exception):
    """No broker can be had here: the message is the reason and what would help."""


def free_port() -> int:
    """A loopback port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def classpath() -> str:
    """The jars, fetched with Maven where they are not there yet."""
    if shutil.which("java") is None:
        msg = "no Java: apt-get install --no-install-recommends openjdk-17-jre-headless"
        raise Unavailable(msg)
    if not LIBS.is_dir():
        _fetch()
    return f"{LIBS}/*"


def _fetch() -> None:
    if shutil.which("mvn") is None:
        msg = "no Kafka jars and no Maven: apt-get install --no-install-recommends maven"
        raise Unavailable(msg)
    LIBS.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=LIBS.parent) as fresh:
        command = [
            "mvn", "--quiet", "--batch-mode", "--file", str(POM),
            "dependency:copy-dependencies", f"-DoutputDirectory={fresh}/libs",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        if done.returncode != 0:
            lines = (done.stdout + done.stderr).strip().splitlines()
            msg = f"Maven could not fetch Kafka: {lines[0] if lines else 'no output'}"
            raise Unavailable(msg)
        # Two test runs may fetch at once; the first rename wins.
        with contextlib.suppress(OSError):
            Path(fresh, "libs").rename(LIBS)


class Broker:
    """A running broker. Use `with Broker(...) as broker: broker.address`."""

    def __init__(self, heap: str = "512m", **settings: str) -> None:
        self.heap = heap
        self.settings = settings
        self.port = free_port()
        self.controller = free_port()
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Format the storage, start the broker and wait until it takes connections."""
        jars = classpath()
        self._folder = Path(tempfile.mkdtemp(prefix="deskpulse-kafka-"))
        properties = self._folder / "server.properties"
        text = PROPERTIES.format(
            port=self.port, controller=self.controller, logs=self._folder / "logs"
        )
        extra = "".join(f"{k.replace('_', '.')}={v}\n" for k, v in self.settings.items())
        properties.write_text(text + extra)
        # A Kafka id is 16 bytes in URL-safe base64 and must not look like an option.
        cluster = "A" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")[1:]
        java = [
            "java", f"-Xmx{self.heap}", f"-Xms{self.heap}", "-XX:+UseSerialGC", "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", jars,
        ]  # fmt: skip
        subprocess.run(
            [*java, "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(properties)],
            check=True, capture_output=True, timeout=READY_WITHIN_S,
        )  # fmt: skip
        self._log = (self._folder / "broker.log").open("wb")
        self._process = subprocess.Popen(
            [*java, "kafka.Kafka", str(properties)], stdout=self._log, stderr=subprocess.STDOUT
        )
        self._wait()

    def _wait(self) -> None:
        assert self._process is not None
        until = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < until:
            if self._process.poll() is not None:
                msg = f"the broker ended by itself: {self.log()[-500:]}"
                raise Unavailable(msg)
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.1)
        msg = f"the broker was not up within {READY_WITHIN_S:.0f} s"
        raise Unavailable(msg)

    def log(self) -> str:
        """What the broker has said so far."""
        return (self._folder / "broker.log").read_text() if self._folder else ""

    def stop(self) -> None:
        """End the broker and remove its files."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        if self._log is not None:
            self._log.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._process = None
        self._folder = None
