"""A worker of another version of the package: no file is recorded as failed because of it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.system.child_python import PACKAGE_ROOT
from photo_assets_tests.identity.fingerprints.material import item_of, photo, rows, run
from photo_assets_tests.repetition import cases
from photo_assets_tests.time_limit import PATIENCE_S

_WORKER = Path("photo_assets/identity/fingerprints/worker.py")
_STUB = """
import json, struct, sys
frame = json.dumps({"type": "ready"}).encode()
sys.stdout.buffer.write(struct.pack(">I", len(frame)) + frame)
sys.stdout.buffer.flush()
sys.stdin.buffer.read()
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Another checkout of the package, which a test may edit."""
    folder = tmp_path / "checkout"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE_ROOT / "photo_assets", folder / "photo_assets", ignore=ignored)
    return folder


def test_another_checkout_in_the_current_folder_is_not_used(
    checkout: Path, tmp_path: Path, cache: FingerprintCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = tmp_path / "started"
    (checkout / _WORKER).write_text(f"open({str(started)!r}, 'w').close()\n{_STUB}")
    monkeypatch.chdir(checkout)
    found = rows(run([item_of(photo(tmp_path, "a.jpg", 1), "a")], cache))
    assert found["a"]["status"] == "ok"
    assert not started.exists()


_UPDATED = """
import json, sys
from pathlib import Path
from photo_assets.identity.fingerprints.options import FingerprintOptions
from photo_assets.identity.fingerprints.run import fingerprint_items
from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.model.errors import PhotoAssetsError
from photo_assets_tests.identity.fingerprints.material import item_of, table_of

folder, worker, text = map(Path, sys.argv[1:])
cache = FingerprintCache(folder / "updated.sqlite")
items = table_of(item_of(path, path.name) for path in folder.glob("*.jpg"))
fingerprint_items(items.slice(0, 1), cache, FingerprintOptions(threads=1))
worker.write_bytes(text.read_bytes())
try:
    fingerprint_items(items, cache, FingerprintOptions(threads=1))
except PhotoAssetsError as error:
    print(json.dumps([str(error), error.hint]))
"""


CHANGES = {
    "reply": ('"type": "part"', '"kind": "part"'),
    "job": ('job["parts"]', 'job["left"]'),
    "setup": ("Setup(**message)", "Setup(**message, more=1)"),
    "comment": ('"""Serve jobs', '"""Process jobs'),
    "half installed": ("import hashlib", "import hashlib, absent_library"),
    "not checked": ('if message.pop("protocol", None) != PROTOCOL:', "if False:"),
    "no version": (None, _STUB),
}


@pytest.mark.parametrize("change", cases(CHANGES, ["reply", "half installed", "no version"]))
def test_an_update_during_a_run_is_an_error_of_the_run(
    checkout: Path, tmp_path: Path, change: str
) -> None:
    before, after = CHANGES[change]
    photos = tmp_path / "photos"
    for n in range(3):
        photo(photos, f"{n}.jpg", n)
    worker, text = checkout / _WORKER, tmp_path / "worker.py"
    now = worker.read_text()
    text.write_text(after if before is None else now.replace(before, after))
    assert text.read_text() != now
    tests = tmp_path / "tests"
    tests.mkdir()
    (tests / "photo_assets_tests").symlink_to(PACKAGE_ROOT / "photo_assets_tests")
    program = f"import sys; sys.path[:0] = {[str(checkout), str(tests)]}\n{_UPDATED}"
    done = subprocess.run(
        [sys.executable, "-P", "-c", program, photos, worker, text],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stderr
    said, hint = json.loads(done.stdout)
    assert "photo_assets was changed" in said
    assert "Restart `photosync ui`" in hint
    # The program's own package continues with the file that was finished, and reads the others.
    cache = FingerprintCache(photos / "updated.sqlite")
    result = run([item_of(path, path.name) for path in sorted(photos.glob("*.jpg"))], cache)
    assert (result.cached, result.computed, result.failed, result.undecodable) == (1, 2, 0, 0)
    cache.close()
