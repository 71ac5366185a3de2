"""The encrypted file: private, durable, never overwritten with another key, one writer at a time."""

import json
import os
import random
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from photo_assets.model.errors import ConfigurationError, StorageError
from photo_assets.sign_in.credentials import CredentialStore
from photo_assets.sign_in.errors import KEY_VARIABLE, KeyMissingError, WrongKeyError
from photo_assets.sign_in.keys import Key, find_key, new_key
from photo_assets_tests.time_limit import PATIENCE_S
from photo_assets_tests.without import lacking

SECRET = "1//0-hunter2-secret"
VALUES = {"kind": "oauth2", "refresh_token": SECRET}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_written_is_read_and_forgotten(store: CredentialStore) -> None:
    assert store.read("flickr", "main") is None
    store.write("flickr", "main", VALUES)
    store.write("flickr", "other", {"token": "b"})
    assert store.read("flickr", "main") == VALUES
    assert store.catalogs() == [("flickr", "main"), ("flickr", "other")]
    store.forget("flickr", "main")
    store.forget("flickr", "main")
    assert store.read("flickr", "main") is None
    assert store.read("flickr", "other") == {"token": "b"}


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_the_file_is_the_owners_alone_and_shows_nothing(store: CredentialStore, umask: int) -> None:
    before = os.umask(umask)
    try:
        store.write("flickr", "main", VALUES)
    finally:
        os.umask(before)
    assert mode(store.file) == 0o600
    content = store.file.read_bytes()
    for text in (SECRET, "flickr", "refresh_token"):
        assert text.encode() not in content
    for path in store.file.parent.rglob("*"):
        assert path.is_dir() or SECRET.encode() not in path.read_bytes()


def test_a_restored_file_becomes_private_again(store: CredentialStore) -> None:
    store.write("flickr", "main", VALUES)
    store.file.chmod(0o644)
    assert store.read("flickr", "main") == VALUES
    assert mode(store.file) == 0o600


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text())))
def test_any_values_come_back(store: CredentialStore, values: dict[str, object]) -> None:
    store.write("smugmug", "main", values)
    assert store.read("smugmug", "main") == values


def test_another_key_is_an_error_and_the_file_stays(
    store: CredentialStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write("flickr", "main", VALUES)
    before = store.file.read_bytes(), store.file.stat().st_mtime_ns
    monkeypatch.setenv(KEY_VARIABLE, new_key())
    for use in (
        lambda: store.read("flickr", "main"),
        lambda: store.write("flickr", "main", {"token": "new"}),
        lambda: store.write("smugmug", "main", {"token": "new"}),
        lambda: store.forget("flickr", "main"),
        lambda: store.catalogs(),
    ):
        with pytest.raises(WrongKeyError, match="not changed") as wrong:
            use()
        assert KEY_VARIABLE in str(wrong.value)
        assert os.environ[KEY_VARIABLE] not in str(wrong.value)
    assert (store.file.read_bytes(), store.file.stat().st_mtime_ns) == before


@pytest.mark.parametrize("damage", ["empty", "half", "bit", "text"])
def test_a_damaged_file_is_an_error_and_stays(store: CredentialStore, damage: str) -> None:
    store.write("flickr", "main", VALUES)
    content = store.file.read_bytes()
    damaged = {
        "empty": b"",
        "half": content[: len(content) // 2],
        "bit": content[:50] + bytes([content[50] ^ 1]) + content[51:],
        "text": b'{"flickr/main": {}}',
    }[damage]
    store.file.write_bytes(damaged)
    with pytest.raises(WrongKeyError, match="is damaged"):
        store.read("flickr", "main")
    with pytest.raises(WrongKeyError):
        store.write("flickr", "main", VALUES)
    assert store.file.read_bytes() == damaged


def test_without_a_key_nothing_is_written(
    store: CredentialStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(KEY_VARIABLE)
    assert store.read("flickr", "main") is None, "a store without a file needs no key"
    with pytest.raises(KeyMissingError):
        store.write("flickr", "main", VALUES)
    assert not store.file.exists()


def test_a_newer_file_is_not_changed(store: CredentialStore, key: str) -> None:
    from cryptography.fernet import Fernet

    store.file.parent.mkdir()
    content = Fernet(key).encrypt(json.dumps({"version": 2, "more": []}).encode())
    store.file.write_bytes(content)
    with pytest.raises(StorageError, match="newer version"):
        store.write("flickr", "main", VALUES)
    assert store.file.read_bytes() == content


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StorageError):
        CredentialStore(tmp_path / "data" / "credentials", find_key).write("a", "b", VALUES)


def test_without_cryptography_the_extra_is_named(store: CredentialStore, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from photo_assets.sign_in.credentials import CredentialStore\n"
        "from photo_assets.sign_in.keys import find_key\n"
        "store = CredentialStore(Path(sys.argv[1]), find_key)\n"
        "assert store.read('a', 'b') is None\n"
        "store.write('a', 'b', {})"
    )
    folder = lacking(tmp_path / "lacking", "cryptography")
    done = subprocess.run(
        [sys.executable, "-c", program, str(store.file)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([folder, *sys.path])},
        capture_output=True,
        text=True,
    )
    assert f"{ConfigurationError.__name__}: The package cryptography" in done.stderr
    assert "photo_assets[sign-in]" in done.stderr


# Each step of a write, as `photo_assets.system.durable` makes them; before and after it.
_KILLED = """
import os, signal, sys
from pathlib import Path
from photo_assets.sign_in.credentials import CredentialStore
from photo_assets.sign_in.keys import find_key

file, wanted = Path(sys.argv[1]), int(sys.argv[2])
count = 0

def watched(real):
    def call(*arguments, **options):
        global count
        for do in (lambda: None, lambda: real(*arguments, **options)):
            result = do()
            count += 1
            if count == wanted:
                os.kill(os.getpid(), signal.SIGKILL)
        return result
    return call

import fcntl
for module, name in ((os, "open"), (os, "fsync"), (os, "replace"), (fcntl, "flock")):
    setattr(module, name, watched(getattr(module, name)))
CredentialStore(file, find_key).write("flickr", "main", {"token": "new"})
"""


def test_killed_at_every_step_the_old_or_the_new_content_is_there(store: CredentialStore) -> None:
    outcomes = []
    for step in range(1, 100):
        store.write("flickr", "main", {"token": "old"})
        done = subprocess.run([sys.executable, "-c", _KILLED, str(store.file), str(step)])
        values = store.read("flickr", "main")
        assert values is not None
        outcomes.append(values["token"])
        assert store.read("smugmug", "x") is None
        assert mode(store.file) == 0o600
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
    assert outcomes[0] == "old" and outcomes[-1] == "new"
    assert outcomes == sorted(outcomes, reverse=True), "old until a step, new from it on"
    assert 10 < len(outcomes) < 99


_WRITER = """
import sys
from pathlib import Path
from photo_assets.sign_in.credentials import CredentialStore
from photo_assets.sign_in.keys import find_key

store = CredentialStore(Path(sys.argv[1]), find_key)
name = sys.argv[2]
print("ready", flush=True)
for n in range(int(sys.argv[3])):
    store.write("flickr", name, {"n": n, "filling": "x" * 5000})
"""


def _writer(file: Path, name: str, times: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(file), name, str(times)],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_killed_while_writing_no_entry_of_another_catalog_is_lost(store: CredentialStore) -> None:
    store.write("smugmug", "main", VALUES)
    chance = random.Random(3)
    for _ in range(8):
        with _writer(store.file, "main", 10**9) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(chance.uniform(0.001, 0.03))
            writer.kill()
        assert store.read("smugmug", "main") == VALUES
        values = store.read("flickr", "main")
        assert values is None or values["filling"] == "x" * 5000
    store.write("flickr", "main", {"n": -1})  # no lock is left behind


def test_processes_that_write_at_once_lose_nothing(store: CredentialStore) -> None:
    writers = [_writer(store.file, f"c{n}", 20) for n in range(4)]
    for writer in writers:
        writer.communicate(timeout=PATIENCE_S)
        assert writer.returncode == 0
    assert [(store.read("flickr", f"c{n}") or {}).get("n") for n in range(4)] == [19] * 4


def test_the_key_is_not_in_its_representation() -> None:
    key = Key(new_key(), KEY_VARIABLE)
    assert key.text not in repr(key)
