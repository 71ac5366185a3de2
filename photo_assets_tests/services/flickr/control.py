"""Steers a Flickr stand-in that is another process."""

from typing import Any

from photo_assets_tests.services.control import Control


class FlickrControl(Control):
    """The orders of `Control`, and what the account's owner does."""

    def owner(self, do: str, **values: Any) -> Any:
        """Let the owner do something, as in `Account`: `owner("add_photo", title="Jon Snow")`."""
        return self.order("/__account", do=do, **values)["done"]
