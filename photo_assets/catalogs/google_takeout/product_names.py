"""The names of product folders in an export, in the languages of Google's interface.

Takeout names them in the language of the account. Sources: public exports and public programs for
English, German, Spanish, Portuguese, Italian, Dutch, French, Polish, Russian, Hungarian, Japanese
and Chinese; the others are the product's name in Google Photos. Exports in other languages are
recognized by content (`products`).
"""

import unicodedata

GOOGLE_PHOTOS: dict[str, tuple[str, ...]] = {
    "en": ("Google Photos",),
    "af": ("Google Foto's",),
    "ar": ("صور Google", "Google صور"),
    "az": ("Google Foto",),
    "be": ("Google Фота",),
    "bg": ("Google Снимки", "Google Фото"),
    "bn": ("Google ফটো",),
    "ca": ("Google Fotos",),
    "cs": ("Fotky Google", "Google Fotky"),
    "da": ("Google Fotos", "Google Foto"),
    "de": ("Google Fotos",),
    "el": ("Google Φωτογραφίες", "Φωτογραφίες Google"),
    "es": ("Google Fotos",),
    "et": ("Google Fotod",),
    "eu": ("Google Argazkiak",),
    "fa": ("عکس‌های Google", "Google عکس‌ها"),
    "fi": ("Google Kuvat",),
    "fr": ("Google Photos", "Google Photo"),
    "he": ("תמונות Google", "Google תמונות"),
    "hi": ("Google फ़ोटो", "Google फोटो"),
    "hr": ("Google fotografije", "Google Fotografije"),
    "hu": ("Google Fotók",),
    "hy": ("Google Լուսանկարներ",),
    "id": ("Google Foto",),
    "is": ("Google Myndir",),
    "it": ("Google Foto",),
    "ja": ("Google フォト",),
    "ka": ("Google ფოტოები",),
    "ko": ("Google 포토",),
    "lt": ("Google nuotraukos",),
    "lv": ("Google fotoattēli",),
    "mk": ("Google Фотографии",),
    "nl": ("Google Foto's",),
    "no": ("Google Foto", "Google Bilder"),
    "pl": ("Zdjęcia Google", "Google Zdjęcia"),
    "pt": ("Google Fotos",),
    "ro": ("Google Foto", "Fotografii Google"),
    "ru": ("Google Фото",),
    "sk": ("Fotky Google", "Google Fotky"),
    "sl": ("Google Foto", "Google Fotografije"),
    "sq": ("Google Fotografi",),
    "sr": ("Google слике", "Google Slike", "Google фотографије"),
    "sv": ("Google Foto",),
    "th": ("Google รูปภาพ",),
    "tr": ("Google Fotoğraflar",),
    "uk": ("Google Фото",),
    "vi": ("Google Ảnh",),
    "zh": ("Google 相册", "Google 相簿", "Google 相片"),
}

# Products with pictures, or with JSONs beside pictures.
_OTHERS = """
    Drive; Google Drive; Диск; Google Диск; ドライブ; 드라이브; 云端硬盘; 雲端硬碟; Dysk;
    Dysk Google; Disk Google; Blogger; Chrome; Chat; Google Chat; Hangouts; Keep; Google Keep;
    Mail; Gmail;
    Classroom; Google Classroom; Contacts; Kontakte; Contactos; Calendar; Kalender; Fit;
    Google Fit; Fitbit; Gemini; Google Account; Google Business Profile; Google Earth;
    Google Meet; Google Pay; Google Play Books; Google Play Store; Google Store; Home App;
    Location History; Location History (Timeline); Timeline; Standortverlauf; Maps; Maps
    (your places); My Maps; My Activity; Meine Aktivitäten; Nest; News; Profile; Recorder;
    Saved; Street View; Tasks; Voice; Google Voice; YouTube; YouTube Music; YouTube and
    YouTube Music; YouTube und YouTube Music; YouTube et YouTube Music; YouTube y YouTube
    Music; YouTube e YouTube Music
"""


def _folded(name: str) -> str:
    """Return only the letters: apostrophes are replaced in file names, and copies are numbered."""
    text = unicodedata.normalize("NFC", name).casefold()
    return "".join(char for char in text if char.isalpha())


_PHOTOS = frozenset(_folded(name) for names in GOOGLE_PHOTOS.values() for name in names)
_OTHER = frozenset(_folded(name) for name in _OTHERS.split(";"))


def is_google_photos(name: str) -> bool:
    """Return whether a product folder of this name is that of Google Photos."""
    return _folded(name) in _PHOTOS


def is_another_product(name: str) -> bool:
    """Return whether a product folder of this name is that of another known product."""
    return _folded(name) in _OTHER
