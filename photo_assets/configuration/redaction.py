"""Redact and shorten text for messages and logs.

The only implementation in the program; known secrets are passed in.
"""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote, quote_plus

_LONGEST_KEY = 100
_HIDDEN: Final = "***"
_SHORTEST_SECRET: Final = 4  # shorter ones occur in ordinary words

# No name begins with "any letters": from each letter of a long word, the rest would be searched.
_PATTERNS: Final = (
    # a password in a URL
    (re.compile(r"(://)[^/\s]+@"), rf"\1{_HIDDEN}@"),
    # one whose scheme a library left out: "Unable to find the server at me:password@host"
    (re.compile(r"(?<![\w/:])[\w.+%-]+:[^\s/@:'\"]+@(?=[\w\[])"), f"{_HIDDEN}@"),
    # a header, as a line, in JSON or as a Python repr
    (
        re.compile(
            r"((?:authorization|(?:set-)?cookie|api-?key|x-api-key)[\"']?\s*[:=,]\s*b?[\"']?)"
            r"(?!\s)[^\r\n\"']+",
            re.I,
        ),
        rf"\1{_HIDDEN}",
    ),
    (re.compile(r"(header value:? b?['\"])[^'\"]+", re.I), rf"\1{_HIDDEN}"),
    (re.compile(r"\b(bearer)\s+[\w.~+/=-]{8,}", re.I), rf"\1 {_HIDDEN}"),
    # Base64 to its end; a word that follows "Basic" in a sentence is in lowercase
    (
        re.compile(r"\b(Basic)\s+(?=\S*[A-Z0-9])[A-Za-z0-9+/]{8,}={0,2}(?![\w./-])"),
        rf"\1 {_HIDDEN}",
    ),
    # parameters: credentials, and signatures in URLs of S3, Google, Azure or CloudFront
    (
        re.compile(r"((?:pass(?:word|wd)?|token|secret|api_?key)=)[^&\s'\"]+", re.I),
        rf"\1{_HIDDEN}",
    ),
    (
        re.compile(
            r"((?<![A-Za-z0-9])(?:X-(?:Amz|Goog)-(?:Signature|Credential|Security-Token)|"
            r"AWSAccessKeyId|Key-Pair-Id|Policy|Signature|sig)=)[^&\s'\"]+",
            re.I,
        ),
        rf"\1{_HIDDEN}",
    ),
    # in an address alone: such words occur elsewhere
    (re.compile(r"([?&](?:code|key|state)=)[^&\s'\"]+", re.I), rf"\1{_HIDDEN}"),
    # OAuth: a header's parameters, a client's representation, and the text that is signed
    (
        re.compile(
            r"((?:(?<![A-Za-z0-9])(?:oauth_\w+|client_key|resource_owner_key|assertion|"
            r"photosync_key)|verifier)=[\"']?)[^&\s,'\"]+",
            re.I,
        ),
        rf"\1{_HIDDEN}",
    ),
    (
        re.compile(
            r"((?:oauth_\w+|password|token|secret|api_?key|verifier)%(?:25)*3D)"
            r"(?:(?!%(?:25)*26)[^&\s'\"])+",
            re.I,
        ),
        rf"\1{_HIDDEN}",
    ),
    # the same in fields of JSON or of a dict, and in pairs
    (
        re.compile(
            r"([\"'](?:oauth_\w+|[\w-]*(?:password|passwd|token|secret|api_?key|verifier))[\"']"
            r"\s*[:,]\s*b?[\"'])[^\"']+",
            re.I,
        ),
        rf"\1{_HIDDEN}",
    ),
    # tokens with a known prefix: Notion's, Supabase's, Google's, JWTs
    (re.compile(r"\b(ntn_|sb_secret_|sbp_|secret_)[A-Za-z0-9_-]{8,}"), rf"\1{_HIDDEN}"),
    (re.compile(r"\b(ya29\.|GOCSPX-|AIza)[\w.-]{8,}"), rf"\1{_HIDDEN}"),
    (re.compile(r"(?<![\w/:])([14]//?0)[\w-]{20,}"), rf"\1{_HIDDEN}"),
    (re.compile(r"\beyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?"), _HIDDEN),
)


def redact(text: str, secrets: Sequence[str] = ()) -> str:
    """Return `text` without passwords, tokens and signatures, and without `secrets` themselves."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) < _SHORTEST_SECRET:
            continue
        for form in (secret, quote(secret, safe=""), quote_plus(secret)):
            text = text.replace(form, _HIDDEN)
    for pattern, shown_as in _PATTERNS:
        text = pattern.sub(shown_as, text)
    return text


def shown(text: str, longest: int = _LONGEST_KEY) -> str:
    """Return `text` redacted and then cut; the other order could leave half a password."""
    text = redact(text)
    return text if len(text) <= longest else text[: longest - 3] + "..."
