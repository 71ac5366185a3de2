"""The asset stage: what Dagster, the lake and the catalog add to the bare fingerprint engine."""
