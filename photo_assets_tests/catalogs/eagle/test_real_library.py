"""A library written by Eagle 4.0.0: the reader against the program itself."""

from pathlib import Path

from photo_assets.catalogs.eagle.catalog import EagleCatalog
from photo_assets.catalogs.eagle.settings import EagleSettings
from photo_assets.model.events import Discarded, Found, Unchanged


def test_a_library_by_eagle_itself(real_data: Path) -> None:
    path = real_data / "eagle" / "test.library"
    catalog = EagleCatalog("main", EagleSettings(path=path))
    events = list(catalog.scan({}))
    items = {event.item.native_id: event.item for event in events if isinstance(event, Found)}
    assert len(items) == 9
    assert [event.reason for event in events if isinstance(event, Discarded)] == [
        "not a photo or video"
    ]
    assert items["MF7X7T76PIVAH"].file_name == "イエロー.png"
    assert items["MF7X7T76PIVAH"].albums[0].path == ("nested_folder_empty", "sub folder")
    assert items["MF7WZVQ9MEUZU"].albums[0].path == ("nested_folder", "sub folder")
    same = items["MF7XAA9RBND19"].albums
    assert [album.path for album in same] == [("samefolder",), ("samefolder",)]
    assert len({album.id for album in same}) == 2
    assert items["MF7X1TY7F0LWI"].file_name == "pink_gif.gif"
    for item in items.values():
        assert item.path is not None
        assert Path(item.path).stat().st_size == item.file_size
        assert item.added_time is not None
        assert item.rating is None
    known = {native_id: item.change_token for native_id, item in items.items()}
    again = list(catalog.scan(known))
    assert sum(isinstance(event, Unchanged) for event in again) == 9
