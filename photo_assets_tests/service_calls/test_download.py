"""Receiving a content: what is proven, what is continued, and what never becomes a file."""

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.media.content import Absence, RemoteContent, RemoteContentError
from photo_assets.service_calls import MalformedReplyError, StoppedError
from photo_assets.service_calls.download import Download, downloaded, get_into
from photo_assets.system.scratch import Scratch
from photo_assets_tests.service_calls.raw_server import raw_server

CONTENT = bytes(range(256)) * 20
SHA1 = hashlib.sha1(CONTENT, usedforsecurity=False).digest()


def stated(**fields: Any) -> RemoteContent:
    """Return a content as its catalog states it: nothing of it but `fields`."""
    return RemoteContent(source="s", catalog="c", native_id="1", version="1", **fields)


class Reply:
    """One reply: what it states, and what comes. `of` takes a whole content."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @classmethod
    def of(cls, body: bytes, **headers: str) -> "Reply":
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(200, {"Content-Length": str(len(body)), **named}, body)

    def pieces(self) -> Iterator[bytes]:
        for start in range(0, len(self.body), 1000):
            yield self.body[start : start + 1000]


class Service:
    """Gives one reply after the other, each try of a call one; keeps the headers it was sent."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.asked: list[dict[str, str]] = []

    def receive(self, download: Download) -> None:
        while self.replies:
            self.asked.append(download.headers())
            reply = self.replies.pop(0)
            try:
                if download.take(reply.status, reply.headers, reply.pieces()):
                    return
            except MalformedReplyError:
                if not self.replies:
                    raise


def fetch(
    tmp_path: Path, content: RemoteContent, *replies: Reply, limit: int = 1 << 20
) -> tuple[bytes, int, Service]:
    service = Service(*replies)
    scratch = Scratch(tmp_path, limit)
    with downloaded(content, scratch, service.receive, threading.Event()) as (path, transferred):
        found = path.read_bytes()
    assert [one.name for one in tmp_path.iterdir()] == [".lock"]
    return found, transferred, service


def cut(reply: Reply, at: int) -> Reply:
    return Reply(reply.status, reply.headers, reply.body[:at])


def rest(start: int, **headers: str) -> Reply:
    part = {"Content-Range": f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}"}
    return Reply(206, {**part, **headers}, CONTENT[start:])


def test_a_whole_reply_is_the_content(tmp_path: Path) -> None:
    content = stated(size=len(CONTENT), sha1=SHA1)
    found, transferred, service = fetch(tmp_path, content, Reply.of(CONTENT))
    assert (found, transferred) == (CONTENT, len(CONTENT))
    assert service.asked == [{"accept-encoding": "identity"}]


def test_a_cut_reply_continues_where_a_checksum_or_a_tag_proves_that_nothing_changed(
    tmp_path: Path,
) -> None:
    tagged = Reply.of(CONTENT, etag='"a"')
    found, transferred, service = fetch(
        tmp_path, stated(), cut(tagged, 2000), rest(2000, ETag='"a"')
    )
    assert (found, transferred) == (CONTENT, len(CONTENT))
    assert service.asked[1]["range"] == "bytes=2000-"
    assert service.asked[1]["if-range"] == '"a"'
    known = stated(sha1=SHA1)
    _, transferred, service = fetch(tmp_path, known, cut(Reply.of(CONTENT), 2000), rest(2000))
    assert transferred == len(CONTENT)
    assert "if-range" not in service.asked[1]


@pytest.mark.parametrize("tag", ["", 'W/"a"'])
def test_without_proof_it_begins_again(tag: str, tmp_path: Path) -> None:
    first = cut(Reply.of(CONTENT, etag=tag), 2000)
    found, transferred, service = fetch(tmp_path, stated(), first, Reply.of(CONTENT))
    assert (found, transferred) == (CONTENT, len(CONTENT) + 2000)
    assert "range" not in service.asked[1]


def test_a_content_that_changed_begins_again(tmp_path: Path) -> None:
    other = CONTENT[::-1]
    first = cut(Reply.of(CONTENT, etag='"a"'), 2000)
    found, _, _ = fetch(tmp_path, stated(), first, Reply.of(other, etag='"b"'))
    assert found == other


WRONG: dict[str, Callable[[], Reply]] = {
    "a page": lambda: Reply.of(b"<!DOCTYPE html><title>Sign in</title>", content_type="image/jpeg"),
    "compressed": lambda: Reply.of(CONTENT, content_encoding="gzip"),
    "another size": lambda: Reply.of(CONTENT[:-1]),
    "other bytes": lambda: Reply.of(CONTENT[:-1] + b"!"),
    "empty": lambda: Reply.of(b""),
    "longer than stated": lambda: Reply(
        200, {"Content-Length": str(len(CONTENT))}, CONTENT + b"more"
    ),
    "another part": lambda: rest(1),
    "no part": lambda: Reply(206, {"Content-Length": "5"}, CONTENT[:5]),
    "a status without a content": lambda: Reply(204, {}, b""),
    "out of range": lambda: Reply(416, {"Content-Range": "bytes */3"}, b""),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_reply_is_asked_for_once_more_and_then_fails(name: str, tmp_path: Path) -> None:
    content = stated(size=len(CONTENT), sha1=SHA1)
    found, _, _ = fetch(tmp_path, content, WRONG[name](), Reply.of(CONTENT))
    assert found == CONTENT
    with pytest.raises(RemoteContentError) as failed:
        fetch(tmp_path, content, WRONG[name](), WRONG[name](), Reply.of(CONTENT))
    assert failed.value.absence is Absence.WRONG_BYTES


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "text/plain", "application/json"])
def test_without_a_checksum_the_type_of_the_reply_must_be_possible(
    kind: str, tmp_path: Path
) -> None:
    said = Reply.of(b"Rate limit exceeded", content_type=kind)
    with pytest.raises(RemoteContentError):
        fetch(tmp_path, stated(), said, said)
    right = Reply.of(CONTENT, content_type=kind)
    assert fetch(tmp_path, stated(sha1=SHA1), right)[0] == CONTENT


def test_a_server_that_ignores_if_range_cannot_mix_two_versions(tmp_path: Path) -> None:
    first, other = cut(Reply.of(CONTENT, etag='"a"'), 2000), rest(2000, ETag='"b"')
    found, _, _ = fetch(tmp_path, stated(), first, other, Reply.of(CONTENT, etag='"b"'))
    assert found == CONTENT
    with pytest.raises(MalformedReplyError):
        fetch(tmp_path, stated(), first, other)


def test_an_empty_content_is_one_if_it_is_stated_to_be_empty(tmp_path: Path) -> None:
    assert fetch(tmp_path, stated(size=0), Reply.of(b""))[0] == b""


def test_a_reply_whose_end_cannot_be_told_is_none(tmp_path: Path) -> None:
    endless = Reply(200, {}, CONTENT)
    with pytest.raises(RemoteContentError):
        fetch(tmp_path, stated(), endless, endless)
    # The stated size, or the transfer coding, tells it.
    assert fetch(tmp_path, stated(size=len(CONTENT)), endless)[0] == CONTENT
    chunked = Reply(200, {"Transfer-Encoding": "chunked"}, CONTENT)
    assert fetch(tmp_path, stated(), chunked)[0] == CONTENT


def test_what_exceeds_the_scratch_space_is_not_downloaded(tmp_path: Path) -> None:
    for content, reply in (
        (stated(size=len(CONTENT)), Reply.of(CONTENT)),
        (stated(), Reply.of(CONTENT)),
        (stated(), Reply(200, {"Transfer-Encoding": "chunked"}, CONTENT)),
    ):
        with pytest.raises(RemoteContentError) as failed:
            fetch(tmp_path, content, *[reply] * 4, limit=len(CONTENT) - 1)
        assert failed.value.absence is Absence.TOO_LARGE


def test_a_stopped_download_ends(tmp_path: Path) -> None:
    stopped = threading.Event()
    stopped.set()
    service = Service(Reply.of(CONTENT))
    with (
        pytest.raises(StoppedError),
        downloaded(stated(), Scratch(tmp_path, 1 << 20), service.receive, stopped),
    ):
        pass


@given(cuts=st.lists(st.integers(0, len(CONTENT)), max_size=5), tag=st.sampled_from(["", '"a"']))
def test_any_sequence_of_cuts_gives_the_content_or_nothing(
    cuts: list[int], tag: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The service honours the range that it is asked for."""

    def receive(download: Download) -> None:
        for at in [*cuts, len(CONTENT)]:
            asked = download.headers().get("range", "")
            start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
            reply = rest(start, ETag=tag) if start else Reply.of(CONTENT, ETag=tag)
            try:
                if download.take(reply.status, reply.headers, cut(reply, at).pieces()):
                    return
            except MalformedReplyError:
                continue

    folder = tmp_path_factory.mktemp("scratch")
    with downloaded(stated(), Scratch(folder, 1 << 20), receive, threading.Event()) as (path, _):
        assert path.read_bytes() == CONTENT


def test_a_cut_reply_whose_size_requests_has_lost_is_no_content(tmp_path: Path) -> None:
    """After a header line without a colon, requests drops the rest of the headers."""
    cut_off = b"HTTP/1.1 200 OK\r\nP3P\r\nContent-Length: 5120\r\n\r\n" + CONTENT[:2000]
    with raw_server(cut_off) as server, requests.Session() as session:

        def receive(download: Download) -> None:
            get_into(session, f"{server.url}/1.jpg", download, 60)

        with (
            pytest.raises(MalformedReplyError, match="does not state its size"),
            downloaded(stated(), Scratch(tmp_path, 1 << 20), receive, threading.Event()),
        ):
            pass
