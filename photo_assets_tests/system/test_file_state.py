"""Which change times are trusted, and that others cannot make a file look changed."""

import os
from pathlib import Path

import pytest

from photo_assets.system.file_state import ChangeTimes

DEVICE = os.makedev(8, 17)


def table(folder: Path, kind: str) -> Path:
    path = folder / "mountinfo"
    path.write_text(
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
        "half a line\n"
        f"98 22 8:17 / /media/a\\040disk rw,nosuid master:3 propagate_from:2 - {kind} //x y rw\n"
    )
    return path


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("ext4", True),
        ("btrfs", True),
        ("nfs4", True),
        ("vfat", False),
        ("exfat", False),
        ("cifs", False),
        ("smb3", False),
        ("fuse.sshfs", False),
        ("9p", False),
        ("of a later kernel", False),
    ],
)
def test_only_file_systems_that_store_change_times_are_trusted(
    tmp_path: Path, kind: str, kept: bool
) -> None:
    assert ChangeTimes(table(tmp_path, kind)).are_kept_on(DEVICE) is kept


def test_a_device_missing_from_the_mount_table_is_trusted(tmp_path: Path) -> None:
    change_times = ChangeTimes(table(tmp_path, "vfat"))
    assert change_times.are_kept_on(os.makedev(0, 41)), "a Btrfs subvolume"
    assert ChangeTimes(tmp_path / "no table").are_kept_on(DEVICE)


def test_an_edit_that_restores_the_modification_time_changes_the_state(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(b"one")
    before = file.stat()
    file.write_bytes(b"two")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = file.stat()
    here = ChangeTimes(tmp_path / "no table")
    assert here.state(after) != here.state(before)
    nowhere = ChangeTimes(table_of_device(tmp_path, before.st_dev))
    assert nowhere.state(after) == nowhere.state(before)
    assert nowhere.of(after) is None


def table_of_device(folder: Path, device: int) -> Path:
    path = folder / "mountinfo"
    numbers = f"{os.major(device)}:{os.minor(device)}"
    path.write_text(f"30 1 {numbers} / / rw - fuse.gluster host:/v rw\n")
    return path
