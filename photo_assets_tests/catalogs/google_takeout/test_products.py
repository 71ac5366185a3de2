"""Exports of whole accounts, and in folders with other files."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.catalogs.google_takeout.product_names import (
    GOOGLE_PHOTOS,
    is_another_product,
    is_google_photos,
)
from photo_assets.catalogs.google_takeout.products import Products
from photo_assets.catalogs.google_takeout.spool import Slot, Spool
from photo_assets.model.events import Accounting, Discarded, Failed, ScanEvent
from photo_assets_tests.catalogs.google_takeout.export import (
    ROOT,
    STAMP,
    YEAR,
    album_json,
    catalog,
    items,
    jpeg,
    photo_json,
    problems,
    scan,
    unpack,
    write_part,
)
from photo_assets_tests.media.archives.build import raw_zip, write_tar, write_zip

PHOTOS = {
    f"{YEAR}/a.jpg": jpeg(1),
    f"{YEAR}/a.jpg.supplemental-metadata.json": photo_json("a.jpg", description="kept"),
    f"{ROOT}/Trip/b.jpg": jpeg(2),
    f"{ROOT}/Trip/metadata.json": album_json("Trip"),
}
FOREIGN = {
    "Takeout/Drive/scan.jpg": jpeg(3),
    "Takeout/Drive/scan.jpg-info.json": b'{"title": "scan.jpg"}',
    "Takeout/Drive/old/Google Photos/x.jpg": jpeg(4),
    "Takeout/Drive/old/Google Photos/x.jpg.json": photo_json("x.jpg"),
    "Takeout/YouTube and YouTube Music/history/watch-history.json": b'[{"title": "Watched"',
    "Takeout/Location History (Timeline)/Records.json": b'{"locations": [' + b" " * (1 << 20),
    "Takeout/Location History (Timeline)/empty.json": b"",
    "Takeout/Keep/note.json": b"\xff\xfe not JSON",
    "Takeout/Keep/note.jpg": jpeg(5),
    "Takeout/Googl\xe9 X/unknown.json": b'{"x": ' + b"[" * 100_000,
    "Takeout/Mail/All mail.mbox": b"From x",
    "Takeout/archive_browser.html": b"<html>",
}


def put(folder: Path, kind: str, entries: dict[str, bytes]) -> None:
    if kind == "tree":
        unpack(folder / f"takeout-{STAMP}-001", entries)
    else:
        write_part(folder, 1, entries, kind)


def reasons(events: list[ScanEvent]) -> dict[str, str]:
    """Return the reasons of unwritten entries, by path in the export."""
    return {name[name.find("Takeout/") :]: reason for name, reason in problems(events).items()}


def counted(events: list[ScanEvent]) -> Accounting:
    accounting = Accounting()
    for event in events:
        accounting.count(event)
    assert accounting.balanced
    return accounting


@pytest.mark.parametrize("kind", ["zip", "tgz", "tree"])
@pytest.mark.parametrize("order", ["photos first", "photos last"])
def test_other_products_are_counted_and_not_read(
    tmp_path: Path, kind: str, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[bytes] = []

    def put_and_note(self: Spool, record: bytes) -> Slot:
        read.append(record)
        return original(self, record)

    original = Spool.put
    monkeypatch.setattr(Spool, "put", put_and_note)
    both = (PHOTOS, FOREIGN) if order == "photos first" else (FOREIGN, PHOTOS)
    put(tmp_path, kind, {**both[0], **both[1]})
    events = scan(tmp_path)
    assert set(items(events)) == {"Photos from 2023/a.jpg", "Trip/b.jpg"}
    assert items(events)["Photos from 2023/a.jpg"].caption == "kept"
    assert reasons(events) == dict.fromkeys(FOREIGN, "not Google Photos")
    assert not [event for event in events if isinstance(event, Failed)]
    count = counted(events)
    assert count.found == len(PHOTOS) + len(FOREIGN)
    if kind != "tgz" or order == "photos first":  # a tar cannot be listed before it is read
        jsons = {content for name, content in PHOTOS.items() if name.endswith("json")}
        assert {record for record in read if not record.startswith(b'{"width"')} >= jsons
        assert not {content for content in FOREIGN.values() if content} & set(read)


def test_another_part_of_another_product_changes_nothing(tmp_path: Path) -> None:
    write_part(tmp_path, 1, FOREIGN)
    write_part(tmp_path, 2, PHOTOS)
    first = scan(tmp_path)
    known = {item.native_id: item.change_token for item in items(first).values()}
    write_part(tmp_path, 3, {"Takeout/Drive/more.json": b"{", "Takeout/Drive/more.jpg": jpeg(9)})
    second = scan(tmp_path, known)
    assert items(second) == {}
    assert not [event for event in second if isinstance(event, Failed)]


@pytest.mark.parametrize("name", sorted({n for names in GOOGLE_PHOTOS.values() for n in names}))
def test_google_photos_is_known_by_its_name_in_every_language(tmp_path: Path, name: str) -> None:
    entries = {
        f"Takeout/{name}/2023/a.jpg": jpeg(1),
        f"Takeout/{name}/2023/broken.jpg.json": b"{",
        "Takeout/Anything/b.jpg": jpeg(2),
        "Takeout/Anything/b.jpg.json": photo_json("b.jpg"),
    }
    events = scan(write_part(tmp_path, 1, entries).parent)
    assert [item.native_id for item in items(events).values()] == [f"Takeout/{name}/2023/a.jpg"]
    assert sorted(problems(events).values()) == ["broken json", *["not Google Photos"] * 2]


def test_names_as_other_systems_write_them() -> None:
    for name in (
        "google photos",
        "GOOGLE FOTO_S",
        "Google Foto’s",
        "Google Photos 2",
        "Google Photos(1)",
    ):
        assert is_google_photos(name), name
    for name in ("Photos", "Google", "Google Fi", "Drive", "Photos from 2023", "", "2023"):
        assert not is_google_photos(name), name
    for language, names in GOOGLE_PHOTOS.items():
        assert not any(map(is_another_product, names)), language


@pytest.mark.parametrize("kind", ["zip", "tgz", "tree"])
@pytest.mark.parametrize("product", ["My old photos", "Googleowe", "𝔓𝔥𝔬𝔱𝔬𝔰"])
def test_a_folder_of_an_unknown_name_is_known_by_its_jsons(
    tmp_path: Path, kind: str, product: str
) -> None:
    entries = {name.replace("Google Photos", product): data for name, data in PHOTOS.items()}
    put(tmp_path, kind, {**FOREIGN, **entries, "Takeout/Rien/c.jpg": jpeg(6)})
    events = scan(tmp_path)
    assert {item.file_name for item in items(events).values()} == {"a.jpg", "b.jpg"}
    wanted = dict.fromkeys([*FOREIGN, "Takeout/Rien/c.jpg"], "not Google Photos")
    assert reasons(events) == wanted
    counted(events)


@pytest.mark.parametrize("bad", [b"", b"{", b"[]", b'{"x": NaN}', b'{"x": "' + b"y" * (1 << 20)])
def test_one_bad_json_never_opens_the_whole_export(tmp_path: Path, bad: bytes) -> None:
    entries = {
        "Takeout/Unbekannt/2023/a.jpg": jpeg(1),
        "Takeout/Unbekannt/2023/a.jpg.json": photo_json("a.jpg"),
        "Takeout/Autre/b.jpg": jpeg(2),
        "Takeout/Autre/history.json": bad,
    }
    events = scan(write_part(tmp_path, 1, entries).parent)
    assert {item.file_name for item in items(events).values()} == {"a.jpg"}
    assert set(reasons(events).values()) == {"not Google Photos"}


def test_an_unreadable_json_is_classified_by_its_name(tmp_path: Path) -> None:
    entries = {
        "Takeout/Unbekannt/2023/a.jpg": jpeg(1),
        "Takeout/Unbekannt/2023/a.jpg.json": photo_json("a.jpg"),
        "Takeout/Anderes/2024/b.jpg": jpeg(2),
        "Takeout/Anderes/2024/b.jpg.supplemental-metadata.json": b'{"title": ',
    }
    events = scan(write_part(tmp_path, 1, entries).parent)
    assert {item.file_name for item in items(events).values()} == {"a.jpg", "b.jpg"}
    assert set(reasons(events).values()) == {"broken json"}


def test_with_a_part_missing_an_unknown_folder_counts_and_drive_does_not(tmp_path: Path) -> None:
    write_part(tmp_path, 1, {"Takeout/Inconnu/2023/a.jpg": jpeg(1), "Takeout/Drive/b.jpg": jpeg(2)})
    write_part(
        tmp_path,
        3,
        {"Takeout/Autre/c.jpg": jpeg(3), "Takeout/Autre/c.jpg.json": photo_json("c.jpg")},
    )
    events = scan(tmp_path)
    assert {item.file_name for item in items(events).values()} == {"a.jpg", "c.jpg"}
    assert problems(events) == {
        f"takeout-{STAMP}-002.zip": "missing part",
        f"takeout-{STAMP}-001.zip: Takeout/Drive/b.jpg": "not Google Photos",
    }


@pytest.mark.parametrize("where", ["Takeout", f"{ROOT}", f"{YEAR}"])
def test_an_export_may_begin_anywhere(tmp_path: Path, where: str) -> None:
    unpack(tmp_path, {**PHOTOS, **FOREIGN, f"{ROOT}/Without JSON/c.jpg": jpeg(7)})
    events = scan(tmp_path / where)
    named = {item.file_name for item in items(events).values()}
    assert named == ({"a.jpg"} if where == YEAR else {"a.jpg", "b.jpg", "c.jpg"})
    assert not [event for event in events if isinstance(event, Failed)]
    counted(events)


def test_an_album_named_google_photos_is_not_a_product(tmp_path: Path) -> None:
    entries = {
        "Photos from 2023/a.jpg": jpeg(1),
        "Photos from 2023/a.jpg.json": photo_json("a.jpg"),
        "Google Photos/b.jpg": jpeg(2),
        "Google Photos/metadata.json": album_json("Google Photos"),
        "Drive/c.jpg": jpeg(3),
        "Drive/metadata.json": album_json("Drive"),
    }
    assert set(items(scan(unpack(tmp_path, entries)))) == {
        "Photos from 2023/a.jpg",
        "Google Photos/b.jpg",
        "Drive/c.jpg",
    }


def test_links_and_closed_folders_of_other_products_are_ignored(tmp_path: Path) -> None:
    unpack(tmp_path, PHOTOS | {"Takeout/Drive/a.txt": b"x"})
    (tmp_path / "Takeout/Drive/link.json").symlink_to("a.txt")
    os.mkfifo(tmp_path / "Takeout/Drive/pipe.json")
    events = scan(tmp_path)
    assert set(reasons(events).values()) == {"not Google Photos"}
    assert len(items(events)) == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may list every folder")
@pytest.mark.parametrize(
    ("closed", "failed"),
    [
        ("Takeout/Drive", 0),
        (YEAR, 1),
        ("Takeout", 1),
        (f"takeout-{STAMP}-002", 1),
        ("somewhere else", 1),
    ],
)
def test_a_folder_that_refuses_to_be_listed(tmp_path: Path, closed: str, failed: int) -> None:
    unpack(tmp_path, PHOTOS | {"Takeout/Drive/a.txt": b"x", "somewhere else/b.jpg": jpeg(3)})
    unpack(tmp_path / f"takeout-{STAMP}-002", PHOTOS)
    write_part(tmp_path, 1, PHOTOS)
    (tmp_path / closed).chmod(0)
    try:
        events = scan(tmp_path)
    finally:
        (tmp_path / closed).chmod(0o755)
    failures = [event for event in events if isinstance(event, Failed)]
    assert [(f.reason, f.native_prefix) for f in failures] == [("unreadable folder", "")] * failed


def test_names_and_locks_of_other_products_cost_nothing(tmp_path: Path) -> None:
    entries = [
        (b"Takeout/Drive/AC\\DC.txt", b"x", 0x800),
        (b"Takeout/Drive/twice.json", b"{", 0x800),
        (b"Takeout/Drive/twice.json", b"[", 0x800),
        (b"Takeout/Drive/locked.json", b"x", 0x801),
        (f"{YEAR}/a.jpg".encode(), jpeg(1), 0x800),
        (f"{YEAR}/AC\\DC.jpg".encode(), jpeg(2), 0x800),
        (b"Takeout/Drive/../x.txt", b"x", 0x800),
    ]
    (tmp_path / f"takeout-{STAMP}-001.zip").write_bytes(raw_zip(entries))
    events = scan(tmp_path)
    assert len(events) == len(entries)
    reasons = [e.reason for e in events if isinstance(e, Discarded | Failed)]
    assert sorted(reasons) == [*["not Google Photos"] * 4, *["unsafe name"] * 2]


THINGS = {
    "screenshot.png": jpeg(20),
    "notes.json": b'{"title": "notes"}',
    "report.pdf": b"%PDF",
    "holiday/IMG_1.jpg": jpeg(21),
    "holiday/IMG_1.jpg.json": b'{"rating": 5}',
    "project/package.json": b"{",
}


@pytest.mark.parametrize("kind", ["zip", "tgz", "tree"])
def test_other_files_beside_an_export_are_ignored(tmp_path: Path, kind: str) -> None:
    put(tmp_path, kind, PHOTOS)
    unpack(tmp_path, THINGS)
    write_zip(tmp_path / "theme.zip", {"theme/logo.png": jpeg(22), "theme/theme.json": b"{}"})
    write_tar(tmp_path / "backup.tgz", {"home/me/a.jpg": jpeg(23)})
    (tmp_path / "download.zip").write_bytes(b"")
    (tmp_path / "page.zip").write_bytes(b"<html>Sign in</html>")
    (tmp_path / "half.zip").write_bytes((tmp_path / "theme.zip").read_bytes()[:-30])
    events = scan(tmp_path)
    assert {item.file_name for item in items(events).values()} == {"a.jpg", "b.jpg"}
    others = {*THINGS, "theme.zip", "backup.tgz", "download.zip", "page.zip", "half.zip"}
    assert problems(events) == dict.fromkeys(others, "not Google Photos")
    counted(events)
    summary = catalog(tmp_path).probe(float("inf")).summary
    assert summary.startswith("0 archives, 4" if kind == "tree" else "1 archive, 0")


@pytest.mark.parametrize("kind", ["zip", "tgz"])
@pytest.mark.parametrize("beside", [True, False])
@pytest.mark.parametrize("strip", ["", "Takeout/", f"{ROOT}/"])
def test_a_renamed_archive_proves_itself_by_content(
    tmp_path: Path, kind: str, beside: bool, strip: str
) -> None:
    if beside:
        write_part(tmp_path, 1, {f"{YEAR}/z.jpg": jpeg(30)})
    inner = {name.removeprefix(strip): content for name, content in PHOTOS.items()}
    write = write_zip if kind == "zip" else write_tar
    write(tmp_path / f"from google.{kind}", {"readme.txt": b"x", **inner})
    write_zip(tmp_path / "theme.zip", {"theme/logo.png": jpeg(22)})
    (tmp_path / "screenshot.png").write_bytes(jpeg(20))
    events = scan(tmp_path)
    found = {item.file_name for item in items(events).values()}
    assert found == ({"a.jpg", "b.jpg", "z.jpg"} if beside else {"a.jpg", "b.jpg"})
    told = problems(events)
    assert told["theme.zip"] == told["screenshot.png"] == "not Google Photos"


def test_an_archive_that_the_user_points_at_needs_no_proof(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "theme.zip", {"theme/logo.png": jpeg(22)})
    assert [item.file_name for item in items(scan(path)).values()] == ["logo.png"]


def test_a_renamed_part_that_was_cut_keeps_every_row(tmp_path: Path) -> None:
    write_part(tmp_path, 1, {f"{YEAR}/z.jpg": jpeg(30)})
    path = write_zip(tmp_path / "second.zip", PHOTOS)
    path.write_bytes(path.read_bytes()[:-40])
    failures = [event for event in scan(tmp_path) if isinstance(event, Failed)]
    assert [(f.ref, f.native_prefix) for f in failures] == [("second.zip", "")]


def test_an_unpacked_album_beside_zips_counts_by_its_jsons(tmp_path: Path) -> None:
    write_part(tmp_path, 1, PHOTOS)
    unpack(tmp_path, {"Trip 2/c.jpg": jpeg(8), "Trip 2/c.jpg.json": photo_json("c.jpg")} | THINGS)
    events = scan(tmp_path)
    assert {item.file_name for item in items(events).values()} == {"a.jpg", "b.jpg", "c.jpg"}
    assert set(problems(events)) == set(THINGS)


NAMES = st.sampled_from(
    ["Google Photos", "Google Fotos", "Drive", "Keep", "X", "Photos from 2023", "Trip", ""]
)


@given(st.lists(st.tuples(st.booleans(), NAMES, NAMES, st.booleans()), max_size=12))
def test_a_folder_is_decided_as_a_whole_and_google_photos_never_lost(
    entries: list[tuple[bool, str, str, bool]],
) -> None:
    products = Products()
    paths = []
    for in_takeout, outer, inner, is_json in entries:
        parts = ["Takeout"] * in_takeout + [outer, inner, "a.json" if is_json else "a.jpg"]
        paths.append("/".join(part for part in parts if part))
        products.see(paths[-1])
    for path in paths:
        if path.endswith("json") and not products.is_known(path):
            products.prove(path)
    for path in paths:
        if path.startswith(("Takeout/Google Photos/", "Takeout/Google Fotos/")):
            assert products.is_photos(path)
        if path.startswith(("Takeout/Drive/", "Takeout/Keep/")):
            assert not products.is_photos(path)
        if products.is_ruled_out(path):
            assert not products.is_photos(path)
    assert not any(products.is_ruled_out(path) and products.is_photos(path) for path in paths)


def test_a_json_beyond_the_limit_counts_only_in_google_photos(tmp_path: Path) -> None:
    big = json.dumps({"title": "x", "y": "z" * (1 << 20)}).encode()
    entries = PHOTOS | {f"{YEAR}/big.json": big, "Takeout/Maps/big.json": big}
    events = scan(write_part(tmp_path, 1, entries).parent)
    assert reasons(events) == {
        f"{YEAR}/big.json": "json too large",
        "Takeout/Maps/big.json": "not Google Photos",
    }
    assert [type(e) for e in events if isinstance(e, Discarded) and "Maps" in e.ref] == [Discarded]
