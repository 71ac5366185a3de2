"""Where questions are shown and keys are read: a terminal, or lines of text for scripts."""

import os
import sys
from collections.abc import Iterable
from typing import Protocol

import click

from photo_assets.cli.terminal import say

_NEXT, _PREVIOUS = ("\x1b[B", "\x1b[C"), ("\x1b[A", "\x1b[D")  # the arrow keys
_CLEAR = "\x1b[2J\x1b[3J\x1b[H"


class Screen(Protocol):
    """Shows lines, and reads what a person chooses."""

    def show(self, lines: Iterable[str]) -> None:
        """Show a question in place of the one before."""

    def tell(self, line: str) -> None:
        """Show one more line, which stays until the question after the next key."""

    def explain(self, lines: Iterable[str]) -> None:
        """Show lines that are no longer there at the next question."""

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

    def key(self, line: str) -> str:
        """As `Screen.key`."""
        sys.stdout.write(f"\n{line}\n")
        sys.stdout.flush()
        try:
            pressed = click.getchar()
        except EOFError:
            return "Q"
        if pressed in _NEXT:
            return "J"
        return "K" if pressed in _PREVIOUS else pressed.upper()

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
