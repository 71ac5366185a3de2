"""Addresses of services and git repositories in photosync.yaml."""

import re
from typing import Any

import pytest

from photo_assets.configuration.addresses import is_local, require_remote
from photo_assets.library import SETTINGS


def _addresses(schema: Any, name: str = "") -> list[tuple[str, str | None]]:
    """The names of all settings that are addresses of services, and their patterns."""
    if isinstance(schema, list):
        return [one for part in schema for one in _addresses(part, name)]
    if not isinstance(schema, dict):
        return []
    found = [one for key, part in schema.items() for one in _addresses(part, key)]
    is_text = schema.get("type") == "string" and re.search(r"endpoint$|_url$", name)
    if is_text or any(re.search(r"endpoint$|_url$", name) and one.get("type") == "string"
                      for one in schema.get("anyOf", ())):  # fmt: skip
        patterns = [schema.get("pattern"), *(one.get("pattern") for one in schema.get("anyOf", ()))]
        found.append((name, next((one for one in patterns if one), None)))
    return found


@pytest.mark.parametrize(
    ("address", "accepted"),
    [
        ("https://example.org", True),
        ("http://127.0.0.1:9000/api/", True),
        ("https://me:secret@example.org", False),
        ("https://token@example.org/api", False),
        ("https://example.org/?key=secret", False),
        ("https://example.org/#secret", False),
        ("https://exa mple.org", False),
    ],
)
def test_no_address_of_a_service_holds_a_secret(address: str, accepted: bool) -> None:
    found = _addresses(SETTINGS.model_json_schema())
    assert len({name for name, _ in found}) >= 3
    for name, pattern in found:
        assert pattern is not None, name
        assert bool(re.search(pattern, address)) is accepted, name


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
        "ftps://token@example.org/h.git",
        "me:pw@example.org:h.git",
        "example.org:h.git?token=secret",
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
