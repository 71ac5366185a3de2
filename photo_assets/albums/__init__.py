"""Names of albums: the canonical one, how far the current one is from it, and changing it.

Album pages of the whole collection are in `web`; the albums of a catalog are read by its reader.
"""
