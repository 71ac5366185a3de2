"""Steers a Notion stand-in that is another process."""

from typing import Any

from photo_assets_tests.services.control import Control


class NotionControl(Control):
    """The orders of `Control`, and those of the stand-in's own."""

    def root(self) -> dict[str, str]:
        """Return the id of the shared page and the token."""
        return dict(self.order("/__root"))

    def pages(self, data_source_id: str) -> list[dict[str, Any]]:
        return list(self.order("/__pages", data_source_id=data_source_id))

    def human_edit(self, page_id: str, values: dict[str, Any]) -> None:
        self.order("/__human_edit", page_id=page_id, values=values)

    def advance(self, seconds: float) -> None:
        """Push the server's clock on."""
        self.order("/__clock", advance=seconds)

    def set(self, **settings: Any) -> None:
        """Change settings by name; the rate limit is read at the start alone."""
        self.order("/__settings", **settings)

    def complaints(self) -> dict[str, list[dict[str, str]]]:
        """Return what the server has to say of `violations` and `refused`."""
        return dict(self.order("/__complaints"))
