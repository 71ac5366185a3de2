#!/usr/bin/env bash
# Expected: several processes share one Google access token. A refresh_handler hands out the stored
# token while it is valid, and asks Google for a new one in its last minute: each token lasts an hour.
# Seen: google-auth accepts only what lives for 225 seconds or more. A handler that returns a token
# with less left gets RefreshError "The credentials returned by the refresh_handler are already
# expired", not retryable, although Google would honour the token. It comes once an hour, for less
# than three minutes, and reads like a revoked sign-in: a program that then forgets the
# refresh token signs its user out. The library also asks the handler at that age, not before, so
# that a handler with a smaller margin of its own fails each time. Renew at 225 seconds or earlier.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet google-auth==2.63.0

cd "$work"
"$work/venv/bin/python" -W ignore - <<'PY'
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials

print("google-auth", version("google-auth"))
outcomes = {}
for left in (60, 200, 220, 230, 300):

    def stored_token(request, scopes, left=left):
        return "token", datetime.now(UTC).replace(tzinfo=None) + timedelta(seconds=left)

    credentials = Credentials(
        token=None, expiry=None, refresh_handler=stored_token, scopes=["photos"]
    )
    try:
        credentials.refresh(None)
        outcomes[left] = "accepted"
    except RefreshError as error:
        outcomes[left] = f"{error} (retryable: {error.retryable})"
    print(f"a token with {left} seconds left: {outcomes[left]}")

assert all("already expired" in outcomes[left] for left in (60, 200, 220)), outcomes
assert all(outcomes[left] == "accepted" for left in (230, 300)), outcomes
PY
