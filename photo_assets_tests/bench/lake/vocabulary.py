"""The words of the synthetic lake: cameras, places, subjects, people, file formats."""

import pyarrow as pa

from photo_assets.model.media import media_of
from photo_assets.model.schema import KEYWORD

EXTENSIONS = ("jpg", "heic", "png", "tif", "cr3", "mov")
MEDIA_TYPES = tuple(media_of(f"x.{ending}")[0] for ending in EXTENSIONS)
MEDIA_KINDS = tuple(str(media_of(f"x.{ending}")[1]) for ending in EXTENSIONS)
STILL_FORMATS = (0, 1, 2, 3, 4)

MAKES = ("Canon", "NIKON CORPORATION", "SONY", "FUJIFILM", "Apple", "samsung", "Panasonic")
MODELS = tuple(f"{make.split(maxsplit=1)[0]} {n}" for make in MAKES for n in range(1, 7))
LENSES = tuple(f"{a}-{b}mm f/{f}" for a in (14, 24, 70) for b in (35, 105, 200) for f in (2.8, 4))
APERTURES = (1.4, 1.8, 2.0, 2.8, 4.0, 5.6, 8.0, 11.0)
EXPOSURES = (0.0005, 0.001, 0.002, 0.004, 0.008, 0.0125, 0.025, 0.05)
FOCAL_LENGTHS = (14.0, 24.0, 35.0, 50.0, 85.0, 105.0, 200.0)
SIZES = ((6000, 4000), (4032, 3024), (8256, 5504), (5184, 3456))

CITIES = tuple(f"City {n}" for n in range(400))
STATES = tuple(f"State {n}" for n in range(60))
COUNTRIES = tuple(f"Country {n}" for n in range(40))
COUNTRY_CODES = tuple(f"{chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(40))

LABELS = ("Red", "Yellow", "Green", "Blue")
NAMES = ("Mara", "Jonas", "Ida", "Noor", "Felix", "Aiko", "Pavel", "Lena", "Omar", "Ruth")
PEOPLE = tuple(f"{first} {last}" for first in NAMES for last in ("Holm", "Berg", "Sato", "Diaz"))
BOARDS = tuple(f"Board {n}" for n in range(40))
SUBJECTS = ("harbour", "dog", "glacier", "market", "night", "child", "bridge", "snow", "garden")
_MOODS = ("quiet", "golden", "wide", "close", "rainy", "old", "bright", "last", "first", "blue")
CAPTIONS = tuple(
    f"The {mood} {one} near the {other}, {when}"
    for mood in _MOODS
    for one in SUBJECTS
    for other in SUBJECTS
    for when in ("in the morning", "at noon", "after the storm")
)

_PATHS = [
    (group, subject, f"{mood} {subject} {n}")[: 1 + n % 3]
    for n in range(27)
    for group in ("Subjects", "Places", "Work")
    for subject in SUBJECTS
    for mood in _MOODS[:4]
]
KEYWORD_PATHS = sorted(set(_PATHS))
KEYWORDS = pa.array(
    [
        {"path": path, "person": False, "synonyms": ["also " + path[-1]] if n % 20 == 0 else []}
        for n, path in enumerate(KEYWORD_PATHS)
    ],
    KEYWORD,
)
FLAT_KEYWORDS = pa.array(
    [{"path": [path[-1]], "person": False, "synonyms": []} for path in KEYWORD_PATHS], KEYWORD
)
