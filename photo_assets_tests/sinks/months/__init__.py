"""Tests of what sinks want month by month."""
