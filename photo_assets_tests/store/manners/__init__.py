"""Tests of the manners toward services."""
