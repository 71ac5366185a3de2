"""Two processes that live and die together: Dagster's webserver and its daemon."""

import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from photo_assets.cli.terminal import say
from photo_assets.model.errors import ConfigurationError, ExitCode, PhotoAssetsError

HOST = "127.0.0.1"
_GRACE_SECONDS = 20.0
_START_SECONDS = 180.0


class ServerEndedError(PhotoAssetsError):
    """The webserver or the daemon ended by itself."""

    exit_code = ExitCode.INTERNAL


class PortError(PhotoAssetsError):
    """Another program listens on the port."""

    exit_code = ExitCode.USAGE


def serve(home: Path, port: int) -> None:
    """Run both until a signal, or until one of them ends; then end both.

    Raises `PortError` when the port is taken and `ServerEndedError` when one ended by itself.
    """
    _require_free(port)
    _make_instance()
    workspace = str(home / "workspace.yaml")
    commands = {
        "dagster-webserver": [_program("dagster-webserver"), "-h", HOST, "-p", str(port)],
        "dagster-daemon": [_program("dagster-daemon"), "run"],
    }
    with _signals() as received:
        processes = {
            # Own sessions: the terminal's Ctrl-C reaches this process alone, which forwards it.
            # What they log goes to standard error; standard output is what this command says.
            name: subprocess.Popen(
                [*command, "-w", workspace], cwd=home, start_new_session=True, stdout=2
            )
            for name, command in commands.items()
        }
        try:
            ended = _watch(processes, port, received)
        finally:
            _end(list(processes.values()))
    if ended is not None:
        code = processes[ended].returncode
        raise ServerEndedError(
            f"{ended} ended by itself (exit code {code}); the other one was ended too.",
            hint="Its last lines above say why. `photosync doctor` may know more.",
        )
    say("Ended.")


def _make_instance() -> None:
    """Let one process make Dagster's databases: two that start at once get in each other's way."""
    import dagster as dg

    with dg.DagsterInstance.get() as instance:
        instance.get_runs(limit=1)
        instance.all_instigator_state()


def _watch(
    processes: dict[str, subprocess.Popen[bytes]], port: int, received: list[int]
) -> str | None:
    """Return the name of the process that ended, None when a signal came first."""
    started, told = time.monotonic(), False
    say(f"Starting; the page will be at http://{HOST}:{port} (Ctrl-C ends it).")
    while not received:
        for name, process in processes.items():
            if process.poll() is not None:
                return name
        if not told and (_answers(port) or time.monotonic() - started > _START_SECONDS):
            told = True
            say(f"Open http://{HOST}:{port}")
        time.sleep(0.25)
    return None


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + _GRACE_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def _signals() -> Iterator[list[int]]:
    received: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        received.append(number)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    # What is ignored from the beginning stays so: `nohup` does that with SIGHUP.
    heard = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, note) for number in heard}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _program(name: str) -> str:
    """Return the program of this very environment, else the one on PATH."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.is_file() else shutil.which(name)
    if found is None:
        raise ConfigurationError(
            f"{name} is not installed beside {sys.executable}.",
            hint="Install the project again: make demo does it.",
        )
    return found


def _require_free(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the webserver does, so that a port in TIME_WAIT counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            other = port + 1 if port < 65535 else 3000
            raise PortError(
                f"Port {port} of {HOST} cannot be used: {error.strerror or error}.",
                hint=f"Choose another one: photosync ui --port {other}",
            ) from error


def _answers(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((HOST, port)) == 0
