"""The outcome of a check, and running checks so that a broken one costs itself alone."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from photo_assets.model.errors import PhotoAssetsError


class Level(StrEnum):
    """How a check went. FAIL: something does not work; WARN: it works and costs something."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor. `fix` is what the person can do."""

    level: Level
    name: str
    text: str
    fix: str | None = None


def ok(name: str, text: str) -> Check:
    """Return a check that went well."""
    return Check(Level.OK, name, text)


def warn(name: str, text: str, fix: str) -> Check:
    """Return a check that a person may want to act on."""
    return Check(Level.WARN, name, text, fix)


def fail(name: str, text: str, fix: str) -> Check:
    """Return a check that says why something cannot work."""
    return Check(Level.FAIL, name, text, fix)


Checks = Callable[[], Iterable[Check]]


def run_checks(checks: Iterable[tuple[str, Checks]]) -> Iterator[Check]:
    """Yield the outcome of every check; one that breaks is a failure and ends only itself."""
    for name, check in checks:
        try:
            yield from check()
        except PhotoAssetsError as error:
            yield fail(name, error.message, error.hint or "See docs/cli.md.")
        except Exception as error:
            text = f"the check itself failed: {type(error).__name__}: {error}"
            yield fail(name, text, "Run again with --debug, and report what it prints.")
