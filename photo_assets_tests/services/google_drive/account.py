"""One person's Drive: files and shared drives, and what people do in it."""

import threading
from collections.abc import Iterator
from typing import Any

from photo_assets_tests.services.google_drive import resources
from photo_assets_tests.services.google_drive.change_log import ChangeLog
from photo_assets_tests.services.google_drive.resources import FOLDER, SHORTCUT, Json

ME = "owner@photos.example"


class Account(ChangeLog):
    """The state; `lock` is held by each method and by each request.

    `feed_names_descendants`: whether the log names the files below a folder that is trashed,
    restored or deleted. The documentation does not say, and both were reported.
    """

    def __init__(self, me: str = ME) -> None:
        super().__init__()
        self.me = me
        self.lock = threading.RLock()
        self.root_id = "0AOwnerRootPVA"
        self.files: dict[str, Json] = {}
        self.contents: dict[str, bytes] = {}
        self.revisions: dict[str, list[Json]] = {}
        self.comments: dict[str, list[Json]] = {}
        self.drives: dict[str, Json] = {}
        self.serials: dict[str, int] = {}
        self.feed_names_descendants = False

    @property
    def root(self) -> Json:
        """The folder of My Drive, which no listing gives."""
        made = resources.file_resource(
            self.root_id, "My Drive", resources.FOLDER, 0, None, self.me, self.me
        )
        return {**made, "parents": []}

    def add_folder(self, name: str, parent: str | None = None, **fields: Any) -> str:
        return self._add(name, FOLDER, None, parent, fields)

    def add_shortcut(self, name: str, target: str, parent: str | None = None, **fields: Any) -> str:
        with self.lock:
            known = self.files.get(target, {})
            details = {"targetId": target, "targetMimeType": known.get("mimeType", "image/jpeg")}
            return self._add(name, SHORTCUT, None, parent, {"shortcutDetails": details, **fields})

    def add_file(
        self, name: str, content: bytes = b"", parent: str | None = None, **fields: Any
    ) -> str:
        """Upload a file and return its id; `fields` replace what Drive would state.

        `owner` is an address, `drive` the id of a shared drive; `id` sets the id. A field that is
        None is absent, as sha256Checksum is on files of before 2022.
        """
        mime_type = fields.pop("mimeType", resources.mime_type_of(name))
        return self._add(name, mime_type, content, parent, fields)

    def add_drive(self, name: str) -> str:
        with self.lock:
            drive_id = f"0Ashared{len(self.drives) + 1}PVA"
            self.drives[drive_id] = resources.drive_resource(drive_id, name, self.tick())
            self._log_drive(drive_id)
            return drive_id

    def rename_drive(self, drive_id: str, name: str) -> None:
        with self.lock:
            self.drives[drive_id]["name"] = name
            self._log_drive(drive_id)

    def leave_drive(self, drive_id: str) -> None:
        """Lose access to a shared drive: its files and its change log are gone."""
        with self.lock:
            del self.drives[drive_id]
            self._log_drive(drive_id)
            for file_id in [f["id"] for f in self.files.values() if f.get("driveId") == drive_id]:
                self._drop(file_id)

    def edit(self, file_id: str, **fields: Any) -> None:
        """Set fields of a file; None removes one."""
        with self.lock:
            _set(self.files[file_id], fields)
            self._changed(file_id)

    def rename(self, file_id: str, name: str) -> None:
        self.edit(file_id, name=name)

    def move(self, file_id: str, parent: str) -> None:
        self.edit(file_id, parents=[parent])

    def replace(self, file_id: str, content: bytes) -> None:
        """Upload a new version of a file."""
        with self.lock:
            self.contents[file_id] = content
            number = self._keep_revision(file_id, content)
            self.edit(file_id, **resources.content_fields(file_id, content, number))

    def move_to_drive(self, file_id: str, drive_id: str) -> None:
        """Move a file to a shared drive: it leaves one feed and enters another."""
        with self.lock:
            file = self.files[file_id]
            for absent in ("permissions", "owners", "ownedByMe", "shared"):
                file.pop(absent, None)
            file |= {"parents": [drive_id], "driveId": drive_id, "teamDriveId": drive_id}
            self._changed(file_id)

    def move_to_my_drive(self, file_id: str) -> None:
        """Move a file from a shared drive: that drive's own feed names it as removed."""
        with self.lock:
            number = self.tick()
            file = self.files[file_id]
            drive = file.pop("driveId")
            file.pop("teamDriveId")
            fresh = resources.file_resource(
                file_id, file["name"], file["mimeType"], number, None, self.me, self.me
            )
            owned = ("permissions", "owners", "ownedByMe", "shared")
            file |= {"parents": [self.root_id], **{name: fresh[name] for name in owned}}
            removed = {"changeType": "file", "fileId": file_id, "removed": True}
            self.append(drive, file_id, number, removed)
            self._changed(file_id)

    def share(
        self,
        file_id: str,
        kind: str,
        who: str | None = None,
        role: str = "reader",
        discoverable: bool = False,
    ) -> None:
        """Share with a `user`, `group`, `domain` or `anyone` (with the link, or discoverable)."""
        with self.lock:
            permission = resources.permission(kind, role, who, discoverable)
            for one in (file_id, *self.below(file_id)):
                self._permit(self.files[one], permission)
                if one == file_id or self.feed_names_descendants:
                    self._changed(one)

    def unshare(self, file_id: str) -> None:
        """Let nobody but the owner see a file, or what is in a folder."""
        with self.lock:
            for one in (file_id, *self.below(file_id)):
                file = self.files[one]
                file["permissions"] = [p for p in file["permissions"] if p["role"] == "owner"]
                file["permissionIds"] = [p["id"] for p in file["permissions"]]
                file["shared"] = False
                if one == file_id or self.feed_names_descendants:
                    self._changed(one)

    def trash(self, file_id: str) -> None:
        self._set_trashed(file_id, True)

    def untrash(self, file_id: str) -> None:
        self._set_trashed(file_id, False)

    def delete(self, file_id: str) -> None:
        """Delete for ever, with everything below, or lose access to it: the log is the same."""
        with self.lock:
            below = list(self.below(file_id))
            self._log_removed(file_id)
            for one in below:
                if self.feed_names_descendants:
                    self._log_removed(one)
                self._drop(one)
            self._drop(file_id)

    def find(self, name: str) -> str:
        """Return the id of the first file of that name."""
        return str(next(one["id"] for one in self.files.values() if one["name"] == name))

    def visible_to(self, email: str) -> list[Json]:
        """Return the files that an account sees: this one, or a service account they were shared to."""
        if email == self.me:
            return list(self.files.values())
        who = resources.permission_id(email)
        shared = {one["id"] for one in self.files.values() if who in one["permissionIds"]}
        seen = shared.union(*(self.below(one) for one in shared))
        return [file for file in self.files.values() if file["id"] in seen]

    def below(self, folder_id: str) -> Iterator[str]:
        """Yield the ids of everything below a folder."""
        children: dict[str, list[str]] = {}
        for file in self.files.values():
            for parent in file.get("parents", ()):
                children.setdefault(parent, []).append(file["id"])
        pending, seen = [folder_id], {folder_id}
        while pending:
            for child in children.get(pending.pop(), ()):
                if child not in seen:
                    seen.add(child)
                    pending.append(child)
                    yield child

    def _add(
        self, name: str, mime_type: str, content: bytes | None, parent: str | None, fields: Json
    ) -> str:
        with self.lock:
            number = self.tick()
            file_id = fields.pop("id", None) or f"1{number:06d}{'AbCdEfGhIjKlMnOpQrStUvWxYz'}"
            owner = fields.pop("owner", self.me)
            drive = fields.pop("drive", None)
            file = resources.file_resource(
                file_id, name, mime_type, number, content, owner, self.me
            )
            file["parents"] = [parent or drive or self.root_id]
            if owner != self.me and parent is None:
                del file["parents"]  # of a file that others share, its owner's folder is not told
            if drive is not None:
                for absent in ("permissions", "owners", "ownedByMe", "shared"):
                    file.pop(absent, None)
                file |= {"driveId": drive, "teamDriveId": drive, "hasAugmentedPermissions": False}
            for inherited in self.files.get(parent or "", {}).get("permissions", ()):
                if inherited["role"] != "owner" and "permissions" in file:
                    self._permit(file, inherited)
            _set(file, fields)
            self.files[file_id] = file
            self.serials[file_id] = number
            if content is not None:
                self.contents[file_id] = content
                self._keep_revision(file_id, content)
            self._log(file_id)
            return file_id

    def _permit(self, file: Json, permission: Json) -> None:
        file["permissionIds"] = [*file.get("permissionIds", ()), permission["id"]]
        if "permissions" in file:
            file["permissions"] = [*file["permissions"], permission]
        if "driveId" not in file:
            file["shared"] = True

    def _keep_revision(self, file_id: str, content: bytes) -> int:
        kept = self.revisions.setdefault(file_id, [])
        number = len(kept) + 1
        kept.append(
            {
                "kind": "drive#revision",
                "id": f"{file_id}-r{number}",
                "mimeType": self.files[file_id]["mimeType"],
                "modifiedTime": resources.stamp(self.now),
                "size": str(len(content)),
                "md5Checksum": resources.content_fields(file_id, content)["md5Checksum"],
            }
        )
        return number

    def _set_trashed(self, file_id: str, trashed: bool) -> None:
        with self.lock:
            for one in (file_id, *self.below(file_id)):
                file = self.files[one]
                if one == file_id:
                    file["explicitlyTrashed"] = trashed
                elif file["explicitlyTrashed"]:
                    continue
                file["trashed"] = trashed
                _set(file, {"trashedTime": resources.stamp(self.now) if trashed else None})
                if one == file_id or self.feed_names_descendants:
                    self._changed(one)

    def _changed(self, file_id: str) -> None:
        file = self.files[file_id]
        file["version"] = str(int(file["version"]) + 1)
        self._log(file_id)

    def _log(self, file_id: str) -> None:
        number = self.tick()
        drive = self.files[file_id].get("driveId")
        for log in {None, drive}:
            self.append(log, file_id, number, {"changeType": "file", "fileId": file_id})

    def _log_removed(self, file_id: str) -> None:
        number, drive = self.tick(), self.files[file_id].get("driveId")
        removed = {"changeType": "file", "fileId": file_id, "removed": True}
        for log in {None, drive}:
            self.append(log, file_id, number, removed)

    def _log_drive(self, drive_id: str) -> None:
        change: Json = {"changeType": "drive", "driveId": drive_id}
        if drive_id not in self.drives:
            change["removed"] = True
        self.append(None, drive_id, self.tick(), change)

    def _drop(self, file_id: str) -> None:
        self.files.pop(file_id, None)
        self.serials.pop(file_id, None)
        self.contents.pop(file_id, None)


def _set(file: Json, fields: Json) -> None:
    for name, value in fields.items():
        if value is None:
            file.pop(name, None)
        else:
            file[name] = value
