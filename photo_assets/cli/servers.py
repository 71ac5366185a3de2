"""The processes of `photosync ui`: a code server, the webserver and daemon that use it, the page.

With separate code servers, as with `python_module` in a workspace file, the daemon would restart
its own every minute. Supervising the processes is in `serving`.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from photo_assets.cli.session import CONFIG_VARIABLE, HOME_VARIABLE
from photo_assets.configuration.loading import Configuration
from photo_assets.instance import STATE_VARIABLE
from photo_assets.model.errors import ConfigurationError
from photo_assets.system.child_python import PACKAGE_ROOT, child_environment, module_command
from photo_assets.system.plain_folder import plain_folder
from photo_assets.web.access import Access

HOST = "127.0.0.1"
_GRACE_SECONDS = 20.0
_MODULE, _LOCATION = "photo_assets.definitions", "photo_assets"
_WORKSPACE = "load_from:\n  - grpc_server: {{socket: {socket}, location_name: {location}}}\n"


@dataclass(slots=True)
class Servers:
    """The processes by name. `folder` has the code server's socket, private to this account.

    Without `review`, the review page is not served.
    """

    home: Path
    port: int
    folder: Path
    environment: dict[str, str]
    review: Access | None = None
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def socket(self) -> Path:
        """The socket of the code server."""
        return self.folder / "code"

    def advance(self) -> None:
        """Start the code server or, once it responds, the webserver and the daemon."""
        if not self.processes:
            # Dagster imports the module from the folder named by -d before any other.
            served = ["-m", _MODULE, "-d", str(PACKAGE_ROOT), "--location-name", _LOCATION]
            listening = ["-s", str(self.socket), "--log-level", "warning"]
            self._start(
                "code server", _program("dagster"), "code-server", "start", *served, *listening
            )
        elif len(self.processes) == 1 and self._code_answers():
            workspace = self.folder / "workspace.yaml"
            workspace.write_text(_WORKSPACE.format(socket=self.socket, location=_LOCATION))
            ours = module_command("photo_assets.cli.webserver", HOST, str(self.port))
            self._start("webserver", *ours, str(workspace))
            self._start("daemon", _program("dagster-daemon"), "run", "-w", str(workspace))
            if self.review is not None:
                ports = (str(self.review.port), str(self.port))
                page = module_command("photo_assets.cli.reviewing", *ports)
                # Arguments of programs are visible to everybody on the machine.
                self._start("review page", *page, given=self.review.token)

    def ended(self) -> str | None:
        """Return the name of a process that ended unexpectedly, or None if all run."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                return name
        return None

    def _start(self, name: str, *command: str, given: str | None = None) -> None:
        """Start a process; `given` is its standard input, otherwise this process's."""
        # Own sessions: the terminal's Ctrl-C reaches only this process, which forwards it. Their
        # logs go to standard error; standard output is for the messages of this command.
        process = subprocess.Popen(
            command,
            cwd=self.home,
            env=self.environment,
            start_new_session=True,
            stdin=None if given is None else subprocess.PIPE,
            stdout=2,
        )
        self.processes[name] = process
        if given is not None and process.stdin is not None:
            with contextlib.suppress(BrokenPipeError), process.stdin as stream:
                stream.write(given.encode())

    def _code_answers(self) -> bool:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(0.2)
            return probe.connect_ex(str(self.socket)) == 0


@contextmanager
def running(
    home: Path, port: int, configuration: Configuration, review: Access | None = None
) -> Iterator[Servers]:
    """Provide servers for one configuration; at the end of the block, all are stopped.

    They keep this configuration and the folder of Dagster's state even if photosync.yaml changes: a
    run that searched for its own record elsewhere would fail.
    """
    state = configuration.data_dir / "dagster"
    environment = {
        **child_environment(),
        HOME_VARIABLE: str(plain_folder(home)),
        STATE_VARIABLE: str(state),
    }
    if configuration.file is not None:
        environment[CONFIG_VARIABLE] = str(configuration.file)
    # In /tmp and not in TMPDIR, which may be too long for the path of a socket.
    short = "/tmp" if os.path.isdir("/tmp") else None  # noqa: S108  # mkdtemp makes it for us alone
    with tempfile.TemporaryDirectory(prefix="photosync-", dir=short) as folder:
        servers = Servers(home, port, Path(folder), environment, review)
        try:
            yield servers
        finally:
            _end([*servers.processes.values()])


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


def _program(name: str) -> str:
    """Return the program of this environment, or else the one on PATH."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.is_file() else shutil.which(name)
    if found is None:
        raise ConfigurationError(
            f"{name} is not installed next to {sys.executable}.",
            hint="Install the project again: `make demo` does this.",
        )
    return found
