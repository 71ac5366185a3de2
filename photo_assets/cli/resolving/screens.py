"""Where questions are shown and keys are read: a terminal, or lines of text for scripts."""

import os
import select
import sys
import termios
import tty
from collections.abc import Iterable
from typing import Protocol

import click

from photo_assets.cli.terminal import say

_NEXT, _PREVIOUS = ("\x1b[B", "\x1b[C"), ("\x1b[A", "\x1b[D")  # the arrow keys
_END = ("", "\x04")
_LONGEST = 3  # bytes of an arrow key
_ESCAPE_S = 0.05  # the rest of an arrow key follows its first byte within this time
_CLEAR = "\x1b[2J\x1b[3J\x1b[H"


class Screen(Protocol):
    """Shows lines, and reads what a person chooses."""

    def show(self, lines: Iterable[str]) -> None:
        """Show a question in place of the one before."""

    def tell(self, line: str) -> None:
        """Show one more line, which stays until the question after the next key."""

    def explain(self, lines: Iterable[str]) -> None:
        """Show lines that are no longer there at the next question."""

    def mark(self, text: str) -> str:
        """Return a piece of a line so that it stands out, as far as that is possible."""

    def key(self, line: str) -> str:
        """Return the next key in capitals, `Q` at the end of the input; `line` names the keys."""

    def text(self, prompt: str, draft: str) -> str | None:
        """Return the text that a person typed, starting from `draft`; None if they gave up."""


class Terminal:
    """Single keys on a terminal, and texts in $VISUAL, $EDITOR or on one line."""

    def __init__(self) -> None:
        self._told = ""

    def show(self, lines: Iterable[str]) -> None:
        """As `Screen.show`; the line that was told last stays above the question."""
        sys.stdout.write(_CLEAR)
        if self._told:
            say(f"{self._told}\n")
        self._told = ""
        self.explain(lines)

    def tell(self, line: str) -> None:
        """As `Screen.tell`."""
        self._told = line
        say(line)

    def explain(self, lines: Iterable[str]) -> None:
        """As `Screen.explain`."""
        for line in lines:
            say(line)

    def mark(self, text: str) -> str:
        """As `Screen.mark`."""
        return click.style(text, underline=True)

    def key(self, line: str) -> str:
        """As `Screen.key`."""
        sys.stdout.write(f"\n{line}\n")
        sys.stdout.flush()
        pressed = _pressed(sys.stdin.fileno())
        if pressed in _NEXT:
            return "J"
        if pressed in _PREVIOUS:
            return "K"
        return "Q" if pressed in _END else pressed.upper()

    def text(self, prompt: str, draft: str) -> str | None:
        """As `Screen.text`."""
        if draft and (os.environ.get("VISUAL") or os.environ.get("EDITOR")):
            edited = click.edit(draft)
            return None if edited is None else edited.strip()
        import readline

        readline.set_startup_hook(lambda: readline.insert_text(" ".join(draft.split("\n"))))
        try:
            return input(f"{prompt}: ").strip() or None
        except (EOFError, KeyboardInterrupt):
            say()
            return None
        finally:
            readline.set_startup_hook()


def _pressed(terminal: int) -> str:
    """Return the next key, or the sequence of an arrow key; empty when the terminal is gone.

    Keys that were pressed before are not lost, unlike with `click.getchar`, which empties the
    terminal's buffer.
    """
    before = termios.tcgetattr(terminal)
    tty.setcbreak(terminal, termios.TCSADRAIN)
    try:
        found = os.read(terminal, 1)
        while found and found[:1] == b"\x1b" and len(found) < _LONGEST:
            if not select.select([terminal], [], [], _ESCAPE_S)[0]:
                break
            found += os.read(terminal, 1)
        while len(found) < _LONGEST and not _whole(found):
            found += os.read(terminal, 1)
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
    return found.decode(errors="replace")


def _whole(found: bytes) -> bool:
    """Return whether the bytes are a whole character; they may be the beginning of one."""
    try:
        found.decode()
    except UnicodeDecodeError as error:
        return error.end < len(found) or error.reason != "unexpected end of data"
    return True


class Lines:
    """Lines in, lines out: a key, and after it the text for `C` and `T` if there is one."""

    def __init__(self) -> None:
        self._rest = ""

    def show(self, lines: Iterable[str]) -> None:
        """As `Screen.show`."""
        self.explain(lines)

    def tell(self, line: str) -> None:
        """As `Screen.tell`."""
        say(line)

    def explain(self, lines: Iterable[str]) -> None:
        """As `Screen.explain`."""
        for line in lines:
            say(line)

    def mark(self, text: str) -> str:
        """As `Screen.mark`: scripts get the text as it is."""
        return text

    def key(self, line: str) -> str:
        """As `Screen.key`."""
        say(line)
        typed = sys.stdin.readline()
        if not typed:
            return "Q"
        key, _, self._rest = typed.strip().partition(" ")
        return key.upper()

    def text(self, prompt: str, draft: str) -> str | None:
        """As `Screen.text`: what followed the key, else the draft."""
        return self._rest.strip() or draft or None
