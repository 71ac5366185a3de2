"""What AI models say about photos: choosing photos, asking an endpoint, proposals and reviews.

Values leave this room only through `model.ai_release`. Catalogs are not read here.
"""
