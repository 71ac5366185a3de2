"""Tests of the reader of Flickr accounts."""
