"""Servers that lie or fail: what they say is never counted as a copy, and costs no blob."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

import pytest

from photo_assets.model.errors import StorageError
from photo_assets.vault.s3.store import S3Store
from photo_assets.vault.store import Condition, DamagedBlobError, Stored, StoreUnavailableError
from photo_assets_tests.services.seaweedfs.proxy import (
    Behavior,
    Forward,
    Proxy,
    Reply,
    Request,
    edited,
    error,
    without,
)
from photo_assets_tests.vault.s3.stores import Cloud

PHOTO = b"a photo" * 1000
BLOB = sha256(PHOTO).digest()
VIDEO = b"a video" * 800_000  # two parts
FILM = sha256(VIDEO).digest()
BLOBS = "/blobs/"


def once(behavior: Behavior, method: str, pattern: str = BLOBS) -> Behavior:
    """Return a server that behaves so for the first matching request, and well afterwards."""
    left = [behavior]

    def behave(request: Request, forward: Forward) -> Reply | None:
        is_meant = request.method == method and re.search(pattern, request.path)
        return left.pop()(request, forward) if is_meant and left else forward(request)

    return behave


def always(behavior: Behavior, method: str, pattern: str = BLOBS) -> Behavior:
    """Return a server that behaves so for every matching request."""

    def behave(request: Request, forward: Forward) -> Reply | None:
        is_meant = request.method == method and re.search(pattern, request.path)
        return behavior(request, forward) if is_meant else forward(request)

    return behave


def changed(change: Callable[[Reply], Reply]) -> Behavior:
    """Return a server that changes its replies."""
    return lambda request, forward: change(forward(request))


def reset_before(_request: Request, _forward: Forward) -> None:
    return None


def reset_after(request: Request, forward: Forward) -> None:
    forward(request)


TRUNCATED = changed(lambda reply: replace(reply, cut=len(reply.body) // 2))
SHORT = changed(
    lambda reply: Reply(reply.status, {**reply.headers, "Content-Length": "100"}, reply.body[:100])
)
WRONG = changed(lambda reply: replace(reply, body=b"X" + reply.body[1:]))
PAGE = changed(lambda reply: Reply(200, {"Content-Type": "text/html"}, b"<html>Sign in</html>"))


@pytest.mark.parametrize(
    "fault",
    [
        reset_before,
        reset_after,
        TRUNCATED,
        lambda _r, _f: error(503, "SlowDown", Retry_After="1"),
        lambda _r, _f: error(503, "ServiceUnavailable"),
        lambda _r, _f: error(500, "InternalError"),
        lambda _r, _f: error(409, "ConditionalRequestConflict"),
        lambda _r, _f: Reply(502, {"Content-Type": "text/html"}, b"<html>Bad gateway</html>"),
    ],
    ids=["reset", "no reply", "cut", "slow down", "503", "500", "409", "502"],
)
@pytest.mark.parametrize("step", ["PUT", "GET"])
def test_one_failure_is_repeated_and_costs_nothing(
    store: S3Store, proxy: Proxy, fault: Behavior, step: str
) -> None:
    proxy.behavior = once(fault, step)
    assert store.put(BLOB, io.BytesIO(PHOTO)) in (Stored.WRITTEN, Stored.PRESENT)
    has_body = step == "GET" or fault is not TRUNCATED
    assert proxy.count(step, BLOBS) == 1 + has_body
    assert store.verify(BLOB).condition is Condition.INTACT


@pytest.mark.parametrize("step", ["uploads", "partNumber=1", "partNumber=2", r"\?uploadId"])
@pytest.mark.parametrize("fault", [reset_before, reset_after], ids=["before", "after"])
def test_a_large_blob_survives_a_failure_at_each_step(
    cloud: Cloud, store: S3Store, proxy: Proxy, fault: Behavior, step: str
) -> None:
    proxy.behavior = once(fault, "PUT" if "part" in step else "POST", step)
    store.put(FILM, io.BytesIO(VIDEO))
    assert store.verify(FILM).condition is Condition.INTACT
    lost = step == "uploads" and fault is reset_after  # its id is not known; swept after a day
    assert cloud.uploads(store) == (1 if lost else 0)


@pytest.mark.parametrize(
    ("lie", "condition"),
    [
        (TRUNCATED, Condition.UNREADABLE),
        (SHORT, Condition.UNREADABLE),
        (WRONG, Condition.DAMAGED),
        (PAGE, Condition.DAMAGED),
        (lambda _r, _f: error(500, "InternalError"), Condition.UNREADABLE),
        (lambda _r, _f: error(404, "NoSuchKey"), Condition.ABSENT),
        (lambda _r, _f: error(416, "InvalidRange"), Condition.DAMAGED),
        (lambda _r, _f: error(403, "InvalidObjectState"), Condition.UNREADABLE),
    ],
    ids=["truncated", "short", "wrong bytes", "web page", "500", "404", "416", "archived"],
)
def test_what_cannot_be_received_again_is_no_copy(
    store: S3Store, proxy: Proxy, lie: Behavior, condition: Condition
) -> None:
    proxy.behavior = always(lie, "GET")
    with pytest.raises(StorageError):
        store.put(BLOB, io.BytesIO(PHOTO))
    verdict = store.verify(BLOB)
    assert (verdict.condition, verdict.is_copy) == (condition, False)
    proxy.behavior = always(reset_before, "NONE")
    assert store.verify(BLOB).is_copy  # it was only said wrongly


@pytest.mark.parametrize(
    "lie",
    [
        lambda _r, _f: Reply(200, {"ETag": f'"{sha256(PHOTO).hexdigest()[:32]}"'}),
        lambda _r, _f: error(412, "PreconditionFailed"),
    ],
    ids=["200", "412"],
)
def test_what_is_said_to_be_stored_is_no_copy(store: S3Store, proxy: Proxy, lie: Behavior) -> None:
    proxy.behavior = always(lie, "PUT")
    with pytest.raises(StorageError, match="does not return it"):
        store.put(BLOB, io.BytesIO(PHOTO))
    assert store.size(BLOB) is None


def test_bytes_that_the_server_changes_are_no_copy(store: S3Store, proxy: Proxy) -> None:
    def storing_others(request: Request, forward: Forward) -> Reply | None:
        unchecked = without(request, "content-md5")
        return forward(replace(unchecked, body=b"X" + request.body[1:]))

    proxy.behavior = always(storing_others, "PUT")
    with pytest.raises(DamagedBlobError, match="is damaged"):
        store.put(BLOB, io.BytesIO(PHOTO))
    assert store.verify(BLOB).condition is Condition.DAMAGED


def test_bytes_that_change_on_the_way_are_refused_by_the_server(
    store: S3Store, proxy: Proxy
) -> None:
    def flipping(request: Request, forward: Forward) -> Reply | None:
        return forward(replace(request, body=b"X" + request.body[1:]))

    proxy.behavior = always(flipping, "PUT")
    with pytest.raises(StorageError, match="BadDigest"):
        store.put(BLOB, io.BytesIO(PHOTO))
    assert store.size(BLOB) is None


@pytest.mark.parametrize("size", [PHOTO, VIDEO], ids=["whole", "parts"])
def test_a_wrong_etag_makes_no_copy_and_leaves_no_upload(
    cloud: Cloud, store: S3Store, proxy: Proxy, size: bytes
) -> None:
    wrong = changed(lambda reply: replace(reply, headers={**reply.headers, "ETag": f'"{0:032}"'}))
    proxy.behavior = always(wrong, "PUT")
    blob = sha256(size).digest()
    if size is PHOTO:  # nothing depends on it
        store.put(blob, io.BytesIO(size))
        assert store.verify(blob).is_copy
    else:
        with pytest.raises(StorageError, match="InvalidPart"):
            store.put(blob, io.BytesIO(size))
        assert store.size(blob) is None
    assert cloud.uploads(store) == 0


def test_a_blob_that_is_denied_is_not_overwritten(
    cloud: Cloud, store: S3Store, proxy: Proxy
) -> None:
    store.put(BLOB, io.BytesIO(PHOTO))
    cloud.damage(store, BLOB, b"damaged")
    proxy.behavior = always(lambda _r, _f: Reply(404), "HEAD")
    with pytest.raises(DamagedBlobError):
        store.put(BLOB, io.BytesIO(PHOTO))
    proxy.behavior = always(reset_before, "NONE")
    with store.get(BLOB) as stream:
        assert stream.read() == b"damaged"


def test_a_stale_list_counts_nothing(store: S3Store, proxy: Proxy) -> None:
    store.put(BLOB, io.BytesIO(PHOTO))
    ghost = sha256(b"ghost").digest()
    name = BLOB.hex()
    ghostly = f"{ghost.hex()[:2]}/{ghost.hex()[2:4]}/{ghost.hex()}".encode()
    true = f"{name[:2]}/{name[2:4]}/{name}".encode()
    stale = changed(lambda reply: edited(reply, reply.body.replace(true, ghostly)))
    proxy.behavior = always(stale, "GET", "list-type")
    assert list(store.list()) == [ghost]
    assert store.verify(ghost).condition is Condition.ABSENT
    assert store.verify(BLOB).is_copy
    assert list(store.list(name[:4])) == []  # not what was asked for


def test_a_server_without_ranges_costs_the_large_blobs_alone(
    cloud: Cloud, store: S3Store, proxy: Proxy
) -> None:
    def whole(request: Request, forward: Forward) -> Reply | None:
        return forward(without(request, "range"))

    proxy.behavior = always(whole, "GET")
    store.put(BLOB, io.BytesIO(PHOTO))
    with pytest.raises(DamagedBlobError, match="another part"):
        store.put(FILM, io.BytesIO(VIDEO))
    assert store.verify(FILM).condition is Condition.UNREADABLE


def test_a_server_that_fails_all_the_time_is_unavailable(store: S3Store, proxy: Proxy) -> None:
    proxy.behavior = lambda _request, _forward: error(503, "ServiceUnavailable")
    with pytest.raises(StoreUnavailableError, match="`cloud` is not available"):
        store.put(BLOB, io.BytesIO(PHOTO))
    proxy.behavior = reset_before
    with pytest.raises(StoreUnavailableError):
        store.open()


FAILING = [
    lambda _r, _f: error(500, "InternalError"),
    lambda _r, _f: error(503, "ServiceUnavailable"),
    reset_before,
]


@pytest.mark.parametrize("fault", FAILING, ids=["500", "503", "reset"])
@pytest.mark.parametrize("head", [True, False], ids=["no size", "size"])
def test_an_object_that_the_service_fails_to_send_is_replaced(
    cloud: Cloud, store: S3Store, proxy: Proxy, fault: Behavior, head: bool
) -> None:
    store.put(BLOB, io.BytesIO(PHOTO))
    proxy.requests.clear()

    def lost(request: Request, forward: Forward) -> Reply | None:
        """The bytes of the object are lost until it is written again."""
        is_copy = any(name.lower() == "x-amz-copy-source" for name in request.headers)
        is_read = request.method == "GET" or (head and request.method == "HEAD")
        is_lost = not any(
            one.method == "PUT" and BLOBS in one.path and "/aside/" not in one.path
            for one in proxy.requests
        )
        is_meant = is_lost and BLOB.hex() in request.path and (is_copy or is_read)
        return fault(request, forward) if is_meant else forward(request)

    proxy.behavior = lost
    assert store.verify(BLOB).condition is Condition.UNREADABLE
    assert store.restore(BLOB, io.BytesIO(PHOTO)) is None
    assert store.verify(BLOB).is_copy
    assert not [key for key in cloud.keys(store) if "/aside/" in key]


@pytest.mark.parametrize("fault", FAILING[:2], ids=["500", "503"])
def test_a_damaged_object_that_can_be_sent_is_not_replaced_without_its_copy(
    cloud: Cloud, store: S3Store, proxy: Proxy, fault: Behavior
) -> None:
    store.put(BLOB, io.BytesIO(PHOTO))
    cloud.damage(store, BLOB, b"damaged")
    proxy.behavior = always(fault, "PUT", "/aside/")
    with pytest.raises(StorageError):
        store.restore(BLOB, io.BytesIO(PHOTO))
    # A service that says it copied, and did not.
    proxy.behavior = always(
        lambda _r, _f: Reply(
            200,
            {"Content-Type": "application/xml"},
            b"<CopyObjectResult><ETag>x</ETag></CopyObjectResult>",
        ),
        "PUT",
        "/aside/",
    )
    with pytest.raises(StorageError, match="was not replaced"):
        store.restore(BLOB, io.BytesIO(PHOTO))
    with store.get(BLOB) as stream:
        assert stream.read() == b"damaged"


def test_an_object_that_may_not_be_read_is_not_replaced(
    cloud: Cloud, store: S3Store, proxy: Proxy
) -> None:
    store.put(BLOB, io.BytesIO(PHOTO))
    cloud.damage(store, BLOB, b"damaged")
    denied = always(lambda _r, _f: error(403, "AccessDenied"), "GET", BLOBS)
    proxy.behavior = lambda request, forward: (
        error(500, "InternalError") if "/aside/" in request.path else denied(request, forward)
    )
    with pytest.raises(StorageError):
        store.restore(BLOB, io.BytesIO(PHOTO))
    proxy.behavior = lambda request, forward: forward(request)
    with store.get(BLOB) as stream:
        assert stream.read() == b"damaged"
