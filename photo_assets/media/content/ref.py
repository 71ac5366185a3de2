"""Where bytes are, and the error of bytes that cannot be had. No reading here."""

from dataclasses import dataclass

from photo_assets.model.errors import ExitCode, PhotoAssetsError


@dataclass(frozen=True, slots=True)
class ContentRef:
    """Where bytes are: `Item.path` and `Item.member`, as bytes-safe text (`model.names`)."""

    path: str
    member: str | None = None

    def __str__(self) -> str:
        return self.path if self.member is None else f"{self.path}: {self.member}"


class ContentError(PhotoAssetsError):
    """The bytes of one ref cannot be read. `reason` is a short stable group of words."""

    exit_code = ExitCode.SOURCE

    def __init__(self, ref: ContentRef, reason: str, detail: str) -> None:
        super().__init__(f"{ref}: {detail}")
        self.ref = ref
        self.reason = reason
        self.detail = detail
