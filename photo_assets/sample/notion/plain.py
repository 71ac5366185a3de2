"""The properties of a page as plain Python values; `values` stores and sends them."""

from typing import Any

from photo_assets.sample.notion.objects import Page
from photo_assets.sample.notion.store import Store


def plain_values(store: Store, page: Page) -> dict[str, Any]:
    """Return a page's properties as plain Python values, by name."""
    assert page.source is not None
    return {
        name: _plain(prop.type, store.value(page, prop))
        for name, prop in page.source.schema.by_name.items()
    }


def _plain(type_: str, value: Any) -> Any:
    match type_:
        case "title" | "rich_text":
            return "".join(item["plain_text"] for item in value)
        case "select" | "status":
            return value and value["name"]
        case "multi_select":
            return [option["name"] for option in value]
        case "date":
            return value and value["start"]
        case "people":
            return [person["id"] for person in value]
        case "unique_id":
            return value["number"]
    return value
