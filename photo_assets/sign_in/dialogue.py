"""What a flow needs of the person: a place to print, and answers. The terminal is in `cli`."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """How a flow talks to the person.

    `say` prints a line. `ask` returns an answer that is shown while it is typed, `ask_secret` one
    that is not; both return "" where nobody can answer. `open_browser` opens an address, or does
    nothing. `paste`: the browser is on another machine, so the person copies its answer here.
    `wait_s` is the longest wait for the browser, seconds.
    """

    say: Callable[[str], None]
    ask: Callable[[str], str]
    ask_secret: Callable[[str], str]
    open_browser: Callable[[str], None]
    paste: bool = False
    wait_s: float = 300.0
