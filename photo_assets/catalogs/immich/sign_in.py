"""Signing in to an Immich server: an API key with permissions that only read."""

from typing import Final

from photo_assets.sign_in.protocol import Account, ApiKey, Asking, Scope


def _check(asking: Asking) -> Account:
    name = asking.get("/api/users/me")["name"]
    return Account(name, tuple(asking.get("/api/api-keys/me")["permissions"]))


SIGN_IN: Final = ApiKey(
    service="Immich",
    endpoint=None,
    scopes=(
        Scope("user.read", "see whose account it is"),
        Scope("asset.read", "see the photos, their metadata and checksums"),
        Scope("album.read", "see which photos are in which album", required=False),
        Scope("tag.read", "see which photos have which tag", required=False),
        Scope("stack.read", "see which photos are stacked", required=False),
        Scope("asset.download", "download originals, if `fetch` allows it", required=False),
        Scope("asset.view", "download thumbnails, if `fetch` is preview", required=False),
    ),
    check=_check,
    header="x-api-key",
    getting="In Immich, open Account Settings > API Keys > New API Key, and select only user.read, "
    "asset.read, album.read, tag.read and stack.read; also asset.download if `fetch` is "
    "identify or original, or asset.view if it is preview.",
    notes=(
        "A key with the permission `all` may also delete: make one for photosync alone.",
        "Immich does not show the locked folder to API keys.",
    ),
    ending="In Immich, open Account Settings > API Keys and delete the key.",
)
