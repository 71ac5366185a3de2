"""The key of the credentials on the command line: made, kept in a keyring, printed, lost."""

from pathlib import Path

from photo_assets_tests.cli.auth.running import photosync
from photo_assets_tests.cli.running import Project
from photo_assets_tests.sign_in import keyrings
from photo_assets_tests.sign_in.service import KEY


def test_the_first_key_is_kept_in_the_keyring(box: Project, tmp_path: Path) -> None:
    here = {
        "PHOTOSYNC_KEY": "",
        "PYTHON_KEYRING_BACKEND": f"{keyrings.__name__}.FileKeyring",
        keyrings.FILE_VARIABLE: str(tmp_path / "keyring.json"),
    }
    first = photosync(box, "auth", "box_key", stdin=KEY, **here)
    assert first.returncode == 0, first.stderr
    assert "A new key that encrypts your credentials was stored in the keyring." in first.stdout
    assert photosync(box, "auth", "status", **here).stdout.count("ann") == 1
    printed = photosync(box, "auth", "key", **here).stdout.strip()
    elsewhere = photosync(box, "auth", "status", PHOTOSYNC_KEY=printed)
    assert elsewhere.stdout.count("ann") == 1
    (tmp_path / "keyring.json").unlink()  # the key is lost: no new one is made beside the old file
    lost = photosync(box, "auth", "box_key", stdin=KEY, **here)
    assert lost.returncode == 3 and "photosync auth key" in lost.stderr
    told = photosync(box, "auth", "key", **here)
    assert told.returncode == 3
    assert "credentials was encrypted with. If that key is lost, move the file away" in told.stderr
    assert photosync(box, "auth", "key", "--keyring", PHOTOSYNC_KEY=printed).returncode == 3
    back = photosync(box, "auth", "key", "--keyring", **{**here, "PHOTOSYNC_KEY": printed})
    assert back.returncode == 0, back.stderr
    assert photosync(box, "auth", "status", **here).stdout.count("ann") == 1


def test_a_value_that_is_no_key_is_to_be_unset_before_one_is_made(box: Project) -> None:
    told = photosync(box, "auth", "key", PHOTOSYNC_KEY="hunter2")
    assert told.returncode == 3
    assert "Unset PHOTOSYNC_KEY, and run:" in " ".join(told.stderr.split())


def test_without_a_keyring_a_new_key_is_printed_and_works(box: Project) -> None:
    refused = photosync(box, "auth", "box_key", stdin=KEY, PHOTOSYNC_KEY="")
    assert refused.returncode == 3
    assert refused.stderr.count("\n") == 2
    assert "There is no key to encrypt credentials with" in refused.stderr
    assert "photosync auth key`, and set PHOTOSYNC_KEY" in refused.stderr
    made = photosync(box, "auth", "key", PHOTOSYNC_KEY="")
    assert len(made.stdout.strip()) == 44
    works = photosync(box, "auth", "box_key", stdin=KEY, PHOTOSYNC_KEY=made.stdout.strip())
    assert works.returncode == 0
