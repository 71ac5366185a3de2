"""The unified metadata of all catalogs, and their conflicts."""
