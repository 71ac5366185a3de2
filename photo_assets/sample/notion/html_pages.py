"""The stand-in's content as HTML for people: pages of its databases with covers, and single pages.

The vendor's own web pages are not imitated; requests of notion-client are handled in `app`.
"""

from html import escape
from typing import Any

from photo_assets.model.wording import counted
from photo_assets.sample.notion import rich_text
from photo_assets.sample.notion.objects import DataSource, Page
from photo_assets.sample.notion.store import Store

_STYLE = (
    "body{font:15px system-ui,sans-serif;margin:2rem;color:#222;background:#fff}"
    "ul{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:1rem;padding:0}"
    "li{list-style:none;overflow:hidden;border:1px solid #ddd;border-radius:6px}"
    "li img,li span.none{display:block;width:100%;height:8rem;object-fit:cover;background:#eee}"
    "li a{color:inherit;text-decoration:none}li b{display:block;padding:.5rem;font-weight:500;"
    "white-space:nowrap;overflow:hidden;text-overflow:ellipsis}td,th{text-align:left;"
    "vertical-align:top;padding:.2rem 1rem .2rem 0}main img{max-width:30rem}"
)


def overview(store: Store) -> str:
    """Return every data source with its pages, each linked."""
    parts = [_source(source) for source in store.data_sources.values()]
    nothing = "<p>There is no database yet.</p>"
    return _document("The Notion stand-in", "".join(parts) or nothing)


def page_html(store: Store, page: Page) -> str:
    """Return one page with all its properties."""
    values = plain_values(store, page) if page.source else {}
    rows = "".join(
        f"<tr><th>{escape(name)}<td>{escape(_text(value))}" for name, value in values.items()
    )
    back = '<p><a href="/">all pages</a></p>'
    body = f"{back}<main>{_cover(page)}<table>{rows}</table></main>"
    return _document(page.title or "Untitled", body)


def _source(source: DataSource) -> str:
    shown = [page for page in source.pages if not page.in_trash]
    items = "".join(
        f'<li><a href="/page/{page.id}">{_cover(page)}<b>{escape(page.title or "Untitled")}</b></a>'
        for page in shown
    )
    title = escape(rich_text.plain(source.title) or rich_text.plain(source.database.title))
    return f"<h2>{title}: {counted(len(shown), 'page')}</h2><ul>{items}</ul>"


def _cover(page: Page) -> str:
    if page.cover is None or "upload" not in page.cover:
        return '<span class="none"></span>'
    return f'<img loading="lazy" alt="" src="/cover/{page.cover["upload"]}">'


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _document(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style><h1>{escape(title)}</h1>{body}"
    )


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
