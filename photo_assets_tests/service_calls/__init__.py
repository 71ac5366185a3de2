"""Tests of the caller toward services."""
