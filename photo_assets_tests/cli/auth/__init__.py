"""Tests of `photosync auth`."""
