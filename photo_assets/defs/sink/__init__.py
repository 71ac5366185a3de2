"""`sink/*`: the plans of the sinks, and writing them to the services."""
