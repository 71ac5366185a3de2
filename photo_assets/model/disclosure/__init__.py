"""Disclosure: which values a sink, a sidecar or a page may show. Decided only here.

A `Disclosure` is made of a `DisclosurePolicy` and the names known in the collection (`Known`);
every row that leaves the collection passes through its `show`. Pure: reads no table and knows no
service. Unknown columns are not shown.
"""

from photo_assets.model.disclosure.columns import COLUMNS, Treatment
from photo_assets.model.disclosure.disclosure import Disclosure
from photo_assets.model.disclosure.known_names import Known
from photo_assets.model.disclosure.policy import DisclosurePolicy

__all__ = ["COLUMNS", "Disclosure", "DisclosurePolicy", "Known", "Treatment"]
