"""Stores that cannot be reached or refuse: one clear sentence with the fix, and never a secret."""

import io
import logging
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from photo_assets.model.errors import StorageError
from photo_assets.vault.fsck import Fsck
from photo_assets.vault.months import make_month
from photo_assets.vault.s3.store import S3Store
from photo_assets.vault.store import Condition, StoreUnavailableError, concerns_all_blobs
from photo_assets_tests.services.seaweedfs.proxy import Forward, Proxy, Reply, Request, error
from photo_assets_tests.services.seaweedfs.server import SECRET
from photo_assets_tests.vault.library import MONTH, VaultLibrary
from photo_assets_tests.vault.s3.stores import Cloud
from photo_assets_tests.without import lacking

PHOTO = b"a photo"
BLOB = sha256(PHOTO).digest()


def refusal(store: S3Store) -> StoreUnavailableError:
    """Return the error of a store that cannot be used, which is the same for every use."""
    with pytest.raises(StoreUnavailableError) as opened:
        store.open()
    with pytest.raises(StoreUnavailableError) as written:
        store.put(BLOB, io.BytesIO(PHOTO))
    assert concerns_all_blobs(written.value)
    return opened.value


@pytest.mark.parametrize(
    ("variable", "value", "fix"),
    [
        ("AWS_ACCESS_KEY_ID", "", "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
        ("AWS_SECRET_ACCESS_KEY", " ", "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
        ("AWS_ACCESS_KEY_ID", "AKIDNOBODY", "Check the ID of the access key in AWS_ACCESS_KEY_ID"),
        ("AWS_SECRET_ACCESS_KEY", "wrong-secret", "Check the secret key in AWS_SECRET_ACCESS_KEY"),
    ],
)
def test_missing_and_wrong_keys_are_told_without_them(
    cloud: Cloud,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    variable: str,
    value: str,
    fix: str,
) -> None:
    store = cloud.store()  # in a bucket that the server's own client makes, and logs
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv(variable, value)
    found = refusal(store)
    assert fix in str(found.hint)
    for text in (str(found), str(found.hint), caplog.text):
        assert SECRET not in text
        assert "wrong-secret" not in text
        assert "Signature=" not in text


def test_a_bucket_that_does_not_exist(cloud: Cloud) -> None:
    found = refusal(cloud.store(bucket="no-such-bucket"))
    assert "NoSuchBucket" in str(found)
    assert "Create the bucket" in str(found.hint)


@pytest.mark.parametrize(
    ("status", "code", "fix"),
    [
        (403, "AccessDenied", "that they may list, read and write the bucket"),
        (403, "RequestTimeTooSkewed", "Set the clock"),
        (403, "QuotaExceeded", "raise the quota"),
        (400, "AuthorizationHeaderMalformed", "Check `region`"),
        (503, "ServiceUnavailable", "Check `endpoint`"),
        (503, "SlowDown", "Check `endpoint`"),
    ],
)
def test_refusals_of_the_service(
    cloud: Cloud, proxy: Proxy, status: int, code: str, fix: str
) -> None:
    store = cloud.store(proxy.url)
    proxy.behavior = lambda _request, _forward: error(status, code)
    found = refusal(store)
    assert code in str(found)
    assert fix in str(found.hint)


@pytest.mark.parametrize(
    ("status", "code", "fix"),
    [
        (507, "InsufficientStorage", "It is full"),
        (403, "QuotaExceeded", "It is full"),
        (403, "AccessDenied", "that they may list, read and write the bucket"),
        (503, "ServiceUnavailable", "Check `endpoint`"),
    ],
)
def test_a_full_or_read_only_bucket_costs_its_own_copies(
    cloud: Cloud, proxy: Proxy, library: VaultLibrary, status: int, code: str, fix: str
) -> None:
    store, home = cloud.store(proxy.url), library.store("home")
    store.create()
    blobs = {library.add(f"{number}.jpg") for number in range(3)}

    def refuse(request: Request, forward: Forward) -> Reply | None:
        is_write = request.method in {"PUT", "POST"}
        return error(status, code) if is_write else forward(request)

    proxy.behavior = refuse
    made = make_month(library.lake, [store, home], MONTH)
    assert (made.counts, set(home.list())) == ({"partial": 3}, blobs)
    assert proxy.count("HEAD", "/blobs/") == 1  # the others are not tried
    for row in library.table().values():
        assert (row["stores"], row["reason"]) == (["home"], "refused by a store")
        assert code in row["detail"]
        assert fix in row["detail"]
    proxy.behavior = lambda request, forward: forward(request)
    assert make_month(library.lake, [store, home], MONTH).counts == {"stored": 3}


@pytest.mark.parametrize("method", ["PUT", "GET", "HEAD"])
@pytest.mark.parametrize(
    ("status", "code"), [(403, "AccessDenied"), (503, "ServiceUnavailable"), (401, "KMS.Disabled")]
)
def test_a_refusal_of_one_object_costs_that_object(
    cloud: Cloud, proxy: Proxy, library: VaultLibrary, method: str, status: int, code: str
) -> None:
    store, home = cloud.store(proxy.url), library.store("home")
    store.create()
    blobs = sorted(library.add(f"{number}.jpg") for number in range(3))

    def refuse(request: Request, forward: Forward) -> Reply | None:
        is_meant = request.method == method and blobs[1].hex() in request.path
        return error(status, code) if is_meant else forward(request)

    proxy.behavior = refuse
    made = make_month(library.lake, [store, home], MONTH)
    assert made.counts == {"partial": 1, "stored": 2}
    assert library.table()[blobs[1]]["stores"] == ["home"]


@pytest.mark.parametrize(
    ("status", "code"),
    [(403, "AccessDenied"), (403, "InvalidObjectState"), (503, "SlowDown"), (500, "InternalError")],
)
def test_an_object_that_cannot_be_read_does_not_end_the_check(
    cloud: Cloud, proxy: Proxy, library: VaultLibrary, status: int, code: str
) -> None:
    store = cloud.store(proxy.url)
    store.create()
    blobs = sorted(library.add(f"{number}.jpg") for number in range(3))
    make_month(library.lake, [store], MONTH)

    def refuse(request: Request, forward: Forward) -> Reply | None:
        is_meant = request.method == "GET" and blobs[1].hex() in request.path
        return error(status, code) if is_meant else forward(request)

    proxy.behavior = refuse
    checked = Fsck(library.lake, [store], library.root / "positions").run("cloud")
    assert [(one.sha256, one.condition) for one in checked.problems] == [
        (blobs[1], Condition.UNREADABLE)
    ]
    assert (checked.blobs, checked.parts) == (2, 256)  # intact ones, and all parts were read
    with pytest.raises(StorageError) as raised, store.get(blobs[1]):
        pass
    assert not concerns_all_blobs(raised.value)


def test_a_service_that_is_away(cloud: Cloud, impatient: None) -> None:
    found = refusal(cloud.store("http://127.0.0.1:9"))
    assert "The connection failed" in str(found)
    assert "Check `endpoint`" in str(found.hint)


def test_a_certificate_that_nobody_vouches_for(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    assert "certificate is not trusted" in str(refusal(cloud.store(cloud.server.https)))


def test_other_settings_of_this_machine_change_nothing(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store = cloud.store()
    (tmp_path / "config").write_text("[default]\nendpoint_url = http://127.0.0.1:9\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_PROFILE", "of-another-program")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of-another-account")
    store.create()
    assert store.open() == store.open()


def test_without_boto3_one_line_says_what_to_install(tmp_path: Path) -> None:
    program = (
        "from photo_assets.configuration.vault import S3Settings\n"
        "from photo_assets.vault.s3.client import make_client\n"
        "try:\n"
        "    make_client(S3Settings(bucket='photos'), None)\n"
        "except Exception as error:\n"
        "    print(type(error).__name__, error)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": f"{lacking(tmp_path / 'without', 'boto3')}:{Path.cwd()}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == (
        "StoreUnavailableError The library that reads and writes S3 is not installed. "
        "pip install 'photo_assets[s3]' -c deploy/constraints.txt\n"
    )
