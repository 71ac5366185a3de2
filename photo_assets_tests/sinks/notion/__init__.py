"""Tests of the Notion sink, against the stand-in on a real socket with notion-client unchanged."""
