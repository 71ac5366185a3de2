"""Where the key comes from: the environment, a real keyring backend, or a sentence that helps."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from photo_assets.sign_in.errors import KEY_VARIABLE, KeyMissingError
from photo_assets.sign_in.keys import find_key, keep_in_keyring, new_key
from photo_assets_tests.sign_in import keyrings
from photo_assets_tests.without import lacking

_KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()


@pytest.fixture(autouse=True)
def no_variable(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.delenv(KEY_VARIABLE)


def use(monkeypatch: pytest.MonkeyPatch, backend: str, folder: Path) -> None:
    import keyring

    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", backend)
    monkeypatch.setenv(keyrings.FILE_VARIABLE, str(folder / "keyring.json"))
    keyring.core._keyring_backend = None


@pytest.fixture
def working(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    use(monkeypatch, f"{keyrings.__name__}.FileKeyring", tmp_path)


def test_the_variable_comes_first(monkeypatch: pytest.MonkeyPatch, working: None) -> None:
    keep_in_keyring(new_key())
    text = new_key()
    monkeypatch.setenv(KEY_VARIABLE, f" {text}\n")
    assert (find_key().text, find_key().origin) == (text, KEY_VARIABLE)


def test_a_key_in_the_keyring_is_found_and_never_replaced(working: None) -> None:
    first = keep_in_keyring(new_key())
    assert find_key() == first
    assert keep_in_keyring(new_key()).text == first.text


@pytest.mark.parametrize(
    ("backend", "why"),
    [
        ("keyring.backends.fail.Keyring", "no keyring that can be used (NoKeyringError)"),
        ("keyring.backends.null.Keyring", "the keyring holds none"),
        (f"{keyrings.__name__}.LockedKeyring", "the keyring is locked"),
        (f"{keyrings.__name__}.BrokenKeyring", "no keyring that can be used (RuntimeError)"),
    ],
)
def test_without_a_usable_keyring_one_sentence_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, backend: str, why: str
) -> None:
    use(monkeypatch, backend, tmp_path)
    kept = why.replace("holds none", "did not keep it")
    for attempt, reason in ((find_key, why), (lambda: keep_in_keyring(new_key()), kept)):
        with pytest.raises(KeyMissingError) as missing:
            attempt()
        assert reason in missing.value.message
        assert missing.value.message.count(". ") == 0
        assert missing.value.hint is not None
        assert "photosync auth key" in missing.value.hint
        assert KEY_VARIABLE in missing.value.hint


@pytest.mark.parametrize("text", ["hunter2", "x" * 44, _KEY[:-4], _KEY + "AAAA", "ä" * 44])
def test_a_value_that_is_no_key_is_not_shown(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(KEY_VARIABLE, text)
    with pytest.raises(KeyMissingError, match="is not a key") as wrong:
        find_key()
    assert text not in str(wrong.value)


def test_without_the_package_the_variable_is_enough(tmp_path: Path) -> None:
    program = "from photo_assets.sign_in.keys import find_key; print(find_key().origin)"
    folder = lacking(tmp_path / "lacking", "keyring")

    def run(**more: str) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([folder, *sys.path])
        return subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": path, **more},
            capture_output=True,
            text=True,
        )

    assert run(**{KEY_VARIABLE: new_key()}).stdout == f"{KEY_VARIABLE}\n"
    assert "the package keyring is not installed" in run().stderr
