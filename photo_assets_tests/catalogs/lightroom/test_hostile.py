"""Catalogs that are damaged, foreign or odd: a clear error, or one lost entry, never more."""

import os
import sqlite3
from pathlib import Path

import pytest

from photo_assets.catalogs.lightroom import database as database_module
from photo_assets.model.errors import CatalogUnavailableError, CatalogUnreadableError
from photo_assets.model.rows import items_to_table
from photo_assets_tests.catalogs.contract import TODAY
from photo_assets_tests.catalogs.lightroom.builder import Lrcat, title_packet
from photo_assets_tests.catalogs.lightroom.reading import (
    by_name,
    failures,
    items,
    reader,
    scanned,
)


def test_entries_without_file_folder_or_id_fail_alone(lrcat: Lrcat, scratch: Path) -> None:
    folder = lrcat.folder(lrcat.root())
    good = lrcat.photo(folder, "good.jpg", rating=5.0)
    lrcat.image(999)
    lrcat.image(lrcat.file(777, "nowhere.jpg"))
    lrcat.image(lrcat.file(lrcat.folder(888), "rootless.jpg"))
    lrcat.image(lrcat.file(folder, "blank.jpg"), id_global="")
    lrcat.tag(good, lrcat.keyword("kept"))
    last = lrcat.photo(folder, "last.jpg")
    lrcat.tag(last, lrcat.keyword("kept too"))
    lrcat.close()
    events = scanned(lrcat.path, scratch)
    found = by_name(events)
    assert sorted(found) == ["good.jpg", "last.jpg"]
    assert [keyword.path for keyword in found["last.jpg"].keywords] == [("kept too",)]
    reasons = [(failure.reason, failure.native_id is None) for failure in failures(events)]
    assert reasons == [
        ("no file", False),
        ("no folder", False),
        ("no folder", False),
        ("no id", True),
    ]


def test_a_repeated_id_keeps_the_first(lrcat: Lrcat, scratch: Path) -> None:
    folder = lrcat.folder(lrcat.root())
    lrcat.db.execute("ALTER TABLE Adobe_images RENAME TO strict")
    lrcat.db.execute("CREATE TABLE Adobe_images AS SELECT * FROM strict")
    lrcat.db.execute("DROP TABLE strict")
    for name in ("first.jpg", "second.jpg"):
        lrcat.image(lrcat.file(folder, name), id_global="SAME")
    lrcat.image(lrcat.file(folder, "null.jpg"), id_global=None)
    lrcat.close()
    events = scanned(lrcat.path, scratch)
    assert list(by_name(events)) == ["first.jpg"]
    assert [failure.reason for failure in failures(events)] == ["duplicate id", "no id"]
    assert failures(events)[0].native_id is None, "the first one's row must not be kept instead"


def test_any_type_in_any_column(lrcat: Lrcat, scratch: Path) -> None:
    """SQLite lets a column hold anything; every column that is read holds everything once."""
    folder = lrcat.folder(lrcat.root())
    odd = [
        None,
        0,
        -1,
        2**62,
        1.5,
        float("inf"),
        -1e300,
        "",
        "text",
        "\ud7ff\U0010ffff",
        b"\x00\xff",
    ]
    side = ["AgHarvestedExifMetadata", "AgHarvestedIptcMetadata", "AgLibraryIPTC", "AgLibraryFace"]
    side += ["AgVideoInfo"]
    kept = {"id_local", "id_global", "rootFile", "image", "folder", "baseName", "extension"}
    for at in range(len(odd)):
        image = lrcat.photo(folder, f"{at}.jpg", xmp=title_packet("t"))
        for table in side:
            lrcat.insert(table, image=image)
    for table in ("Adobe_images", "AgLibraryFile", "Adobe_AdditionalMetadata", *side):
        columns = lrcat.db.execute(f"PRAGMA table_info({table})").fetchall()
        for shift, (_, column, _, required, _, _) in enumerate(columns):
            if column in kept:
                continue
            rows = [row for (row,) in lrcat.db.execute(f"SELECT id_local FROM {table}")]
            for at, row in enumerate(rows):
                value = odd[(at + shift) % len(odd)]
                if value is not None or not required:
                    lrcat.db.execute(
                        f"UPDATE {table} SET {column} = ? WHERE id_local = ?", [value, row]
                    )
    lrcat.close()
    events = scanned(lrcat.path, scratch)
    assert not failures(events)
    found = items(events)
    assert len(found) == len(odd)
    items_to_table(found.values(), TODAY).validate(full=True)


def test_text_that_is_no_utf_8_becomes_visible_marks(lrcat: Lrcat, scratch: Path) -> None:
    image = lrcat.photo(lrcat.folder(lrcat.root()), "a.jpg", copyName="a\x00b")
    lrcat.insert("AgLibraryIPTC", image=image)
    lrcat.db.execute("UPDATE AgLibraryIPTC SET caption = CAST(? AS TEXT)", [b"Gr\xfc\xdfe"])
    lrcat.tag(image, lrcat.keyword("x"))
    lrcat.db.execute(
        "UPDATE AgLibraryKeyword SET name = CAST(? AS TEXT) WHERE name = 'x'", [b"\xff\x00"]
    )
    lrcat.close()
    (item,) = items(scanned(lrcat.path, scratch)).values()
    assert item.caption == "Gr\ufffd\ufffde"
    assert item.keywords[0].path == ("\ufffd\ufffd",)
    assert "Gr\ufffd\ufffde" in str(item.raw)
    assert "u0000" not in str(item.raw), "PostgreSQL refuses NUL in JSON too"
    items_to_table([item], TODAY).validate(full=True)


def test_a_value_too_large_to_load_costs_only_itself(
    lrcat: Lrcat, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "_LARGEST_VALUE_BYTES", 100_000)
    image = lrcat.photo(lrcat.folder(lrcat.root()), "a.jpg", rating=3.0)
    settings = lrcat.insert("Adobe_imageDevelopSettings", image=image, text="s" * 200_000)
    lrcat.db.execute("UPDATE Adobe_images SET developSettingsIDCache = ?", [settings])
    lrcat.insert("Adobe_AdditionalMetadata", image=image, xmp="x" * 200_000)
    lrcat.close()
    (item,) = items(scanned(lrcat.path, scratch)).values()
    assert item.rating == 3
    assert "too big" in str(item.extras)


def test_a_broken_index_hides_nothing(lrcat: Lrcat, scratch: Path) -> None:
    """An index that misses a row, as after a crash; SQLite's quick check does not see it."""
    image = lrcat.photo(lrcat.folder(lrcat.root()), "a.jpg")
    index = "index_AgLibraryKeywordImage_image"
    lrcat.db.commit()
    entry = lrcat.db.execute("SELECT * FROM sqlite_master WHERE name = ?", [index]).fetchone()
    lrcat.db.execute("PRAGMA writable_schema = ON")
    lrcat.db.execute("DELETE FROM sqlite_master WHERE name = ?", [index])
    lrcat.db.execute("PRAGMA writable_schema = RESET")
    lrcat.tag(image, lrcat.keyword("kept"))
    lrcat.db.execute("PRAGMA writable_schema = ON")
    lrcat.db.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", entry)
    lrcat.db.execute("PRAGMA writable_schema = RESET")
    (by_index,) = lrcat.db.execute(
        f"SELECT count(*) FROM AgLibraryKeywordImage INDEXED BY {index} WHERE image = ?",
        [image],
    ).fetchone()
    assert by_index == 0, "the index must really miss the row"
    lrcat.close()
    (item,) = items(scanned(lrcat.path, scratch)).values()
    assert [keyword.path for keyword in item.keywords] == [("kept",)]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"GIF89a, a picture", "not an SQLite"),
        (b"SQLite format 3\x00", "damaged"),
        (b"SQLite format 3\x00" + b"\xff" * 5000, "damaged"),
    ],
)
def test_what_is_no_database_is_unreadable(
    home: Path, scratch: Path, content: bytes, word: str
) -> None:
    path = home / "photos.lrcat"
    path.write_bytes(content)
    backup = home / "Backups" / "2024-05-01 1200"
    backup.mkdir(parents=True)
    (home / "Backups" / "2023-01-01 0900").mkdir()
    with pytest.raises(CatalogUnreadableError, match=word) as raised:
        list(reader(path, scratch).scan({}))
    assert "2024-05-01 1200" in str(raised.value), "the newest backup is named"


def test_another_database_is_named_as_such(home: Path, scratch: Path) -> None:
    path = home / "previews.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE ImageCacheEntry (id)")
        database.execute("CREATE VIEW Adobe_images AS SELECT 1 AS id_local")
    with pytest.raises(CatalogUnreadableError, match="not a Lightroom Classic catalog"):
        list(reader(path, scratch).scan({}))


def test_a_view_that_never_ends_is_not_run(lrcat: Lrcat, scratch: Path) -> None:
    lrcat.photo(lrcat.folder(lrcat.root()), "a.jpg")
    lrcat.db.execute("DROP TABLE AgLibraryKeywordImage")
    lrcat.db.execute(
        "CREATE VIEW AgLibraryKeywordImage AS WITH RECURSIVE n(i) AS "
        "(SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS image, i AS tag FROM n"
    )
    lrcat.close()
    assert len(items(scanned(lrcat.path, scratch))) == 1


def test_a_folder_or_a_pipe_is_no_catalog(home: Path, scratch: Path) -> None:
    os.mkfifo(home / "pipe.lrcat")
    for path in (home, home / "pipe.lrcat"):
        with pytest.raises(CatalogUnreadableError, match="not a file"):
            list(reader(path, scratch).scan({}))


def test_a_missing_catalog_is_unavailable(home: Path, scratch: Path) -> None:
    (home / "file").write_bytes(b"")
    for path in (home / "gone.lrcat", home / "file" / "x.lrcat"):
        with pytest.raises(CatalogUnavailableError):
            list(reader(path, scratch).scan({}))


@pytest.mark.parametrize("version", ["9900000", "0200022", "what", None])
def test_unknown_versions_are_read_with_a_warning(
    lrcat: Lrcat, scratch: Path, caplog: pytest.LogCaptureFixture, version: str | None
) -> None:
    lrcat.photo(lrcat.folder(lrcat.root()), "a.jpg")
    lrcat.db.execute(
        "UPDATE Adobe_variablesTable SET value = ? WHERE name = 'Adobe_DBVersion'", [version or ""]
    )
    lrcat.close()
    assert len(items(scanned(lrcat.path, scratch))) == 1
    assert "versions 3 to 15 are known" in caplog.text


def test_a_known_version_in_another_form_names_what_is_missing(lrcat: Lrcat, scratch: Path) -> None:
    lrcat.db.execute("ALTER TABLE AgLibraryRootFolder RENAME COLUMN absolutePath TO elsewhere")
    lrcat.close()
    with pytest.raises(CatalogUnreadableError, match=r"Lightroom 14 .* AgLibraryRootFolder"):
        list(reader(lrcat.path, scratch).scan({}))
