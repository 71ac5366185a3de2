"""The trips of a fictional person over eight years: places, times, cameras and scenes. Data only.

`shots` expands the trips to single pictures.
"""

from dataclasses import dataclass
from datetime import datetime

PHOTOGRAPHER = "Mara Lindqvist"


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a trip. Offsets are in minutes east of UTC on those days."""

    name: str
    state: str
    country: str
    code: str
    latitude: float
    longitude: float
    offset_min: int


@dataclass(frozen=True, slots=True)
class Trip:
    """One trip. `scenes` are names from `scenes.SCENES`, one for each picture."""

    key: str
    title: str
    place: Place
    start: datetime
    camera: str
    scenes: tuple[str, ...]


def _trip(key: str, title: str, place: Place, start: datetime, camera: str, scenes: str) -> Trip:
    return Trip(key, title, place, start, camera, tuple(scenes.split()))


TRIPS: tuple[Trip, ...] = (
    _trip(
        "lofoten",
        "Lofoten in winter",
        Place("Reine", "Nordland", "Norway", "NO", 67.9327, 13.0887, 60),
        datetime(2017, 2, 9, 17, 40),
        "xt2",
        "aurora mountains aurora sea star_trails lighthouse mountains aurora",
    ),
    _trip(
        "provence",
        "Provence",
        Place("Valensole", "Provence-Alpes-Côte d'Azur", "France", "FR", 43.8366, 5.9839, 120),
        datetime(2017, 7, 4, 8, 5),
        "pixel3",
        "lavender flower lavender stairs portrait mountains lavender flower",
    ),
    _trip(
        "kyoto",
        "京都",
        Place("京都市", "京都府", "日本", "JP", 35.0116, 135.7681, 540),
        datetime(2018, 5, 12, 6, 30),
        "xt2",
        "pond forest flower fern pond bokeh forest stairs",
    ),
    _trip(
        "new-york",
        "New York, New York",
        Place("New York", "New York", "United States", "US", 40.7061, -73.9969, -240),
        datetime(2018, 10, 19, 18, 12),
        "pixel3",
        "skyline bokeh skyline portrait skyline stairs bokeh skyline",
    ),
    _trip(
        "namib",
        "Namib",
        Place("Sesriem", "Hardap", "Namibia", "NA", -24.7275, 15.3406, 120),
        datetime(2019, 3, 22, 6, 2),
        "z6",
        "dunes dunes milky_way balloons dunes star_trails milky_way dunes",
    ),
    _trip(
        "garden",
        "Grandmother's garden",
        Place("Göteborg", "Västra Götaland", "Sweden", "SE", 57.7089, 11.9746, 120),
        datetime(2019, 8, 3, 14, 20),
        "pixel3",
        "flower portrait pond couple flower fern flower portrait",
    ),
    _trip(
        "at-home",
        "The spring at home",
        Place("Berlin", "Berlin", "Germany", "DE", 52.4996, 13.4188, 120),
        datetime(2020, 4, 11, 11, 11),
        "z6",
        "portrait bokeh fern stairs flower portrait couple flower",
    ),
    _trip(
        "harz",
        "Harz",
        Place("Schierke", "Sachsen-Anhalt", "Germany", "DE", 51.7631, 10.6576, 120),
        datetime(2020, 9, 26, 7, 48),
        "z6",
        "forest mountains forest fern milky_way forest mountains forest",
    ),
    _trip(
        "cappadocia",
        "Kapadokya",
        Place("Göreme", "Nevşehir", "Türkiye", "TR", 38.6431, 34.8289, 180),
        datetime(2021, 6, 17, 5, 35),
        "z6",
        "balloons balloons dunes couple balloons mountains balloons skyline",
    ),
    _trip(
        "tromso",
        "Tromsø",
        Place("Tromsø", "Troms", "Norway", "NO", 69.6492, 18.9553, 60),
        datetime(2021, 12, 6, 16, 5),
        "iphone",
        "aurora skyline aurora lighthouse mountains bokeh aurora mountains",
    ),
    _trip(
        "tulips",
        "Tulpen",
        Place("Lisse", "Zuid-Holland", "Nederland", "NL", 52.2697, 4.5462, 120),
        datetime(2022, 5, 1, 10, 25),
        "iphone",
        "lavender flower lavender couple pond flower lavender flower",
    ),
    _trip(
        "brittany",
        "Finistère",
        Place("Plouarzel", "Bretagne", "France", "FR", 48.4335, -4.7856, 120),
        datetime(2022, 8, 20, 19, 50),
        "z6",
        "sea lighthouse sea portrait sea lighthouse star_trails sea",
    ),
    _trip(
        "madeira",
        "Madeira",
        Place("Porto Moniz", "Madeira", "Portugal", "PT", 32.8676, -17.1669, 60),
        datetime(2023, 4, 14, 9, 30),
        "iphone",
        "fern sea forest mountains sea flower sea pond",
    ),
    _trip(
        "dolomites",
        "Dolomiti",
        Place("Cortina d'Ampezzo", "Veneto", "Italia", "IT", 46.5405, 12.1357, 120),
        datetime(2023, 10, 7, 6, 55),
        "z6",
        "mountains star_trails mountains forest mountains milky_way mountains star_trails",
    ),
    _trip(
        "lisbon",
        "Lisboa",
        Place("Lisboa", "Lisboa", "Portugal", "PT", 38.7139, -9.1334, 0),
        datetime(2024, 2, 23, 17, 5),
        "iphone",
        "stairs skyline sea portrait bokeh skyline stairs sea",
    ),
    _trip(
        "are",
        "Åre, the whole family",
        Place("Åre", "Jämtland", "Sweden", "SE", 63.3990, 13.0815, 120),
        datetime(2024, 7, 13, 13, 30),
        "z6",
        "couple mountains pond portrait couple lavender mountains portrait",
    ),
)
PEOPLE = ("Astrid Lindqvist", "Jonas Öberg", "Elif Yılmaz", "Mara Lindqvist")

SCENE_WORDS: dict[str, tuple[str, tuple[tuple[str, ...], ...]]] = {
    "mountains": ("Ridges", (("Nature", "Mountains"), ("Light", "Golden hour"))),
    "dunes": ("The long crest", (("Nature", "Desert"),)),
    "forest": ("Fog between the trunks", (("Nature", "Forest"), ("Weather", "Fog"))),
    "lavender": ("Rows", (("Nature", "Fields"), ("Colour", "Saturated"))),
    "sea": ("Low sun", (("Nature", "Sea"), ("Light", "Golden hour"))),
    "lighthouse": ("The keeper's hour", (("Architecture", "Lighthouse"), ("Light", "Night"))),
    "pond": ("Lilies", (("Nature", "Plants", "Water lily"),)),
    "star_trails": ("An hour of sky", (("Light", "Night"), ("Technique", "Long exposure"))),
    "aurora": ("Northern lights", (("Light", "Night"), ("Nature", "Aurora"))),
    "milky_way": ("One tent", (("Light", "Night"), ("Nature", "Stars"))),
    "skyline": ("Office hours", (("Architecture", "Skyline"), ("Light", "Blue hour"))),
    "bokeh": ("Out of focus", (("Technique", "Bokeh"), ("Light", "Night"))),
    "flower": ("Golden angle", (("Nature", "Plants", "Flower"), ("Technique", "Macro"))),
    "portrait": ("Eyes closed", (("People", "Portrait"),)),
    "couple": ("The two of them", (("People", "Portrait"), ("People", "Family"))),
    "fern": ("Fronds", (("Nature", "Plants", "Fern"),)),
    "balloons": ("Lift-off", (("Travel", "Balloons"), ("Light", "Golden hour"))),
    "stairs": ("Down", (("Architecture", "Stairs"),)),
}
