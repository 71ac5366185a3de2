"""What a test may tell a server that is another process; `control` is the other end."""

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from photo_assets.sample.notion.app import NotionApp, json_reply
from photo_assets_tests.services.notion import people


class SteeredApp(NotionApp):
    """A `NotionApp` that takes orders too, below `/__`."""

    def respond(self, request: Request, body: bytes) -> Response:
        if request.url.path.startswith("/__"):
            return json_reply(200, obey(self, request.url.path, body))
        return super().respond(request, body)


def obey(app: NotionApp, path: str, body: bytes) -> Any:
    """Carry out the order at `path` and return what it gives."""
    sent: dict[str, Any] = orjson.loads(body) if body else {}
    store = app.store
    match path:
        case "/__root":
            return {"page_id": store.root.id, "token": store.settings.token}
        case "/__pages":
            source = store.data_source(sent["data_source_id"])
            return [store.page_json(page) for page in source.pages]
        case "/__human_edit":
            people.human_edit(store, sent["page_id"], sent["values"])
        case "/__clock":
            store.clock.advance(sent["advance"])
        case "/__settings":
            for name, value in sent.items():
                if not hasattr(store.settings, name):
                    raise ValueError(f"no setting {name}")
                setattr(store.settings, name, value)
        case "/__complaints":
            return {
                "violations": [complaint.as_json() for complaint in app.violations],
                "refused": [complaint.as_json() for complaint in app.refused],
            }
        case _:
            raise ValueError(f"no order {path}")
    return {}
