"""One writer for each of the sample's catalogs, in the layout of the catalog's program.

They write the input of the readers in `photo_assets.catalogs`, and share no code with them.
"""
