"""The requests to a bucket, each within the rate limit and repeated where that helps.

Keys are relative to the store's prefix. What the objects mean belongs in `store` and `upload`.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any, Final, TypeVar

from photo_assets.configuration.vault import S3Settings
from photo_assets.ledger import Ledger
from photo_assets.model.errors import StorageError
from photo_assets.service_calls import (
    MalformedReplyError,
    Policy,
    RateLimitedCaller,
    ServiceError,
)
from photo_assets.vault.s3.client import Client, make_client, read_keys
from photo_assets.vault.s3.faults import (
    AbsentError,
    ExistsError,
    OutOfRangeError,
    UnsupportedError,
    classify,
    explain,
)

PROBE: Final = "photosync-vault.probe"
"""An object of ours that shows whether the server refuses to overwrite."""

_TRIES: Final = 4
_TIMEOUT_S: Final = 60.0
_LONGEST_WAIT_S: Final = 30.0
"""Shorter than the breaker's second pause: a service that is away is reported within a minute."""

_RANGE: Final = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_ONLY_NEW: Final = {"IfNoneMatch": "*"}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes of an object from one offset on, and the size of the whole object in bytes."""

    content: bytes
    total: int


class Bucket:
    """A bucket with the store's prefix. Methods raise `StoreUnavailableError` or `StorageError`."""

    def __init__(self, store: str, settings: S3Settings, ledger: Callable[[], Ledger]) -> None:
        self.store = store
        self.settings = settings
        self._ledger = ledger

    def location(self, key: str = "") -> str:
        """Return where an object is, or the store, for people."""
        return f"s3://{self.settings.bucket}/{self.settings.prefix}{key}"

    @cached_property
    def conditional(self) -> bool:
        """Whether the server refuses to overwrite when it is asked to. Tried once, never assumed.

        B2 refuses such requests, and some servers ignore the condition and overwrite.
        """
        try:
            for _ in range(2):  # the first one creates the object, if it is not there
                self._put(PROBE, b"photosync\n", _ONLY_NEW)
        except ExistsError:
            return True
        except UnsupportedError:
            pass
        return False

    def size(self, key: str) -> int | None:
        """Return the size of an object in bytes, None if it is absent."""
        try:
            return int(self.call("head_object", Key=self.at(key))["ContentLength"])
        except AbsentError:
            return None

    def read(self, key: str, offset: int, length: int, *, signed: bool = True) -> Piece | None:
        """Return at most `length` bytes from `offset` on, None if the object is absent.

        The whole reply is received here, so that one that is cut is repeated. `signed`: False asks
        without keys, as anyone can.
        """
        asked = {"Key": self.at(key), "Range": f"bytes={offset}-{offset + length - 1}"}
        client = self._client if signed else self._anonymous

        def receive() -> Piece:
            reply = client.get_object(Bucket=self.settings.bucket, **asked)
            with closing(reply["Body"]) as stream:
                return _piece(reply, stream.read(length), offset)

        try:
            return self._send("get_object", receive)
        except AbsentError:
            return None
        except OutOfRangeError:
            if offset:
                raise
            return Piece(b"", 0)

    def keys(self, prefix: str, token: str | None = None) -> tuple[list[str], str | None]:
        """Return one page of keys below a prefix, and the token of the next page if there is one.

        Not from a key on: servers without a bytewise order skip objects then.
        """
        following = {"ContinuationToken": token} if token else {}
        reply = self.call("list_objects_v2", Prefix=self.at(prefix), **following)
        start = len(self.settings.prefix)
        found = [str(one["Key"])[start:] for one in reply.get("Contents", ())]
        further = reply.get("NextContinuationToken") if reply.get("IsTruncated") else None
        if further is not None and further == token:
            raise StorageError(f"The list of {self.location(prefix)} does not end.")
        return found, further

    def put(self, key: str, content: bytes, *, only_new: bool) -> bool:
        """Store an object. `only_new`: not in place of another; return False if there is one."""
        if not self.may_write(key, only_new=only_new):
            return False
        try:
            self._put(key, content, self.condition(only_new=only_new))
        except ExistsError:
            return False
        return True

    def takes_objects(self) -> bool:
        """Whether the server takes an object of ours now, which is tried."""
        try:
            self.put(PROBE, b"photosync\n", only_new=self.conditional)
        except StorageError:
            return False
        return True

    def abort(self, key: str, upload: str) -> None:
        """End an unfinished upload and discard its parts, which cost storage."""
        with suppress(AbsentError):
            self.call("abort_multipart_upload", Key=self.at(key), UploadId=upload)

    def uploads(self) -> Iterator[tuple[str, str, timedelta]]:
        """Yield key, id and age of each unfinished upload, by the server's clock."""
        position: dict[str, str] = {}
        while True:
            reply = self.call("list_multipart_uploads", Prefix=self.settings.prefix, **position)
            now = _date(reply)
            start = len(self.settings.prefix)
            for one in reply.get("Uploads", ()):
                yield str(one["Key"])[start:], str(one["UploadId"]), now - one["Initiated"]
            before = position
            position = {
                "KeyMarker": str(reply.get("NextKeyMarker", "")),
                "UploadIdMarker": str(reply.get("NextUploadIdMarker", "")),
            }
            if not reply.get("IsTruncated") or position == before:
                return

    def at(self, key: str) -> str:
        """Return the whole key of an object."""
        return self.settings.prefix + key

    def may_write(self, key: str, *, only_new: bool) -> bool:
        """Whether an object may be written. If the server decides it, this returns True.

        Otherwise it is looked for now, and another writer may come before us: with the same bytes.
        """
        return not only_new or self.conditional or self.size(key) is None

    def condition(self, *, only_new: bool) -> Mapping[str, str]:
        """Return the parameters by which the server decides whether an object may be written."""
        return _ONLY_NEW if only_new and self.conditional else {}

    def _put(self, key: str, content: bytes, condition: Mapping[str, str]) -> None:
        self.call("put_object", Key=self.at(key), **body(content), **condition)

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Make one request by a method of boto3's client, and return its reply."""
        client = self._client

        def send() -> dict[str, Any]:
            reply: dict[str, Any] = getattr(client, operation)(
                Bucket=self.settings.bucket, **parameters
            )
            return reply

        return self._send(operation, send)

    def _send(self, operation: str, send: Callable[[], T]) -> T:
        try:
            return self._caller.call(operation, send, classify=classify, repeatable=True)
        except ServiceError as error:
            variables = self.settings.access_key_env, self.settings.secret_key_env
            raise explain(self.store, error, variables) from error

    @cached_property
    def _keys(self) -> tuple[str, str]:
        return read_keys(self.store, self.settings)

    @cached_property
    def _client(self) -> Client:
        return make_client(self.settings, self._keys)

    @cached_property
    def _anonymous(self) -> Client:
        return make_client(self.settings, None)

    @cached_property
    def _caller(self) -> RateLimitedCaller:
        policy = Policy(self.settings.requests_per_second, _TIMEOUT_S, _LONGEST_WAIT_S, _TRIES)
        service = f"s3 {self.settings.endpoint or self.settings.region}"
        return RateLimitedCaller(self._ledger(), service, policy, secrets=self._keys)


def body(content: bytes) -> dict[str, Any]:
    """Return the parameters of content; the server refuses other bytes than those of the MD5."""
    digest = hashlib.md5(content, usedforsecurity=False).digest()
    return {"Body": content, "ContentMD5": base64.b64encode(digest).decode()}


def _piece(reply: Mapping[str, Any], content: bytes, offset: int) -> Piece:
    """Return what was received from `offset` on. Raises `MalformedReplyError`."""
    stated = _RANGE.fullmatch(str(reply.get("ContentRange", "")))
    if stated is None and offset == 0:  # all of it, of which the beginning was received
        total = int(reply["ContentLength"])
        if not content and total:
            raise MalformedReplyError("the reply is empty")
        return Piece(content, total)
    if stated is None or int(stated[1]) != offset:
        raise MalformedReplyError("the reply is another part")
    if len(content) != int(stated[2]) + 1 - offset:
        raise MalformedReplyError("the reply ended early")
    return Piece(content, int(stated[3]))


def _date(reply: Mapping[str, Any]) -> datetime:
    """Return the time at which the server replied."""
    try:
        stated = parsedate_to_datetime(reply["ResponseMetadata"]["HTTPHeaders"]["date"])
    except (KeyError, ValueError, TypeError) as error:
        raise StorageError("The reply of the service states no date.") from error
    # An offset of -0000 says that it is UTC and nothing of the place (RFC 5322, section 3.3).
    return stated if stated.tzinfo else stated.replace(tzinfo=UTC)
