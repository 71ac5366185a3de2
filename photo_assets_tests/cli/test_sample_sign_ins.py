"""After `demo`, every command reads the sample's sign-ins, whatever key the person's own have."""

import os
from dataclasses import replace

import pytest

from photo_assets.cli.sample_services import use_sample_key
from photo_assets.library import open_workspace
from photo_assets.sign_in.errors import KEY_VARIABLE
from photo_assets.sign_in.keys import new_key
from photo_assets_tests.cli.running import Project


@pytest.mark.parametrize("own", ["", new_key()], ids=["no key", "another key"])
def test_status_and_auth_status_need_no_key_for_the_sample(
    project: Project, monkeypatch: pytest.MonkeyPatch, own: str
) -> None:
    sample = project.home / "data" / "sample"
    sample.mkdir(parents=True)
    configuration = sample / "photosync.yaml"
    configuration.write_text("data_dir: ../demo\ncatalogs: {flickr: {mara: {}}}\n")
    with monkeypatch.context() as patch:
        patch.setenv(KEY_VARIABLE, "")
        use_sample_key()
        store = open_workspace(configuration).credentials
        values = {"kind": "oauth1", "endpoint": "https://api.flickr.com", "account": "mara"}
        store.write("flickr", "mara", {**values, "token": "t", "token_secret": "s", "scopes": []})
        assert os.environ[KEY_VARIABLE] != own
    person = replace(
        project,
        variables={KEY_VARIABLE: own, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"},
    )
    for command in (["status"], ["auth", "status"]):
        done = person.run_here(*command)
        assert KEY_VARIABLE not in done.stdout + done.stderr, command
        assert "decrypt" not in done.stdout + done.stderr, command
    # The person's own catalogs are not concerned.
    person.configure("catalogs: {flickr: {mine: {}}}\n")
    told = person.run_here("auth", "status").stdout
    assert "flickr/mine" in told
