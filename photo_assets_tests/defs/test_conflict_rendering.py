"""The conflicts asset shows examples of each kind; no name of a file is taken for markup."""

from pathlib import Path

from photo_assets.defs.metadata.rendering import describe_conflicts
from photo_assets.lake import Written
from photo_assets.metadata.monthly import MonthMade
from photo_assets.model.item import Item
from photo_assets_tests.metadata.collection import Collection, item


def shown(folder: Path, photos: list[list[Item]]) -> str:
    summary = Collection(photos).build(folder).summary
    written = Written(folder, 1, 1, "d", changed=True)
    text: str = describe_conflicts(MonthMade(written, summary))["examples"].value
    return text


def rated(name: str, *, gps: float = 1.0) -> list[Item]:
    return [
        item(source, name, file_name=name, rating=stars, gps_latitude=where, gps_longitude=where)
        for source, stars, where in (("lightroom", 1, gps), ("eagle", 5, 48.858))
    ]


def test_three_of_each_kind_and_field_are_shown(tmp_path: Path) -> None:
    lines = shown(tmp_path, [rated(f"{n}.JPG") for n in range(5)]).splitlines()
    assert lines[0] == "- metadata_mismatch: gps"
    assert lines[4] == "- metadata_mismatch: rating"
    assert len(lines) == 8
    assert all("lightroom/main says 1 and eagle/main says 5" in line for line in lines[5:])


def test_they_contain_no_place_and_no_private_text(tmp_path: Path) -> None:
    photo = [
        item("lightroom", caption="Anna at home", gps_latitude=48.85837, gps_longitude=2.29448),
        item("eagle", caption="Anna at work", gps_latitude=12.34567, gps_longitude=2.29448),
    ]
    text = shown(tmp_path, [photo])
    assert "metadata_mismatch: caption" in text
    assert not any(private in text for private in ("Anna", "48.8", "12.3", "2.29"))


def test_a_file_name_is_not_parsed_as_markup(tmp_path: Path) -> None:
    text = shown(tmp_path, [rated("`<img src=x>` | [a](http://b)\n# c.JPG")])
    for line in text.splitlines()[1:]:
        assert line.startswith(("- metadata_mismatch", "  - `"))
        assert line.count("`") in (0, 2)


def test_without_conflicts_the_table_is_replaced_by_none(tmp_path: Path) -> None:
    assert shown(tmp_path, [[item()]]) == "None."
