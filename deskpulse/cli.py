"""The `deskpulse` command: options in, one function of a sibling module called, an exit code out.

Exit codes: 0 it went well, 1 it found a problem, 2 it was called wrongly; 130 after Ctrl-C. A
problem is one line on stderr. Modules are imported when their command runs, so `--help` is quick.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from deskpulse.errors import Misused, Refused
from deskpulse.notices import LogFormat, Notices, ReportForm

app = typer.Typer(
    name="deskpulse",
    help="Support-desk events in, live and exact KPIs and alerts out.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

Form = Annotated[
    LogFormat,
    typer.Option("--log-format", help="How lines on stderr are written.", envvar="DESKPULSE_LOG"),
]
Broker = Annotated[
    str, typer.Option("--broker", help="Kafka's address, HOST:PORT.", envvar="DESKPULSE_KAFKA")
]
Config = Annotated[
    Path | None,
    typer.Option("--config", help="The configuration file.", envvar="DESKPULSE_CONFIG"),
]
At = Annotated[
    str | None, typer.Option("--at", help="As it stood then; default: the last event's time.")
]
Seed = Annotated[int, typer.Option("--seed", help="The same seed, the same floor.")]
Rate = Annotated[
    float, typer.Option("--rate", help="Tickets, calls and chats in the busiest hour.")
]
Incident = Annotated[
    list[str] | None,
    typer.Option("--incident", help="Time of day at which an incident starts; may repeat."),
]

INTERRUPTED = 130
_PIPE_CLOSED = 0  # whoever read stdout has what it wanted


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"deskpulse {version('deskpulse')}")
        raise typer.Exit


@app.callback(epilog="Example: deskpulse demo --for 2m")
def options(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Say the version and end."
        ),
    ] = False,
) -> None:
    """Support-desk events in, live and exact KPIs and alerts out."""


@app.command(epilog="Example: deskpulse import servicenow incidents.csv --out events.jsonl")
def import_(  # named in `_name_import` below: `import` is a keyword
    source: Annotated[str, typer.Argument(help="servicenow or calls-csv.")],
    file: Annotated[Path, typer.Argument(help="The foreign log.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Where the events go; default: stdout.")
    ] = None,
    log_format: Form = LogFormat.CONSOLE,
) -> None:
    """Turn a foreign log into events, as JSON lines.

    The same file gives the same bytes. Rows that cannot be read are named on stderr and left out;
    then the exit code is 1.
    """
    from deskpulse import importing

    _end(importing.run(source, file, out, Notices(log_format)))


app.registered_commands[-1].name = "import"


@app.command(epilog="Example: deskpulse simulate --seed 7 --for 8h --out day.jsonl")
def simulate(
    seed: Seed = 7,
    rate: Rate = 600.0,
    length: Annotated[
        str | None,
        typer.Option("--for", help="Floor time, as 8h; default: without end."),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            "--start",
            help="Floor time of the beginning, or now; default: now to Kafka, else Monday, "
            "2026-01-05T07:00:00Z.",
        ),
    ] = None,
    incident: Incident = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write JSON lines; default: stdout.")
    ] = None,
    broker: Annotated[
        str | None, typer.Option("--broker", help="Send to Kafka at HOST:PORT instead.")
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option("--speed", help="Floor seconds a second; default: 1 to Kafka, else no limit."),
    ] = None,
    log_format: Form = LogFormat.CONSOLE,
) -> None:
    """Play a support floor that never ends: tickets, calls, chats, agents, surveys.

    Reproducible byte for byte from its seed. Duplicates, late events and outages of a source are
    part of it.
    """
    from deskpulse import simulate as simulation

    order = simulation.Order(seed, rate, length, start, tuple(incident or ()), speed)
    _end(simulation.run(order, out, broker, Notices(log_format)))


@app.command(epilog="Example: deskpulse replay events.jsonl --broker 127.0.0.1:9092 --speed 60")
def replay(
    file: Annotated[Path, typer.Argument(help="Events, one JSON object a line.")],
    broker: Broker,
    speed: Annotated[
        float | None,
        typer.Option("--speed", help="Event seconds a second; default: no limit."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", help="Send no later event, and a last heartbeat of this time."),
    ] = None,
    after: Annotated[
        str | None,
        typer.Option("--after", help="Send only later events: goes on where --until ended."),
    ] = None,
    log_format: Form = LogFormat.CONSOLE,
) -> None:
    """Send a file of events into Kafka, in the order of the file.

    Heartbeats go to every partition each second, and once at the end. Lines that are no events are
    named on stderr and left out; then the exit code is 1.
    """
    from deskpulse import replay as replaying

    _end(replaying.run(file, broker, speed, (after, until), Notices(log_format)))


@app.command(epilog="Example: deskpulse demo --speed 60 --for 2m")
def demo(
    port: Annotated[int, typer.Option("--port", help="Of the site; 0 for any free one.")] = 8088,
    seed: Seed = 7,
    speed: Annotated[
        float, typer.Option("--speed", help="Floor seconds a second: 60 is an hour a minute.")
    ] = 60.0,
    rate: Rate = 600.0,
    length: Annotated[
        str | None, typer.Option("--for", help="Wall time, as 2m; default: until Ctrl-C.")
    ] = None,
    events: Annotated[
        Path | None, typer.Option("--events", help="Play this file instead of a floor.")
    ] = None,
    incident: Incident = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the site where there is a display.")
    ] = True,
    log_format: Form = LogFormat.CONSOLE,
) -> None:
    """Show it all at once: a broker, a simulated floor, the real worker, the board.

    Needs no other software (pip install 'deskpulse[demo]'). Ctrl-C ends everything.
    """
    from deskpulse import demo as whole

    order = whole.Order(port, seed, rate, speed, length, events, tuple(incident or ()), browser)
    _end(whole.run(order, Notices(log_format)))


@app.command(epilog="Example: deskpulse worker --config deskpulse.yml")
def worker(
    config: Config = None,
    board: Annotated[
        bool, typer.Option("--board/--no-board", help="Show the whole site as well.")
    ] = True,
    log_format: Form = LogFormat.CONSOLE,
) -> None:
    """Run a worker against Kafka; start as many as there are partitions.

    Addresses and secrets come from the environment: DESKPULSE_KAFKA, DESKPULSE_HTTP_TOKEN …
    """
    from deskpulse import worker as process

    _end(process.work(config, log_format, board=board))


@app.command(epilog="Example: deskpulse board --config deskpulse.yml")
def board(config: Config = None, log_format: Form = LogFormat.CONSOLE) -> None:
    """Run a board alone: it reads what the workers add up to, and shows the whole site."""
    from deskpulse import worker as process

    _end(process.show(config, log_format))


@app.command(epilog="Example: deskpulse report day.jsonl --at 2026-01-05T12:00:00Z")
def report(
    files: Annotated[list[Path], typer.Argument(help="Events, one JSON object a line.")],
    at: At = None,
    config: Config = None,
    form: Annotated[
        ReportForm, typer.Option("--format", help="prometheus: what /metrics would show.")
    ] = ReportForm.TABLE,
    log_format: Form = LogFormat.CONSOLE,
) -> None:
    """Say every metric as it stood at a time, from files of events; no Kafka needed.

    Events up to that time, in any order, by the same code as the live worker. stdout is the report
    alone. Exit code 1 when a file could not be read or held no valid event.
    """
    from deskpulse import report as reporting

    _end(reporting.run(files, at, config, form, Notices(log_format)))


@app.command(epilog="Example: deskpulse explain day.jsonl ticket/35436 --at 2026-01-05T12:00:00Z")
def explain(
    where: Annotated[
        str, typer.Argument(help="A file of events, or the URL of a worker or board.")
    ],
    subject: Annotated[str, typer.Argument(help="ticket/<id>, call/<id> or chat/<id>.")],
    at: At = None,
    config: Config = None,
    log_format: Form = LogFormat.CONSOLE,
) -> None:
    """Tell the time ledger of one ticket, call or chat: every clock, pause, verdict, and why."""
    from deskpulse import explain as explaining

    _end(explaining.run(where, subject, at, config, Notices(log_format)))


@app.command(epilog="Example: deskpulse check deskpulse.yml")
def check(
    file: Annotated[
        Path, typer.Argument(help="The configuration file.", envvar="DESKPULSE_CONFIG")
    ] = Path("deskpulse.yml"),
    log_format: Form = LogFormat.CONSOLE,
) -> None:
    """Validate the configuration: file, line, path, what is wrong, what would be right."""
    from deskpulse import check as checking

    _end(checking.run(file, Notices(log_format)))


@app.command(epilog="Example: deskpulse schema config > deskpulse.schema.json")
def schema(
    what: Annotated[str, typer.Argument(help="events or config.")] = "events",
    log_format: Form = LogFormat.CONSOLE,
) -> None:
    """Print the JSON schema of the events or of the configuration."""
    from deskpulse import schema as schemas

    _end(schemas.run(what, Notices(log_format)))


topics = typer.Typer(
    help="Make the topics, or check that they are as they must be.",
    rich_markup_mode=None,
    epilog="Example: deskpulse topics create --broker 127.0.0.1:9092",
)
app.add_typer(topics, name="topics")


@topics.command("create", epilog="Example: deskpulse topics create --broker 127.0.0.1:9092")
def create_topics(
    broker: Broker,
    config: Config = None,
    log_format: Form = LogFormat.CONSOLE,
) -> None:
    """Make the topics that are missing, with the right partitions and cleanup."""
    from deskpulse import topics as topic_list

    _end(topic_list.create(broker, config, Notices(log_format)))


@topics.command("check", epilog="Example: deskpulse topics check --broker 127.0.0.1:9092")
def check_topics(
    broker: Broker,
    config: Config = None,
    log_format: Form = LogFormat.CONSOLE,
) -> None:
    """Say which topics are missing or not as they must be; exit 1 if any is."""
    from deskpulse import topics as topic_list

    _end(topic_list.check(broker, config, Notices(log_format)))


def _end(code: int) -> NoReturn:
    raise typer.Exit(code)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and end the process with its exit code."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: list[str]) -> int:
    """The exit code of a command line; every problem has become one line on stderr."""
    try:
        code = app(arguments or ["--help"], prog_name="deskpulse", standalone_mode=False)
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # typer turns the first into the second
        _forget_stdout()
        return _PIPE_CLOSED
    except (Exception, KeyboardInterrupt) as problem:  # noqa: BLE001 - people get no traceback
        event, sentence, code = _explained(problem)
        notices = Notices(_form_asked_for(arguments))
        for line in sentence.splitlines():
            notices.fail(event, line)
        return code
    if not arguments:
        return Misused.code
    return code if isinstance(code, int) else 0


def _explained(problem: BaseException) -> tuple[str, str, int]:
    """(event, sentence, exit code) of what ended a command."""
    match problem:
        case Refused():
            return "command.refused", str(problem), problem.code
        case KeyboardInterrupt() | typer.Abort():
            return "command.interrupted", "interrupted", INTERRUPTED
        case OSError():
            return "command.refused", os_problem(problem), Refused.code
    if hasattr(problem, "format_message"):  # typer's own: a wrong use of the command line
        return "command.misused", _usage(problem), Misused.code
    if type(problem).__name__ == "ConfigError":  # by name: `--help` must not wait for pydantic
        return "config.invalid", str(problem), Refused.code
    if os.environ.get("DESKPULSE_TRACEBACK"):
        raise problem
    sentence = (
        f"a fault of deskpulse: {type(problem).__name__}: {problem} "
        "(DESKPULSE_TRACEBACK=1 shows where)"
    )
    return "command.failed", sentence, Refused.code


def _form_asked_for(arguments: list[str]) -> LogFormat:
    """The `--log-format` of a command line that may be too wrong to be parsed."""
    words = " ".join(arguments).replace("--log-format=", "--log-format ")
    asked = "--log-format json" in words or os.environ.get("DESKPULSE_LOG") == LogFormat.JSON
    return LogFormat.JSON if asked else LogFormat.CONSOLE


def os_problem(problem: OSError) -> str:
    """`events.jsonl: No such file or directory`: what the system said, about which file."""
    what = problem.strerror or str(problem) or type(problem).__name__
    return f"{problem.filename}: {what}" if problem.filename else what


def _usage(problem: BaseException) -> str:
    told = getattr(problem, "format_message", str)()
    context = getattr(problem, "ctx", None)
    path = getattr(context, "command_path", "deskpulse")
    return f"{' '.join(told.split())} (see {path} --help)"


def _forget_stdout() -> None:
    """Whoever read our stdout is gone: let the interpreter not complain at its end."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
