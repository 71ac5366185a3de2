"""One view over what all catalogs say, and where they disagree."""
