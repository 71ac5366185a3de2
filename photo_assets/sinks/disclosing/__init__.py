"""What the joined tables say of names and of hidden photos, as a `Disclosure` and views.

For every room that shows photos outside. What may be shown is decided in `model.disclosure`.
"""

from photo_assets.sinks.disclosing.collection import Collection, disclosure_of
from photo_assets.sinks.disclosing.joined import JOINED, Joined
from photo_assets.sinks.disclosing.views import shown_months

__all__ = ["JOINED", "Collection", "Joined", "disclosure_of", "shown_months"]
