"""Immich's albums, tags, stacks and moving pictures, in the form in which assets refer to them."""

from collections.abc import Iterable
from typing import Final

from photo_assets.catalogs.online.service import Record, Tables

ALBUMS: Final = "albums"
TAGS: Final = "tags"
STACKS: Final = "stacks"
MOTION: Final = "motion"
"""The videos of live photos: id of the video -> id of its still."""

SERVER: Final = "server"
"""Has a record if a search without a visibility also finds archived and hidden assets."""

_HEAD = ("id", "albumName", "updatedAt", "assetCount", "hasSharedLink", "shared")


def album_head(album: Record) -> Record:
    """Return what changes when an album's name, assets or sharing do."""
    return {name: album.get(name) for name in _HEAD}


def stack_record(stack: Record) -> Record:
    """Return a stack: its first asset, and all of them."""
    assets = stack.get("assets") or []
    members = sorted(one["id"] for one in assets if isinstance(one, dict) and "id" in one)
    return {"id": stack["id"], "top": stack.get("primaryAssetId"), "members": members}


def motion_records(assets: Iterable[Record]) -> list[Record]:
    """Return the videos that stills among `assets` name as their own."""
    return [
        {
            "id": asset["livePhotoVideoId"],
            "still": asset["id"],
            "members": [asset["livePhotoVideoId"]],
        }
        for asset in assets
        if isinstance(asset.get("livePhotoVideoId"), str)
    ]


def members_of(record: Record | None) -> set[str]:
    """Return the ids of the assets of an album, tag, stack or live photo."""
    return set(record["members"]) if record else set()


class Index:
    """Asset -> the albums, tags and stacks it is in, in the order of their ids."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._of: dict[str, dict[str, list[Record]]] = {}
        for kind in (ALBUMS, TAGS, STACKS):
            groups: dict[str, list[Record]] = {}
            for _, record in sorted(tables[kind].items()):
                for member in record["members"]:
                    groups.setdefault(member, []).append(record)
            self._of[kind] = groups

    def of(self, kind: str, asset: str) -> list[Record]:
        """Return the groups of a kind that contain an asset."""
        return self._of[kind].get(asset, [])

    def still_of(self, video: str) -> str | None:
        """Return the still of a live photo's video."""
        record = self.tables[MOTION].get(video)
        return str(record["still"]) if record else None
