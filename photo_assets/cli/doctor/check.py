"""The outcome of a check, and running checks so that a failing one does not stop the others."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from photo_assets.model.errors import PhotoAssetsError


class Level(StrEnum):
    """The level of a check. FAIL: something does not work; WARN: it works with a limitation."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor's output. `fix`: what the person can do."""

    level: Level
    name: str
    text: str
    fix: str | None = None


def ok(name: str, text: str) -> Check:
    """Return a passed check."""
    return Check(Level.OK, name, text)


def warn(name: str, text: str, fix: str) -> Check:
    """Return a check with a warning."""
    return Check(Level.WARN, name, text, fix)


def fail(name: str, text: str, fix: str) -> Check:
    """Return a failed check."""
    return Check(Level.FAIL, name, text, fix)


Checks = Callable[[], Iterable[Check]]


def run_checks(checks: Iterable[tuple[str, Checks]]) -> Iterator[Check]:
    """Yield the outcome of every check; a check that raises counts as failed."""
    for name, check in checks:
        try:
            yield from check()
        except PhotoAssetsError as error:
            yield fail(name, error.message, error.hint or "See docs/cli.md.")
        except Exception as error:
            text = f"the check itself failed: {type(error).__name__}: {error}"
            yield fail(name, text, "Run again with --debug, and report what it prints.")
