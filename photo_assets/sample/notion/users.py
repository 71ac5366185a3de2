"""The user of the token."""

from photo_assets.sample.notion.objects import Json
from photo_assets.sample.notion.store import Store


def get_self(store: Store, _: Json) -> Json:
    return {
        "object": "user",
        "id": store.bot_id,
        "name": "stand-in",
        "avatar_url": None,
        "type": "bot",
        "bot": {
            "owner": {"type": "workspace", "workspace": True},
            "workspace_name": "stand-in",
            "workspace_id": store.workspace_id,
            "workspace_limits": {"max_file_upload_size_in_bytes": store.settings.upload_bytes},
        },
    }
