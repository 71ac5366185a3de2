"""Tests of the wanted rows of sinks, month by month."""
