"""One writer for each of the sample's catalogs, in the layout of the program that owns it.

They write what readers in `photo_assets.catalogs` read, and share no code with them.
"""
