"""Text of a configuration as an error may show it: short, and without passwords."""

import re

_LONGEST_KEY = 100
_CREDENTIALS = re.compile(r"(://)[^/\s@]+@")
_SECRET_PARAMETER = re.compile(r"\b((?:pass(?:word)?|token|secret|api_?key|sig)=)[^&\s'\"]+", re.I)


def redacted(text: str) -> str:
    """Return `text` without the passwords of the URLs in it."""
    return _SECRET_PARAMETER.sub(r"\1***", _CREDENTIALS.sub(r"\1***@", text))


def shown(text: str, longest: int = _LONGEST_KEY) -> str:
    """Return `text` redacted and cut, in this order: half a password is one too."""
    text = redacted(text)
    return text if len(text) <= longest else text[: longest - 3] + "..."
