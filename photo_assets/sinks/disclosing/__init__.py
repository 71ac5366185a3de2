"""The disclosure of the joined tables: known names and hidden photos, as an object and views.

For every package that shows photos outside. The rules are in `model.disclosure`.
"""

from photo_assets.sinks.disclosing.collection import Collection, disclosure_of
from photo_assets.sinks.disclosing.joined import JOINED, Joined
from photo_assets.sinks.disclosing.views import shown_months

__all__ = ["JOINED", "Collection", "Joined", "disclosure_of", "shown_months"]
