"""What a test may tell the stand-in where it is another process: `POST /__library` and the like."""

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from photo_assets_tests.services.smugmug.app import SmugMugApp


def obey(app: "SmugMugApp", path: str, body: bytes) -> Any:
    """Carry out the order at `path` and return what it gives."""
    sent: dict[str, Any] = json.loads(body) if body else {}
    library = app.library
    match path:
        case "/__add_album":
            return {"key": library.add_album(sent.pop("name"), **sent).key}
        case "/__add_image":
            album = library.albums[sent.pop("album")]
            return {"key": library.add_image(album, sent.pop("file_name"), **sent).key}
        case "/__edit_image":
            library.edit_image(library.images[sent.pop("image")], **sent)
        case "/__edit_album":
            library.edit_album(library.albums[sent.pop("album")], **sent)
        case "/__delete_image":
            library.delete_image(library.images[sent["image"]])
        case "/__delete_album":
            library.delete_album(library.albums[sent["album"]])
        case "/__revoke":
            app.oauth.revoke()
        case "/__settings":
            for name, value in sent.items():
                if not hasattr(app.settings, name):
                    raise ValueError(f"no setting {name}")
                setattr(app.settings, name, value)
        case _:
            raise ValueError(f"no order {path}")
    return {}
