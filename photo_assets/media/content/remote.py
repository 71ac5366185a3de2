"""Contents that an online service holds: what is stated of them, and why one is not here.

No call is made here. Downloads are in `service_calls.download`.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from photo_assets.media.content.ref import ContentRef
from photo_assets.model.canonical import canonical_digest
from photo_assets.model.errors import ExitCode, PhotoAssetsError


class Absence(StrEnum):
    """Why a content of an online service is not here. Stable words, stored in rows."""

    IDENTIFIED = "identified"
    NOT_ALLOWED = "fetch_not_allowed"
    NO_ORIGINAL = "no_original"
    SERVICE_UNAVAILABLE = "service_unavailable"
    NO_SPACE = "no_space"
    TOO_LARGE = "too_large_to_fetch"
    REFUSED = "refused"
    WRONG_BYTES = "wrong_bytes"
    NO_PREVIEW = "no_preview"


_SENTENCES = {
    Absence.IDENTIFIED: "A checksum of the service identifies it, so it was not downloaded.",
    Absence.NOT_ALLOWED: "No checksum identifies it, and its catalog's setting `fetch` does not "
    "allow a download.",
    Absence.NO_ORIGINAL: "The service does not give its original to this account.",
    Absence.NO_PREVIEW: "The service has no preview of it.",
}


class RemoteContentError(PhotoAssetsError):
    """One content cannot be had from its service. `received`: bytes that came nevertheless."""

    exit_code = ExitCode.SOURCE

    def __init__(self, absence: Absence, detail: str | None = None, received: int = 0) -> None:
        self.detail = detail or _SENTENCES[absence]
        super().__init__(self.detail)
        self.absence = absence
        self.received = received


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteContent:
    """The original of one entry, as its catalog states it, or its preview.

    `version` changes whenever the bytes may have changed, and not when only their description did.
    `ending` is the extension of its file's name, with the dot. `size` and the digests are those
    that the service itself states of what it sends. `withheld`: why it must not be downloaded.
    `is_preview`: a picture that the service made from the original: its bytes identify nothing.
    `preview`: the one to be read where the original must not be; None: no preview either.
    """

    source: str
    catalog: str
    native_id: str
    version: str
    ending: str = ""
    size: int | None = None
    sha256: bytes | None = None
    sha1: bytes | None = None
    md5: bytes | None = None
    withheld: Absence | None = None
    is_preview: bool = False
    preview: "RemoteContent | None" = None

    @property
    def ref(self) -> ContentRef:
        """Its name among contents: not a path, which would be absolute."""
        what = "preview of " if self.is_preview else ""
        return ContentRef(f"{what}{self.source}:{self.catalog}/{self.native_id}{self.ending}")

    def with_preview(self) -> "RemoteContent":
        """Return this original with its preview, which nothing is stated of but the version."""
        preview = RemoteContent(
            source=self.source,
            catalog=self.catalog,
            native_id=self.native_id,
            version=self.version,
            is_preview=True,
        )
        return replace(self, preview=preview)

    @property
    def version_number(self) -> int:
        """A digest of the version, of 63 bits."""
        return int(canonical_digest(self.version)[:16], 16) >> 1

    @property
    def digests(self) -> dict[str, bytes]:
        """The stated digests, by the name of their algorithm."""
        stated = {"sha256": self.sha256, "sha1": self.sha1, "md5": self.md5}
        return {name: digest for name, digest in stated.items() if digest is not None}
