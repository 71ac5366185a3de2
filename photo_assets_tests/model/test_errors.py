"""An error as one text: what happened and what to do are sentences of their own."""

import pytest

from photo_assets.model.errors import StorageError


@pytest.mark.parametrize(
    ("message", "hint", "text"),
    [
        ("It is full.", "Make room.", "It is full. Make room."),
        ("box: Connection refused", "Try again.", "box: Connection refused. Try again."),
        ("Is it there?", "Look.", "Is it there? Look."),
        ("box: Connection refused", None, "box: Connection refused"),
    ],
)
def test_the_message_ends_before_the_hint(message: str, hint: str | None, text: str) -> None:
    assert str(StorageError(message, hint=hint)) == text
