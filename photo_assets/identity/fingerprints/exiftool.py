"""Image data of formats other than JPEG, through the optional exiftool program.

exiftool reads the open file as its standard input: no file name becomes an argument, so newlines or
leading dashes in names have no effect, and the file is not opened a second time.
"""

import json
import os
import re
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

MINIMUM = (12, 63)
"""The first version with ImageDataHash (exiftool's history file)."""
_VERSION_TIMEOUT_S = 20.0
_OPTIONS = ("-config", "", "-j", "-q", "-api", "ImageHashType=SHA256", "-ImageDataHash", "-")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def find_exiftool(program: Path | None = None) -> Path | None:
    """Return the exiftool to use: `program`, or the one on PATH; None if absent or too old."""
    path = _locate(program)
    return path if path is not None and _version(path) >= MINIMUM else None


def exiftool_status(program: Path | None = None) -> str:
    """Return one readable line: the exiftool in use, or the consequence of its absence."""
    path = _locate(program)
    wanted = ".".join(map(str, MINIMUM))
    consequence = (
        "copies of RAW, HEIC, PNG, TIFF and video files whose metadata was rewritten are then "
        "matched by catalog ids and similarity alone."
    )
    if path is None:
        named = f"{program} is not a program" if program else "exiftool was not found"
        return f"{named}: install exiftool {wanted} or newer; {consequence}"
    version = _version(path)
    text = ".".join(f"{part:02}" if n else str(part) for n, part in enumerate(version))
    if version < MINIMUM:
        return (
            f"{path} is version {text or 'unknown'}, but {wanted} or newer is needed; {consequence}"
        )
    return f"exiftool {text} at {path} hashes the image data of formats other than JPEG."


def hash_image_data(program: Path, descriptor: int, timeout: float) -> bytes | None:
    """Return exiftool's SHA-256 of the image data of the open file, None if it has none.

    `descriptor` is a seekable file. Raises `subprocess.TimeoutExpired` after `timeout` seconds.
    """
    os.lseek(descriptor, 0, os.SEEK_SET)
    done = subprocess.run(
        [str(program), *_OPTIONS],
        stdin=descriptor,
        capture_output=True,
        timeout=timeout,
        check=False,
        env=_environment(),
    )
    try:
        digest = json.loads(done.stdout)[0].get("ImageDataHash", "")
    except (ValueError, LookupError, AttributeError):
        return None
    is_digest = isinstance(digest, str) and _DIGEST.fullmatch(digest)
    return bytes.fromhex(digest) if is_digest else None


def _locate(program: Path | None) -> Path | None:
    found = shutil.which(str(program) if program else "exiftool")
    return Path(found).absolute() if found else None


def _version(path: Path) -> tuple[int, ...]:
    return _version_of(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _version_of(path: Path, _mtime_ns: int) -> tuple[int, ...]:
    try:
        done = subprocess.run(
            [str(path), "-config", "", "-ver"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_VERSION_TIMEOUT_S,
            check=False,
            env=_environment(),
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    match = re.match(rb"(\d+)\.(\d+)", done.stdout)
    return (int(match[1]), int(match[2])) if match else ()


def _environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C", "LANG": "C", "TZ": "UTC"}
