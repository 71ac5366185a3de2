"""Installing the project for the Makefile: `pip install`, and how far it is.

Needs nothing but Python. What pip says is kept back and shown when it fails.
"""

import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterable
from pathlib import Path
from threading import Thread

BETWEEN_LINES = 5.0
"""Seconds, where there is no terminal to write one line over and over."""


def install(arguments: Iterable[str]) -> int:
    """Run `pip install` with the arguments, say once a second what it does; return its code."""
    command = [sys.executable, "-m", "pip", "install", "--progress-bar", "off", *arguments]
    said: list[str] = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as pip:
        assert pip.stdout is not None
        listening = Thread(target=said.extend, args=(pip.stdout,))
        listening.start()
        _show_until_ended(pip, said)
        listening.join()
    if pip.returncode:
        sys.stderr.writelines(said)
    return pip.returncode


def _show_until_ended(pip: "subprocess.Popen[str]", said: list[str]) -> None:
    started, written, before = time.monotonic(), 0.0, _installed()
    terminal = sys.stderr.isatty()
    while True:
        now = time.monotonic()
        if terminal or not written or now - written >= BETWEEN_LINES:
            line = f"Installing, {int(now - started)} s: {_doing(said, before)}"[:79]
            sys.stderr.write(f"\r\x1b[K{line}" if terminal else f"{line}\n")
            sys.stderr.flush()
            written = now
        try:
            pip.wait(1.0)
        except subprocess.TimeoutExpired:
            continue
        sys.stderr.write("\r\x1b[K" if terminal else "")
        sys.stderr.write(
            f"Installed, {int(time.monotonic() - started)} s.\n" * (not pip.returncode)
        )
        return


def _doing(said: list[str], before: int) -> str:
    last = said[-1].strip() if said else "starting pip"
    if not last.startswith("Installing collected packages"):
        return last.partition(" (from ")[0]
    names = last.partition(": ")[2].split(", ")
    return f"{min(_installed() - before, len(names))} of {len(names)} packages"


def _installed() -> int:
    return sum(1 for _ in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))


if __name__ == "__main__":
    sys.exit(install(sys.argv[1:]))
