"""A stand-in for the Flickr API: one account on a real socket, in Flickr's own wire format.

`python -m photo_assets_tests.services.flickr --port N` serves it for use by hand.
"""
