"""What names the rules by which is decided what may be shown: the code of `model.disclosure`.

What was made under other rules is rebuilt, whoever changed them and however little.
"""

import unicodedata
from functools import lru_cache
from importlib import resources

from photo_assets.lake.facts_cache import facts_digest
from photo_assets.model.vocabulary import Availability, LinkKind, Visibility


@lru_cache(maxsize=1)
def rules_digest() -> str:
    """Return a digest of that code, the words it decides by, and Python's Unicode tables."""
    files = resources.files("photo_assets.model.disclosure").iterdir()
    code = sorted((one.name, one.read_text()) for one in files if one.name.endswith(".py"))
    words = [sorted(words) for words in (Availability, LinkKind, Visibility)]
    return facts_digest(code, words, unicodedata.unidata_version)
