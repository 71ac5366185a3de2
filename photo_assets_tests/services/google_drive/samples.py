"""Fills an account with folders and photos, the same each time."""

from typing import Any

from photo_assets_tests.services.google_drive.account import Account

CAMERA: dict[str, Any] = {
    "width": 4000,
    "height": 3000,
    "rotation": 0,
    "time": "2019:07:14 18:30:05",
    "cameraMake": "Canon",
    "cameraModel": "Canon EOS R",
    "exposureTime": 0.004,
    "aperture": 2.8,
    "flashUsed": False,
    "focalLength": 50.0,
    "isoSpeed": 200,
    "lens": "RF50mm F1.2 L USM",
}


def camera(**changed: Any) -> dict[str, Any]:
    """Return imageMediaMetadata; a field that is None is absent."""
    made = CAMERA | changed
    return {name: value for name, value in made.items() if value is not None}


def fill(account: Account, files: int, per_folder: int = 500) -> list[str]:
    """Add photos in folders of one year, and return the ids of the photos."""
    made: list[str] = []
    year = account.add_folder("2019")
    for number in range(files):
        if number % per_folder == 0:
            folder = account.add_folder(f"Roll {number // per_folder:04d}", year)
        when = f"2019:{1 + number % 12:02d}:{1 + number % 28:02d} 12:{number % 60:02d}:00"
        made.append(
            account.add_file(
                f"IMG_{number:06d}.JPG",
                f"photo {number}".encode(),
                folder,
                imageMediaMetadata=camera(time=when),
            )
        )
    return made
