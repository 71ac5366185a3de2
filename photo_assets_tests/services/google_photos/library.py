"""One person's Google Photos: the items, the sessions, and what the person does in them."""

import itertools
import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]

LINKS = "https://lh3.googleusercontent.com/ppa/"
"""Where the links to bytes begin. No row, log or file may contain one."""


@dataclass
class Session:
    """`picked`: the ids in the order of picking; None while the person has not pressed Done."""

    id: str
    picked: list[str] | None = None


@dataclass
class Library:
    """The state; `lock` is held during each request.

    `interval` and `left` are what `pollingConfig` states. `most_sessions`: more are refused; 0:
    any number. `active` False: the account has no Google Photos. `sure` False: items of a session
    are still refused after it says that they are set.
    """

    items: dict[str, Json] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    created: int = 0
    interval: str = "5s"
    left: str = "1799.999s"
    most_sessions: int = 0
    active: bool = True
    sure: bool = True
    opening: tuple[str, ...] | None = None
    """What the person picks as soon as the page is opened; None: the page waits."""

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self._numbers = itertools.count(1)

    def add_photo(self, name: str = "", **changed: Any) -> str:
        """Add a photo and return its id; `changed` replaces what Google would state of the file."""
        number = next(self._numbers)
        photo = {
            "focalLength": 4.44,
            "apertureFNumber": 1.73,
            "isoEquivalent": 64,
            "exposureTime": "0.008s",
        }
        about = {"width": 4032, "height": 3024, "cameraMake": "Google", "cameraModel": "Pixel 6"}
        return self._add(
            number,
            "PHOTO",
            {"mimeType": "image/jpeg", "filename": name or f"PXL_{number:06}.jpg"},
            {**about, "photoMetadata": photo},
            changed,
        )

    def add_video(self, name: str = "", **changed: Any) -> str:
        number = next(self._numbers)
        about = {"width": 1920, "height": 1080, "cameraMake": "Google", "cameraModel": "Pixel 6"}
        video = {"fps": 29.97, "processingStatus": "READY"}
        return self._add(
            number,
            "VIDEO",
            {"mimeType": "video/mp4", "filename": name or f"PXL_{number:06}.mp4"},
            {**about, "videoMetadata": video},
            changed,
        )

    def begin(self) -> Session:
        """Create a session."""
        session = Session(f"sess-{secrets.token_hex(16)}")
        self.sessions[session.id] = session
        self.created += 1
        return session

    @property
    def session(self) -> Session:
        """The newest session."""
        return list(self.sessions.values())[-1]

    def pick(self, ids: Iterable[str]) -> None:
        """Pick items in the newest session, and press Done."""
        with self.lock:
            self.session.picked = list(ids)

    def expire(self) -> None:
        """Let every session expire."""
        with self.lock:
            self.sessions.clear()

    def _add(self, number: int, kind: str, file: Json, about: Json, changed: Json) -> str:
        taken = datetime(2024, 5, 1, 10, tzinfo=UTC) + timedelta(hours=number)
        item_id = changed.pop("id", f"AJ7-{number:06}")
        item = {
            "id": item_id,
            "createTime": changed.pop("createTime", taken.strftime("%Y-%m-%dT%H:%M:%SZ")),
            "type": changed.pop("type", kind),
            "mediaFile": {
                "baseUrl": f"{LINKS}{secrets.token_urlsafe(16)}",
                **file,
                "mediaFileMetadata": {**about, **changed},
            },
        }
        with self.lock:
            self.items[item_id] = {name: value for name, value in item.items() if value is not None}
        return str(item_id)
