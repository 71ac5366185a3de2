"""Addresses of git repositories in photosync.yaml."""

import pytest

from photo_assets.configuration.git_remote import is_local, require_remote


@pytest.mark.parametrize(
    "address",
    [
        "https://me:secret@example.org/h.git",
        "https://ghp_token@example.org/h.git",
        "HTTPS://ghp_token@example.org/h.git",
        "Http://tok@example.org/h.git",
        "https://example.org/h.git?access_token=secret",
        "https://example.org/h.git#secret",
        "ssh://git:pw@example.org/h.git",
        "--upload-pack=touch x",
        "-x",
        "ext::sh -c touch% x",
        "",
        " ",
    ],
)
def test_addresses_that_say_a_password_or_an_option_are_refused(address: str) -> None:
    with pytest.raises(ValueError, match="address") as refused:
        require_remote(address)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "git@example.org:me/history.git",
        "ssh://git@example.org:2222/me/history.git",
        "https://example.org/me/history.git",
        "file:///mnt/nas/history.git",
        "/mnt/nas/history.git",
    ],
)
def test_addresses_of_repositories_are_kept(address: str) -> None:
    assert require_remote(address) == address


@pytest.mark.parametrize("address", ["h.git", "./h.git", "~/h.git", "/mnt/a:b/h.git"])
def test_paths_are_local(address: str) -> None:
    assert is_local(address)


@pytest.mark.parametrize("address", ["git@example.org:h.git", "nas:h.git", "file:///mnt/h.git"])
def test_addresses_with_a_scheme_or_a_host_are_not(address: str) -> None:
    assert not is_local(address)
