"""Faults, credentials and permissions: what a person reads, and what stays as it was."""

import logging
from pathlib import Path

import httpx
import pytest
from cryptography.fernet import Fernet

from photo_assets.catalogs.immich.client import READS, ImmichClient
from photo_assets.catalogs.immich.sign_in import SIGN_IN
from photo_assets.service_calls import Policy, RateLimitedCaller
from photo_assets.service_calls.read_list import NotOnReadListError
from photo_assets.sign_in.errors import SignInError
from photo_assets.sign_in.flows import sign_in
from photo_assets.sign_in.protocol import CatalogSignIn
from photo_assets_tests.catalogs.comparing import timeless
from photo_assets_tests.catalogs.immich.account import Account
from photo_assets_tests.catalogs.immich.test_following import fill
from photo_assets_tests.repetition import cases
from photo_assets_tests.services.faults import ALL_KINDS, Fault, FaultKind
from photo_assets_tests.services.immich.server import KEY, ImmichServer
from photo_assets_tests.services.immich.store import EVERYTHING
from photo_assets_tests.sign_in.service import Person


def offline(account: Account) -> str:
    """Return why the catalog could not be read, with the hint."""
    found = account.read()
    assert found.offline is not None
    return found.offline


def test_without_a_key_the_catalog_says_how_to_sign_in(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("IMMICH_API_KEY")
    monkeypatch.setenv("PHOTOSYNC_KEY", Fernet.generate_key().decode())
    assert "photosync auth immich main" in offline(account)
    assert not account.server.log.all()


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({}, ["does not accept the API key", "API Keys"]),
        ({KEY: frozenset({"user.read"})}, ["lacks a permission", "asset.read"]),
        ({KEY: frozenset({"asset.read"})}, ["lacks a permission", "user.read"]),
    ],
)
def test_a_refused_key_is_explained_and_the_rows_stay(
    account: Account, server: ImmichServer, keys: dict[str, frozenset[str]], words: list[str]
) -> None:
    fill(server, 5)
    account.read()
    before = account.rows()
    server.store.keys = keys
    found = account.read(full=True)
    assert found.offline is not None
    assert all(word in found.offline for word in words), found.offline
    assert KEY not in found.offline
    assert account.rows() == before


def test_a_missing_optional_permission_is_named_and_the_rest_is_read(
    account: Account, server: ImmichServer
) -> None:
    server.store.put_album("A", fill(server, 5))
    server.store.keys = {KEY: frozenset(EVERYTHING) - {"album.read", "stack.read"}}
    found = account.read()
    assert found.offline is None
    assert found.accounting.written == 5
    assert found.figures["not_permitted"] == "albums, stacks, the locked folder"


def test_another_address_is_explained(account: Account, server: ImmichServer) -> None:
    wrong = Account(server, account.workspace.data_dir / "other", endpoint=server.base_url + "/no")
    assert "no Immich server" in offline(wrong)


@pytest.mark.parametrize(
    "kind",
    cases(
        [kind for kind in ALL_KINDS if kind is not FaultKind.CONFLICT],
        [  # a stated wait, a status, no reply, half a reply, another body, a late one
            FaultKind.LIMITED_SECONDS,
            FaultKind.INTERNAL,
            FaultKind.DROP_AFTER,
            FaultKind.TRUNCATED,
            FaultKind.OK_HTML,
            FaultKind.SLOW,
        ],
    ),
)
def test_each_fault_once_changes_nothing_in_the_result(
    account: Account, server: ImmichServer, kind: FaultKind
) -> None:
    ids = fill(server, 30)
    server.store.put_album("A", ids[:3])
    for at in (0, 4):
        server.faults.script(*["ok"] * at, Fault(kind, retry_after=0.05, delay=0.05))
        found = account.read(full=True)
        assert found.offline is None, found.offline
        assert found.accounting.written == 30
        server.faults.clear()
    assert sum(row["albums"] != [] for row in account.rows().values()) == 3


def test_a_fifth_of_all_calls_failing_converges_to_the_same_rows(
    server: ImmichServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMMICH_API_KEY", KEY)
    monkeypatch.setattr("photo_assets.catalogs.immich.client.PAGE_SIZE", 20)
    ids = fill(server, 150)
    server.store.put_album("A", ids[:3])
    whole = Account(server, tmp_path / "whole")
    whole.read()
    kinds = ["429_missing", "500", "503", "502_html", "drop_before", "drop_after", "200_html"]
    server.app.faults.clear()
    with httpx.Client(base_url=server.base_url, trust_env=False) as steer:
        chance = {"share": 0.2, "seed": 5, "kinds": kinds, "retry_after": 0.01}
        steer.post("/__faults", json={"chance": chance}).raise_for_status()
        shaken = Account(server, tmp_path / "shaken")
        for _ in range(20):
            if shaken.read().offline is None:
                break
    assert timeless(shaken.rows()) == timeless(whole.rows())


def test_an_outage_leaves_the_catalog_offline_with_its_rows_and_a_reason(
    account: Account, server: ImmichServer
) -> None:
    fill(server, 5)
    account.read()
    server.faults.script(*["503"] * 50)
    said = offline(account)
    assert "503" in said
    assert len(account.rows()) == 5


def test_nothing_but_reads_leaves_the_program(account: Account, server: ImmichServer) -> None:
    ids = fill(server, 30)
    server.store.put_album("A", ids[:3])
    server.store.put_tag("t", ids[:3])
    account.read()
    server.store.trash(ids[0])
    account.probe()
    account.read()
    sent = {(one.method, one.path) for one in server.log.all()}
    assert sent <= {(read.method, read.path) for read in READS}

    policy = Policy(requests_per_second=1000, timeout_s=5, longest_wait_s=1)
    client = ImmichClient(
        server.base_url, KEY, RateLimitedCaller(account.workspace.ledger, "immich", policy)
    )
    server.log.clear()
    for method, path in (("DELETE", "assets"), ("PUT", "assets"), ("POST", "albums")):
        with pytest.raises(NotOnReadListError):
            client._call("a write", method, path, {})
    assert not server.log.all()


def test_the_key_is_in_no_log_error_or_row(
    account: Account, server: ImmichServer, caplog: pytest.LogCaptureFixture
) -> None:
    fill(server, 5)
    with caplog.at_level(logging.DEBUG):
        account.read()
        server.store.keys = {}
        said = offline(account)
    stored = b"".join(
        path.read_bytes() for path in account.workspace.data_dir.rglob("*") if path.is_file()
    )
    assert KEY not in caplog.text + said
    assert KEY.encode() not in stored


def test_a_long_requested_wait_is_told_with_its_end(
    server: ImmichServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMMICH_API_KEY", KEY)
    fill(server, 3)
    hasty = Account(server, tmp_path, longest_wait_minutes=0.0)
    server.faults.script(Fault(FaultKind.LIMITED_SECONDS, retry_after=3600))
    said = offline(hasty)
    assert "asked again after" in said
    server.log.clear()
    assert "asked again after" in offline(hasty)
    assert not server.log.all()  # no call is made while the service asked for a pause


def test_signing_in_stores_the_key_that_reading_uses(
    account: Account, server: ImmichServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("IMMICH_API_KEY")
    monkeypatch.setenv("PHOTOSYNC_KEY", Fernet.generate_key().decode())
    fill(server, 3)
    catalog = CatalogSignIn("immich", "main", SIGN_IN, server.base_url)
    person = Person([KEY])
    assert sign_in(account.workspace.credentials, catalog, person.dialogue()).name == "Owner"
    assert account.read().accounting.written == 3
    server.store.keys = {}
    assert "photosync auth immich main" in offline(account)

    server.store.keys = {KEY: frozenset(EVERYTHING) | {"all"}}
    with pytest.raises(SignInError, match="all"):
        sign_in(account.workspace.credentials, catalog, Person([KEY]).dialogue())
    server.store.keys = {KEY: frozenset(EVERYTHING) - {"asset.read"}}
    with pytest.raises(SignInError, match=r"asset\.read"):
        sign_in(account.workspace.credentials, catalog, Person([KEY]).dialogue())
