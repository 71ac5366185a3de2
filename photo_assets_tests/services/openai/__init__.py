"""A stand-in for an OpenAI-compatible endpoint: the wire format of /v1/chat/completions."""
