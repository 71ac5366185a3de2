"""The layer `ai`: proposals of AI models, made only when a person starts a run."""
