"""Running the servers of `photosync ui`, and restarting them for another configuration."""

import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from photo_assets.cli.configuration_watch import Change, ConfigurationWatch
from photo_assets.cli.servers import HOST, Servers, running
from photo_assets.cli.terminal import say, shown
from photo_assets.model.errors import ExitCode, PhotoAssetsError
from photo_assets.system.plain_folder import plain_folder
from photo_assets.web.access import Access
from photo_assets.web.serving import PortError, bound

_START_SECONDS = 180.0
_CHECK_SECONDS = 2.0


class ServerEndedError(PhotoAssetsError):
    """One of the servers ended unexpectedly."""

    exit_code = ExitCode.INTERNAL


def serve(home: Path, port: int, review_port: int | None) -> None:
    """Run the servers until a signal, or until one of them ends; then stop all.

    They are restarted if another photosync.yaml takes effect or `data_dir` changes. For other
    changes, the definitions reload (`defs.reloading`). Raises `PortError` if the port is in use,
    `ConfigurationError` for an invalid photosync.yaml at the start, and `ServerEndedError` if a
    server ended unexpectedly. Without `review_port`, the review page is served at the one of
    photosync.yaml, unless that is in use.
    """
    bound(port, "ui").close()
    watch = ConfigurationWatch()
    with signals_received() as received:
        say(f"Starting; the UI will be at http://{HOST}:{port} (Ctrl-C stops it).")
        while not received:
            _make_instance(home)
            review = _review_access(watch, review_port)
            with running(home, port, watch.configuration, review) as servers:
                ended = _watch(servers, watch, received)
            if ended is not None:
                code = servers.processes[ended].returncode
                raise ServerEndedError(
                    f"The {ended} stopped unexpectedly (exit code {code}); the others were "
                    "stopped too.",
                    hint="Its last lines above show why. Run `photosync doctor` to check the "
                    "setup.",
                )
    say("Stopped.")


def _review_access(watch: ConfigurationWatch, port: int | None) -> Access | None:
    """Return the access to the review page; None if its usual port is in use."""
    if port is not None:
        bound(port, "ui", "--review-port").close()
        return Access(port)
    usual = watch.configuration.settings.review_port
    try:
        bound(usual, "ui").close()
    except PortError as error:
        say(f"Without the review page: {error.message} Another: photosync ui --review-port PORT")
        return None
    return Access(usual)


def _make_instance(home: Path) -> None:
    """Create Dagster's databases in one process: two that start at once would conflict."""
    import dagster as dg

    with dg.DagsterInstance.from_config(str(plain_folder(home))) as instance:
        instance.get_runs(limit=1)
        instance.all_instigator_state()


def _watch(servers: Servers, watch: ConfigurationWatch, received: list[int]) -> str | None:
    """Return the name of a process that ended; None after a signal, or to restart all."""
    started, announced, checked = time.monotonic(), False, 0.0
    while not received:
        servers.advance()
        ended = servers.ended()
        if ended is not None:
            return ended
        now = time.monotonic()
        if not announced and (_answers(servers.port) or now - started > _START_SECONDS):
            announced = True
            say(f"Open http://{HOST}:{servers.port}")
            if servers.review is not None:
                say(f"The review page: {servers.review.opening_url}")
        # A change during the start is checked once they have started.
        if announced and now - checked >= _CHECK_SECONDS:
            checked = now
            if not _can_continue(watch):
                return None
        time.sleep(0.25)
    return None


def _can_continue(watch: ConfigurationWatch) -> bool:
    """Check the configuration; return whether the servers can continue."""
    match watch.look():
        case Change.ELSEWHERE:
            file = watch.configuration.file or "the defaults, without a file"
            say(f"The configuration is now {shown(file)}. Restarting with it.")
            return False
        case Change.CONTENT:
            say("photosync.yaml has changed; the UI reloads within a minute.")
        case Change.REFUSED:
            say(f"photosync.yaml has changed and is not valid: {shown(watch.refusal)}")
    return True


@contextmanager
def signals_received() -> Iterator[list[int]]:
    """Yield a list that receives SIGINT, SIGTERM and SIGHUP instead of their default effect."""
    received: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        received.append(number)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    # Signals ignored at the start remain ignored, as SIGHUP by `nohup`.
    heard = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, note) for number in heard}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _answers(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((HOST, port)) == 0
