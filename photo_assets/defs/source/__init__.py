"""The external sources as observable assets, by month."""
