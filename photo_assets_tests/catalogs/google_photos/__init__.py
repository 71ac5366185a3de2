"""Tests of the reader of what was picked in Google Photos."""
