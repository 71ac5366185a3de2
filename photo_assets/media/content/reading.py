"""Opening one content, or many with each archive passed once."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

from photo_assets.media.content.archive_contents import archive_contents
from photo_assets.media.content.ref import ContentError, ContentRef
from photo_assets.media.content.regular_file import open_regular


@contextmanager
def open_content(ref: ContentRef) -> Iterator[BinaryIO]:
    """Open the bytes of `ref` for reading.

    A file's stream can seek. An entry's stream only reads forward (`seekable()` is False) and
    gives no more than the entry declares. Opening a tar entry reads the archive up to it: for more
    than one use `iterate_contents`. Raises `ContentError`, from the call or, where the content is
    damaged further on, from a read of the stream.
    """
    contents = iterate_contents([ref])
    try:
        _, content = next(contents)
        if isinstance(content, ContentError):
            raise content
        yield content
    finally:
        contents.close()


def iterate_contents(
    refs: Sequence[ContentRef],
) -> Generator[tuple[ContentRef, BinaryIO | ContentError], None, None]:
    """Yield every distinct ref once, with its stream or with the error that costs this ref.

    Refs are grouped by path, in the order each path first appears; inside an archive they come in
    the archive's own order, so that a tar is passed once. A stream is valid until the next ref is
    asked for. Reading a stream raises `ContentError` where the content is damaged; the iteration
    can continue after that.
    """
    by_path: dict[str, dict[str | None, ContentRef]] = {}
    for ref in refs:
        by_path.setdefault(ref.path, {})[ref.member] = ref
    for path, wanted in by_path.items():
        whole = wanted.get(None)
        if whole is not None:
            yield from _file_content(whole)
        members = {member: ref for member, ref in wanted.items() if member is not None}
        if members:
            yield from archive_contents(path, members)


def _file_content(ref: ContentRef) -> Iterator[tuple[ContentRef, BinaryIO | ContentError]]:
    try:
        stream = open_regular(ref.path)
    except OSError as error:
        reason = "missing" if isinstance(error, FileNotFoundError) else "unreadable"
        yield ref, ContentError(ref, reason, f"{error.strerror or error}.")
        return
    with stream:
        yield ref, stream
