"""The settings of the vault: its stores and the number of copies. What a store does is in `vault`.

Credentials are never stored here, only the names of the environment variables that hold them.
"""

from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from photo_assets.configuration.addresses import ServiceAddress, require_remote
from photo_assets.configuration.catalogs import LocalPath, Settings
from photo_assets.configuration.sinks import VariableName


def _prefix(text: str) -> str:
    if any(part in ("", ".", "..") for part in text.rstrip("/").split("/")) and text:
        raise ValueError("write it as folder/folder, without a / at its beginning")
    return f"{text.rstrip('/')}/" if text else ""


class S3Settings(Settings):
    """A bucket at Amazon S3, Backblaze B2 or another service with S3's interface."""

    bucket: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,62}$")] = Field(
        description="Name of the bucket, which must exist."
    )
    prefix: Annotated[
        str, StringConstraints(pattern=r"^[A-Za-z0-9!_.*'()/-]*$"), AfterValidator(_prefix)
    ] = Field(
        default="",
        max_length=200,
        description="Folder in the bucket for the store alone, such as photos/vault. Default: the "
        "whole bucket.",
    )
    endpoint: ServiceAddress | None = Field(
        default=None,
        description="Address of the service, such as https://s3.eu-central-003.backblazeb2.com. "
        "Default: Amazon's.",
    )
    region: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")] = Field(
        default="us-east-1",
        description="Region of the bucket, such as eu-central-1; with B2, the second part of the "
        "endpoint.",
    )
    access_key_env: VariableName = Field(
        default="AWS_ACCESS_KEY_ID",
        description="Name of the environment variable that holds the ID of the access key (B2: "
        "keyID).",
    )
    secret_key_env: VariableName = Field(
        default="AWS_SECRET_ACCESS_KEY",
        description="Name of the environment variable that holds the secret access key (B2: "
        "applicationKey).",
    )
    requests_per_second: float = Field(
        default=50.0, gt=0, le=1000, description="Requests per second, across all processes."
    )

    @property
    def service(self) -> str:
        """The service's host and port as stated; empty for Amazon, whatever its endpoint."""
        host = urlsplit(self.endpoint or "").netloc.lower()
        return "" if host.endswith(".amazonaws.com") else host


class VaultStoreSettings(Settings):
    """One place for copies of the originals: either a `folder`, or a bucket at `s3`."""

    folder: LocalPath | None = Field(
        default=None,
        description="Folder on a local disk or a NAS: `blobs/sha256/ab/cd/<sha256>`. "
        "`photosync vault create` makes it.",
    )
    s3: S3Settings | None = Field(
        default=None,
        description="Bucket at S3, Backblaze B2 or a service like them, in place of a folder. "
        "Needs the extra `s3`.",
    )

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.folder is None) == (self.s3 is None):
            raise ValueError("a store is either a `folder` or a bucket at `s3`; write one of them")
        return self


class MoreCopies(Settings):
    """Rules for photos whose originals need more than `vault.copies`.

    All conditions of a rule must match. Where several rules match, the largest number counts.
    """

    album: Annotated[str, Field(min_length=1)] | None = Field(
        default=None, description="An album, and those below it: `Family / 2024`. Any case."
    )
    keyword: Annotated[str, Field(min_length=1)] | None = Field(
        default=None, description="A keyword, at any level. Any case."
    )
    label: Annotated[str, Field(min_length=1)] | None = Field(
        default=None, description="A color label. Any case."
    )
    copies: int = Field(
        ge=1, le=100, description="Number of verified copies of their originals, if it is more."
    )

    def named(self) -> dict[str, str]:
        """Return the conditions by kind."""
        kinds = {"album": self.album, "keyword": self.keyword, "label": self.label}
        return {kind: text for kind, text in kinds.items() if text is not None}

    @model_validator(mode="after")
    def _needs_a_condition(self) -> "MoreCopies":
        if not self.named():
            raise ValueError("state an album, a keyword or a label")
        return self


class HistorySettings(Settings):
    """The history: a git repository of what would be lost with the services and the ledger."""

    enabled: bool = Field(
        default=True,
        description="Keep the history: one JSON file per photo and every decision, in one commit "
        "each time something changed. `photosync log` shows it.",
    )
    folder: LocalPath | None = Field(
        default=None,
        description="Folder of the bare git repository, which nothing else may use. Default: "
        "`history.git` in data_dir.",
    )
    remote: Annotated[str, AfterValidator(require_remote)] | None = Field(
        default=None,
        description="Address of a private git repository to which each commit is pushed by the git "
        "program, with the SSH agent or credential helper that it uses. Its branch `main` must be "
        "empty or a copy of this history. No password may be in the address.",
    )
    author: str = Field(
        default="photosync <photosync@localhost>",
        pattern=r"^[^<>\n]*[^<>\s] <[^<>\s]+>$",
        description="Author of the commits, as `name <address>`.",
    )


class VaultSettings(Settings):
    """Copies of the original files, named by their content and checked. Off without a store."""

    stores: dict[
        Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")], VaultStoreSettings
    ] = Field(
        default_factory=dict,
        description="The stores by name. Every original is copied to each of them.",
    )
    copies: int = Field(
        default=1,
        ge=1,
        le=100,
        description="Number of verified copies that `photosync copies` requires before it says "
        "that a file may be deleted elsewhere.",
    )
    nightly_percent: float = Field(
        default=3.5,
        ge=0,
        le=100,
        description="Share of each store that is read in full each night, in percent: 3.5 reads "
        "everything once a month. 0: none.",
    )
    more_copies: list[MoreCopies] = Field(
        default_factory=list,
        description="Rules for photos whose originals need more copies than `copies`.",
    )
    history: HistorySettings = Field(default_factory=HistorySettings)
