"""The walk of one photo from its catalog row to its fingerprint row: modules and changes of form.

    python -m photo_assets_tests.bench.walk [COMMIT]

One JPEG is discovered, and the month of its catalog row is fingerprinted, while every executed line
of the run and of its worker is recorded. The walk is the executed code of `identity` and of the
room of file contents; parsers, decoders and storage are what it calls. A change of form is an
executed line that makes an instance of a data class, a dictionary with named values, a table, JSON
or rows of one of these out of another. The same rules count any commit.
"""

import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from photo_assets_tests.bench.against.commit import ROOT, take_out

_TRACER = """
import atexit, json, os, sys, threading

CODE, OUT = os.environ["WALK_CODE"], os.environ["WALK_OUT"]
lines = set()

def line(frame, event, arg):
    if event == "line":
        lines.add((frame.f_code.co_filename, frame.f_lineno))
    return line

def worker(frame, event, arg):
    if frame.f_code.co_name == "main" and frame.f_code.co_filename.endswith("/worker.py"):
        start()
        return line

def call(frame, event, arg):
    code, caller = frame.f_code, frame.f_back
    importing = caller is not None and caller.f_code.co_name == "<module>"
    if code.co_flags & 1 and code.co_filename.startswith(CODE) and not importing:
        return line

def start():
    sys.settrace(call)
    threading.settrace(call)

def save():
    with open(os.path.join(OUT, f"{os.getpid()}.json"), "w") as file:
        json.dump(sorted(lines), file)

atexit.register(save)
if sys.argv[:1] == ["-m"] and "discover" not in sys.argv:
    sys.settrace(worker)
"""
_PROGRAM = """
import sys, threading, sitecustomize
from photo_assets.cli.main import main
from photo_assets.identity.monthly import MonthMaker

make = MonthMaker.make

def traced(self, month):
    sitecustomize.start()
    try:
        return make(self, month)
    finally:
        sys.settrace(None)
        threading.settrace(None)

MonthMaker.make = traced
main()
"""
_WALK = (
    "photo_assets/identity/",
    "photo_assets/media/content",
    "photo_assets/thumbnails",
    "photo_assets/system/file_state",
    # Where these were in earlier versions.
    "photo_assets/store/content",
    "photo_assets/store/fingerprint",
    "photo_assets/store/derived_sqlite",
    "photo_assets/store/thumbnail",
    "photo_assets/store/file_state",
)
_DECODES = ("decoder", "jpeg_", "image_data", "rgb_", "tiff_", "color_", "drawing", "pictures",
            "samples", "animation", "perceptual", "byte_codecs", "jxl_", "exiftool", "hashing")  # fmt: skip
_CONVERTERS = frozenset(
    {"asdict", "astuple", "dumps", "loads", "to_pylist", "from_pylist", "from_json", "to_json"}
)


_NOT_OF_PHOTO = (
    "monthly.py",  # footers and counts of the month
    "conditions.py",
    "options.py",
    "asdict(setup)",
    "os.environ",
    "child_environment",
    "'exhausted'",
    "'ready'",
    "cls(f'{limits}",
)
"""What marks a line that matches the rules and concerns the run."""
_OF_RUN = frozenset(
    {"Setup", "ThumbnailTree", "FingerprintRun", "FingerprintProgress", "MonthMade", "Conditions"}
)
"""Data classes of a whole run, not of one photo."""


@dataclass(frozen=True, slots=True)
class Walk:
    """The executed modules, and the changes of form as `module:line: expression`."""

    modules: tuple[str, ...]
    changes: tuple[str, ...]


def measure(code: Path, scratch: Path) -> Walk:
    """Fingerprint one photo with the program in the folder `code`; return its walk."""
    (scratch / "photos").mkdir()
    (scratch / "out").mkdir()
    Image.effect_noise((64, 48), 80).convert("RGB").save(scratch / "photos" / "a.jpg")
    (scratch / "sitecustomize.py").write_text(_TRACER)
    home = scratch / "home"
    home.mkdir()
    for name in ("dagster.yaml", "workspace.yaml"):
        shutil.copy(code / name, home)
    (home / "photosync.yaml").write_text(
        "catalogs: {folders: {one: "
        f"{{path: {json.dumps(str(scratch / 'photos'))}, settle_seconds: 0}}}}}}\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", _PROGRAM, "discover"],
        cwd=home,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(code), str(scratch)]),
            "WALK_CODE": str(code),
            "WALK_OUT": str(scratch / "out"),
            "HOME": str(scratch),
        },
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    executed: dict[str, set[int]] = {}
    for file in (scratch / "out").glob("*.json"):
        for name, line in json.loads(file.read_text()):
            executed.setdefault(os.path.relpath(name, code), set()).add(line)
    walked = {name: lines for name, lines in executed.items() if _is_walk(code / name, code)}
    defining = [path for path in (code / "photo_assets").rglob("*.py") if _is_walk(path, code)]
    records = {name for path in defining for name in _records(path)} - _OF_RUN
    changes = [
        f"{name}:{line}: {text}"
        for name, lines in sorted(walked.items())
        for line, text in _changes(code / name, lines, records)
        if not any(word in f"{name} {text}" for word in _NOT_OF_PHOTO)
    ]
    return Walk(tuple(sorted(walked)), tuple(changes))


def _is_walk(path: Path, code: Path) -> bool:
    name = os.path.relpath(path, code)
    return name.startswith(_WALK) and not any(word in path.name for word in _DECODES)


def _records(path: Path) -> Iterator[str]:
    """Yield the names of the data classes defined in a module."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ClassDef):
            marks = [*node.decorator_list, *node.bases]
            if any(word in ast.unparse(mark) for mark in marks for word in ("dataclass", "Tuple")):
                yield node.name


def _changes(path: Path, lines: set[int], records: set[str]) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.expr) and node.lineno in lines and _is_change(node, records):
            yield node.lineno, ast.unparse(node).splitlines()[0][:100]


def _is_change(node: ast.expr, records: set[str]) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in records or name in _CONVERTERS or name == "cls"
        case ast.Dict(keys=keys):
            return len(keys) > 1
        case ast.DictComp():
            return True
    return False


def main() -> None:
    """Print the walk of this checkout, or of a commit."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        code = take_out(sys.argv[1], scratch / "code") if sys.argv[1:] else ROOT
        (scratch / "walk").mkdir()
        walk = measure(code, scratch / "walk")
    print(f"{len(walk.modules)} modules, {len(walk.changes)} changes of form")
    print(*walk.modules, *walk.changes, sep="\n")


if __name__ == "__main__":
    main()
