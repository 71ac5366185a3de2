"""One file of an export as a small record, and creating it from an unpacked file.

JSONs are read completely here, with a size limit, because matching needs them, except those of
other products than Google Photos. Archives are in `archive_entries`; relations between entries are
in `exports`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import IO, TypedDict

from photo_assets.catalogs.google_takeout.accounts import INDEX_BYTES, is_index, stated_account
from photo_assets.catalogs.google_takeout.documents import MAX_JSON_BYTES
from photo_assets.catalogs.google_takeout.naming import is_json
from photo_assets.catalogs.google_takeout.parts import TreeFile
from photo_assets.catalogs.google_takeout.products import Products
from photo_assets.catalogs.google_takeout.spool import Slot, Spool
from photo_assets.media.archives.limits import ArchiveError
from photo_assets.media.content import ContentRef
from photo_assets.media.content.regular_file import open_regular
from photo_assets.model.events import Failed
from photo_assets.system.file_state import FileState


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an export. `inner` is its path inside the export, `part` the part's name.

    `holder` is the parent of the file's "Takeout" folder. `stamp` is equal while its content is
    unchanged; `state` is None in an archive. `json` and `header` are the slots of its content in
    the spool; `failure` is the reason why the entry cannot be used; `account` is the account that
    it states.
    """

    inner: str
    part: str
    ref: ContentRef
    size: int
    crc: int | None
    stamp: str
    holder: str = ""
    state: FileState | None = None
    json: Slot | None = None
    header: Slot | None = None
    failure: Failed | None = None
    account: bytes | None = None

    @property
    def folder(self) -> str:
        """The path of its folder inside the export."""
        return self.inner.rpartition("/")[0]

    @property
    def name(self) -> str:
        """Its file name."""
        return self.inner.rpartition("/")[2]

    @property
    def shown(self) -> str:
        """Its name in reports."""
        return self.inner if self.ref.member is None else f"{self.part}: {self.inner}"


class Text(TypedDict, total=False):
    """The fields of an entry that are read from its text."""

    json: Slot
    failure: Failed
    account: bytes | None


def read_text(
    shown: str, inner: str, size: int, spool: Spool, opened: Callable[[], IO[bytes]]
) -> Text:
    """Return the account of an index page, or the slot of a JSON; empty for other files."""
    wanted = INDEX_BYTES if is_index(inner) else MAX_JSON_BYTES
    if not is_index(inner) and (not is_json(inner) or size > wanted):
        return {"failure": _too_large(shown)} if is_json(inner) else {}
    try:
        with opened() as stream:
            content = stream.read(wanted)
    except (ArchiveError, OSError) as error:
        return {} if is_index(inner) else {"failure": _unreadable(shown, error)}
    if is_index(inner):
        return {"account": stated_account(content)}
    return {"json": spool.put(content)}


def read_tree_file(file: TreeFile, spool: Spool, products: Products) -> Entry:
    """Return the entry of one unpacked file, or of a folder that cannot be listed."""
    text: Text = {}
    if file.is_folder:
        detail = f"It cannot be listed: {file.problem}."
        text["failure"] = Failed(file.name, "unreadable folder", detail, native_prefix="")
    elif file.problem is not None:
        detail = "Only regular files are read."
        text["failure"] = Failed(file.name, file.problem, detail, file.inner)
    elif is_index(file.inner) or not products.is_ruled_out(file.inner):
        opened = partial(open_regular, file.path)
        text = read_text(file.name, file.inner, file.state.size, spool, opened)
    return Entry(
        inner=file.inner,
        part=file.name,
        ref=ContentRef(file.path),
        size=file.state.size,
        crc=None,
        stamp=file.state.stamp,
        state=file.state,
        holder=file.holder,
        **text,
    )


def _too_large(shown: str) -> Failed:
    detail = f"The JSON is larger than {MAX_JSON_BYTES:,} bytes: no photo has one."
    return Failed(shown, "json too large", detail)


def _unreadable(shown: str, error: ArchiveError | OSError) -> Failed:
    if isinstance(error, ArchiveError):
        return Failed(shown, error.reason, error.message)
    return Failed(shown, "unreadable file", f"{error.strerror or error}.")
