"""Comparison keys: texts with the same meaning have the same key. Keys are not shown or stored."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.metadata.fields import Comparison

# Lightroom stores a label as the text of its label set: "Rot" in a German catalog is the "Red" of
# an English one. Only plain color words are listed; a custom label set is compared as text.
_NAMES: dict[str, str] = {
    "red": "rot rouge rojo rosso vermelho rood röd rød punainen czerwony červená красный kırmızı "
    "レッド 赤 红色 紅色 빨강 빨간색",
    "yellow": "gelb jaune amarillo giallo amarelo geel gul keltainen żółty žlutá желтый жёлтый "
    "sarı イエロー 黄 黄色 노랑 노란색",
    "green": "grün vert verde groen grön grøn grønn vihreä zielony zelená зеленый зелёный yeşil "
    "グリーン 緑 绿色 綠色 녹색 초록색",
    "blue": "blau bleu azul blu blauw blå sininen niebieski modrá синий mavi "
    "ブルー 青 蓝色 藍色 파랑 파란색",
    "purple": "lila violett violet púrpura morado viola roxo paars purppura fioletowy fialová "
    "фиолетовый mor パープル 紫 紫色 보라 자주색",
}

COLOUR_WORDS: dict[str, str] = {
    word: colour for colour, words in _NAMES.items() for word in (colour, *words.split())
}
"""Lower-case color word -> its English name."""


# Words of a company's name that do not identify it: NIKON CORPORATION is NIKON.
_COMPANY = (
    r"(?:[ ,.]+(?:corporation|corp|company|co|ltd|inc|gmbh|ag|kg|se|imaging|optical|camera|cameras"
    r"|electronics|electric|digital|techwin|wetzlar|\(hk\)|limited|industrial))+[ ,.]*$"
)
# Makers that catalogs put before the model or omit: "Canon EOS 5D" is "EOS 5D".
_MAKERS = (
    "agfaphoto|apple|asus|blackmagic|canon|casio|contax|dji|eastman kodak|epson|fairphone|fuji"
    "|fujifilm|ge|google|gopro|hasselblad|hmd global|honor|htc|huawei|insta360|kodak|konica minolta"
    "|leica|lenovo|lg|lge|mamiya|minolta|motorola|nikon|nokia|olympus|om digital solutions|oneplus"
    "|oppo|panasonic|parrot|pentax|phase one|polaroid|realme|ricoh|samsung|sanyo|sharp|sigma|sony"
    "|tamron|tokina|toshiba|vivo|voigtlander|xiaomi|yuneec|zeiss|zte"
)


def text_key(column: pa.Array) -> pa.Array:
    """Return texts in NFC with line ends as LF and without outer white space."""
    column = pc.utf8_normalize(column, form="NFC")
    column = pc.replace_substring(column, "\r\n", "\n")
    column = pc.replace_substring(column, "\r", "\n")
    return pc.utf8_trim_whitespace(column)


def name_key(column: pa.Array) -> pa.Array:
    """Return names in lower case with runs of white space reduced to one space."""
    return pc.replace_substring_regex(pc.utf8_lower(text_key(column)), r"[\s\pZ]+", " ")


def label_key(column: pa.Array) -> pa.Array:
    """Return color labels in English; Lightroom writes the color's name in the user's language."""
    names = name_key(column)
    words = pa.array(list(COLOUR_WORDS))
    english = pa.array(list(COLOUR_WORDS.values()))
    return pc.coalesce(english.take(pc.index_in(names, value_set=words)), names)


def make_key(column: pa.Array) -> pa.Array:
    """Return makers without the legal form of their company."""
    names = pc.replace_substring_regex(name_key(column), _COMPANY, "")
    return pc.replace_substring_regex(names, "^eastman kodak$", "kodak")


def device_key(column: pa.Array) -> pa.Array:
    """Return cameras and lenses without a leading maker and without white space."""
    names = pc.replace_substring_regex(name_key(column), f"^(?:{_MAKERS})(?: corporation)? ", "")
    return pc.replace_substring(names, " ", "")


KEYS: dict[Comparison, Callable[[pa.Array], pa.Array]] = {
    Comparison.TEXT: text_key,
    Comparison.NAME: name_key,
    Comparison.LABEL: label_key,
    Comparison.MAKE: make_key,
    Comparison.DEVICE: device_key,
}
"""The key function of each text comparison."""
