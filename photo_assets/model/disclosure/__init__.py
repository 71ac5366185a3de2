"""What may be shown outside: the one place that decides what a sink, a sidecar or a page may say.

A `DisclosurePolicy` and what the collection knows (`Known`) make a `Disclosure`; every row that
leaves passes through its `show`. Pure: reads no table and knows no service. What it does not know
stays at home.
"""

from photo_assets.model.disclosure.columns import COLUMNS, Treatment
from photo_assets.model.disclosure.disclosure import Disclosure
from photo_assets.model.disclosure.known import Known
from photo_assets.model.disclosure.policy import DisclosurePolicy

__all__ = ["COLUMNS", "Disclosure", "DisclosurePolicy", "Known", "Treatment"]
