"""Rich text in requests and in replies."""

from typing import Any

_PLAIN = {
    "bold": False,
    "italic": False,
    "strikethrough": False,
    "underline": False,
    "code": False,
    "color": "default",
}


def stored(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return sent items in the form of replies; empty text is dropped."""
    return [_item(item) for item in items if item.get("text", {}).get("content") != ""]


def plain(items: list[dict[str, Any]]) -> str:
    return "".join(item["plain_text"] for item in items)


def text_of(content: str) -> list[dict[str, Any]]:
    """Return rich text items for plain text, split at the service's length limit."""
    return [
        {"type": "text", "text": {"content": content[at : at + 1000]}}
        for at in range(0, len(content), 1000)
    ]


def _item(item: dict[str, Any]) -> dict[str, Any]:
    annotations = {**_PLAIN, **item.get("annotations", {})}
    if "equation" in item:
        expression = item["equation"]["expression"]
        return {
            "type": "equation",
            "equation": {"expression": expression},
            "annotations": annotations,
            "plain_text": expression,
            "href": None,
        }
    if "text" not in item:
        raise NotImplementedError("the stand-in keeps text and equations, no mentions")
    content, link = item["text"]["content"], item["text"].get("link")
    return {
        "type": "text",
        "text": {"content": content, "link": link},
        "annotations": annotations,
        "plain_text": content,
        "href": link["url"] if link else None,
    }
