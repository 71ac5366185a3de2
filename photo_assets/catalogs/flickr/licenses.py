"""Flickr's licences by their number, as flickr.photos.licenses.getInfo lists them."""

from typing import Final

LICENSES: Final = {
    0: "All Rights Reserved",
    1: "Attribution-NonCommercial-ShareAlike License",
    2: "Attribution-NonCommercial License",
    3: "Attribution-NonCommercial-NoDerivs License",
    4: "Attribution License",
    5: "Attribution-ShareAlike License",
    6: "Attribution-NoDerivs License",
    7: "No known copyright restrictions",
    8: "United States Government Work",
    9: "Public Domain Dedication (CC0)",
    10: "Public Domain Mark",
}
"""0 to 8 as recorded; 9 and 10 were added later. An unknown number keeps its number only."""
