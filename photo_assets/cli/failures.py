"""Exit codes and messages for the exceptions that end a command.

A message states what happened, to which item, what was done about it, and what the person can do,
in one or two lines, and with a stack trace only with --debug.
"""

import os
import sys
import traceback

import click

from photo_assets.cli.session import POSTGRES_VARIABLE, SESSION
from photo_assets.cli.terminal import say, shown
from photo_assets.model.errors import ExitCode, PhotoAssetsError


class AttentionError(Exception):
    """Ends a successful command that found something that needs a person."""


def _is_interruption(error: BaseException) -> bool:
    """Return whether a signal ended the command; Dagster has its own exception for this."""
    names = {"DagsterExecutionInterruptedError"}
    return isinstance(error, KeyboardInterrupt | click.Abort) or type(error).__name__ in names


def _is_dagster_database(error: BaseException) -> bool:
    """Return whether Dagster could not reach its PostgreSQL after several attempts."""
    return type(error).__name__ == "DagsterPostgresException"


def _dagster_driver(error: BaseException) -> BaseException | None:
    """Return the driver error of Dagster's database; errors of the ledger have their own types."""
    if not type(error).__module__.startswith("sqlalchemy."):
        return None
    driver: BaseException | None = getattr(error, "orig", None)
    return driver


def exit_code_of(error: BaseException) -> ExitCode:
    """Print what happened to standard error and return the exit code."""
    if SESSION.debug and not isinstance(error, AttentionError | click.exceptions.Exit):
        traceback.print_exception(error, file=sys.stderr)
    match error:
        case AttentionError():
            return ExitCode.ATTENTION
        case _ if _is_interruption(error):
            say(
                "\nInterrupted. Everything stored so far is kept; run the same command again to "
                "continue.",
                error=True,
            )
            return ExitCode.INTERRUPTED
        case click.ClickException():
            return _usage(error)
        case PhotoAssetsError():
            say(f"photosync: {shown(error.message)}", error=True)
            if error.hint:
                say(f"  {shown(error.hint)}", error=True)
            return error.exit_code
        case _ if _is_dagster_database(error):
            say("photosync: Dagster's database does not respond.", error=True)
            say(
                f"  Start it, or correct {POSTGRES_VARIABLE}; without it Dagster uses SQLite.",
                error=True,
            )
            return ExitCode.STORAGE
        case _ if (driver := _dagster_driver(error)) is not None:
            from photo_assets.ledger.database_errors import advice, driver_message

            why = shown(driver_message(driver))[:500]
            say(f"photosync: Dagster's database refused the request: {why}.", error=True)
            dialect = "sqlite" if type(driver).__module__ == "sqlite3" else "postgresql"
            say(f"  Everything stored so far is kept. {advice(dialect, driver)}", error=True)
            return ExitCode.STORAGE
        case BrokenPipeError() | SystemExit():  # click raises this for a closed pipe
            # The reader of a pipe closed it; the rest of the buffer cannot be written.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            return ExitCode.ATTENTION
    return _unknown(error)


def _usage(error: click.ClickException) -> ExitCode:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        say(error.format_message(), error=True)  # `photosync` without arguments: the help text
        return ExitCode.USAGE
    context = error.ctx if isinstance(error, click.UsageError) else None
    where = context.command_path if context else "photosync"
    say(f"photosync: {shown(error.format_message())}", error=True)
    say(f"  `{where} --help` lists its arguments.", error=True)
    return ExitCode.USAGE


def _unknown(error: BaseException) -> ExitCode:
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    say(f"photosync: an unexpected error: {shown(what)[:500]}", error=True)
    if not SESSION.debug:
        say("  Your catalogs were only read. Run again with --debug to see where.", error=True)
    return ExitCode.INTERNAL
