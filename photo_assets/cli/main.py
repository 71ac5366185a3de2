"""`photosync`: the entry point, its commands, and its exit.

Exit codes are those of `model.errors.ExitCode`, documented in docs/cli.md.
"""

import contextlib
import gc
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

import click

from photo_assets import __version__
from photo_assets.cli.commands.ai import ai
from photo_assets.cli.commands.albums import albums
from photo_assets.cli.commands.audit import audit
from photo_assets.cli.commands.auth import auth
from photo_assets.cli.commands.confirm import confirm
from photo_assets.cli.commands.conflicts import conflicts
from photo_assets.cli.commands.copies import copies
from photo_assets.cli.commands.demo import demo
from photo_assets.cli.commands.discover import discover
from photo_assets.cli.commands.doctor import doctor
from photo_assets.cli.commands.duplicates import duplicates
from photo_assets.cli.commands.explain import explain
from photo_assets.cli.commands.fsck import fsck
from photo_assets.cli.commands.history import diff, log
from photo_assets.cli.commands.init import init
from photo_assets.cli.commands.ledger import ledger
from photo_assets.cli.commands.pick import pick
from photo_assets.cli.commands.plan import plan
from photo_assets.cli.commands.replicate import replicate
from photo_assets.cli.commands.report import report
from photo_assets.cli.commands.resolve import resolve
from photo_assets.cli.commands.restore import restore
from photo_assets.cli.commands.review import review
from photo_assets.cli.commands.schema import schema
from photo_assets.cli.commands.search import search
from photo_assets.cli.commands.status import status
from photo_assets.cli.commands.ui import ui
from photo_assets.cli.commands.vault import vault
from photo_assets.cli.commands.verify import verify
from photo_assets.cli.failures import exit_code_of
from photo_assets.cli.program import as_called, program
from photo_assets.cli.session import common_options, prepare_environment
from photo_assets.cli.sink_commands import WithSinks
from photo_assets.model.errors import ExitCode

_HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=WithSinks, context_settings=_HELP)
@click.version_option(__version__, prog_name="photosync")
@common_options
def photosync() -> None:
    """Combine all your photo catalogs into one collection.

    Catalogs are only read. Start with `photosync demo` to look around, or with
    `photosync init` to find your own catalogs.
    """
    prepare_environment()


for _command in (
    init,
    doctor,
    auth,
    pick,
    discover,
    status,
    report,
    confirm,
    conflicts,
    audit,
    ai,
    resolve,
    explain,
    search,
    duplicates,
    albums,
    replicate,
    plan,
    verify,
    vault,
    copies,
    fsck,
    log,
    diff,
    restore,
    ledger,
    demo,
    ui,
    review,
    schema,
):
    photosync.add_command(_command)


def run(arguments: Sequence[str]) -> ExitCode:
    """Run one command line and return its exit code; no exception is raised."""
    try:
        photosync.help = as_called(photosync.help or "")
        result = photosync.main(list(arguments), prog_name=program(), standalone_mode=False)
        sys.stdout.flush()
    except BaseException as error:
        return exit_code_of(error)
    # Outside standalone mode, click returns the code of its own exits (--help: 0).
    return ExitCode(result) if isinstance(result, int) else ExitCode.OK


def main() -> NoReturn:
    """Run `photosync` for the shell."""
    # The default of 700 objects starts 900 collections in a `discover` with nothing to do, most of
    # them of what importing creates and keeps: 15 percent of its processor time.
    gc.set_threshold(100_000, 50, 100)
    _listen_for_signals()
    code = int(run(sys.argv[1:]))
    if code == ExitCode.INTERRUPTED:
        # Threads of native libraries may have been stopped at any point, which sometimes crashed
        # the interpreter's shutdown. Everything to be kept is already on the disk.
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)
    sys.exit(code)


def _listen_for_signals() -> None:
    """End on SIGINT and SIGTERM, or only on SIGTERM if SIGINT was ignored at the start.

    A shell ignores SIGINT for background jobs, which must not end on Ctrl-C for another program.
    SIGINT is then blocked instead of ignored: Dagster gives SIGTERM the disposition of SIGINT
    (`setup_interrupt_handlers`), also in its servers, and no signal could end them.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _terminate)


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
