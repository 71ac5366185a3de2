"""An OpenAI-compatible endpoint, by the official client: one rate-limited call per picture.

The client's own retries are disabled: whether a call may be repeated is decided by `service_calls`.
"""

import base64
import os
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from photo_assets.ai.prompt import Prompt
from photo_assets.ai.protocol import ModelReply
from photo_assets.configuration.ai import AiSettings
from photo_assets.ledger import Ledger
from photo_assets.model.errors import ConfigurationError
from photo_assets.service_calls import (
    CallStatistics,
    Fault,
    FaultKind,
    MalformedReplyError,
    Policy,
    RateLimitedCaller,
    classify_http,
    classify_status,
)
from photo_assets.service_calls.client_logs import silence_clients

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion

_NO_KEY: Final = "none"
"""The client requires a key; local endpoints ignore it."""


class OpenAiDescriber:
    """A `Describer`. Raises `ConfigurationError` if the client or the key is missing."""

    def __init__(self, settings: AiSettings, ledger: Ledger) -> None:
        try:
            from openai import DefaultHttpxClient, OpenAI
        except ImportError:
            raise ConfigurationError(
                "The client of AI endpoints is not installed.",
                hint="pip install 'photo_assets[ai]'.",
            ) from None
        assert settings.endpoint is not None and settings.model is not None  # as they require
        silence_clients()
        key = _key_of(settings)
        host = urlsplit(settings.endpoint).netloc
        policy = Policy(
            requests_per_second=settings.calls_per_second,
            timeout_s=settings.timeout_seconds,
            longest_wait_s=settings.longest_wait_seconds,
        )
        self.model = settings.model
        self._settings = settings
        self._caller = RateLimitedCaller(ledger, f"ai {host}", policy, secrets=[key])
        self._api = OpenAI(
            api_key=key,
            base_url=settings.endpoint,
            timeout=settings.timeout_seconds,
            max_retries=0,
            # A picture goes to the named endpoint and nowhere else.
            http_client=DefaultHttpxClient(follow_redirects=False),
        )
        # The client reads these from variables, which may belong to another account.
        self._api.organization = self._api.project = None

    @property
    def statistics(self) -> CallStatistics:
        """The statistics of the calls so far."""
        return self._caller.statistics

    def stop(self) -> None:
        """Make all waiting calls raise `StoppedError`."""
        self._caller.stop()

    def describe(self, picture: bytes, prompt: Prompt) -> ModelReply:
        """Ask once about a picture. Raises what `RateLimitedCaller.call` raises."""
        arguments = self._arguments(picture, prompt)

        def send() -> ModelReply:
            return _read(self._api.chat.completions.create(**arguments))

        return self._caller.call("describe a picture", send, classify=classify, repeatable=False)

    def _arguments(self, picture: bytes, prompt: Prompt) -> dict[str, Any]:
        address = f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}"
        return {
            "model": self.model,
            "messages": [
                {"role": "system", "content": prompt.instructions},
                {
                    "role": "user",
                    "content": [{"type": "image_url", "image_url": {"url": address}}],
                },
            ],
            "response_format": {
                "type": "json_schema",
                "json_schema": {
                    "name": "photo_description",
                    "schema": prompt.schema,
                    "strict": True,
                },
            },
            self._settings.output_limit: self._settings.output_tokens,
        }


def classify(error: Exception) -> Fault:
    """Classify an error of the client. Its text may repeat the request, so it is not quoted."""
    import openai

    if isinstance(error, openai.APIStatusError):
        fault = classify_status(error.status_code, error.response.headers, code=error.code)
        if fault.limited and error.code == "insufficient_quota":
            return Fault(
                FaultKind.PERMANENT,
                "The account has no credit left",
                status=error.status_code,
                code=error.code,
            )
        return _with_reset(fault, dict(error.response.headers))
    if isinstance(error, openai.APITimeoutError):
        return Fault(FaultKind.AMBIGUOUS, "No reply was received in time")
    if isinstance(error, openai.APIConnectionError):
        return _connection_fault(error)
    if isinstance(error, openai.OpenAIError):  # a reply that the client cannot read
        return Fault(FaultKind.AMBIGUOUS, "The reply cannot be read", code=type(error).__name__)
    known = classify_http(error)
    return known or Fault(FaultKind.AMBIGUOUS, "The call failed", code=type(error).__name__)


def _connection_fault(error: BaseException) -> Fault:
    import httpx2

    before = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, before):
            return Fault(FaultKind.TRANSIENT, "The connection failed", code=type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    return Fault(FaultKind.AMBIGUOUS, "The connection was lost", code=type(error).__name__)


def _with_reset(fault: Fault, headers: dict[str, str]) -> Fault:
    """Return a rate limit with the wait of OpenAI's own headers, where Retry-After is missing."""
    if not fault.limited or fault.retry_after_s is not None:
        return fault
    waits = [
        _seconds(headers.get(f"x-ratelimit-reset-{kind}"))
        for kind in ("requests", "tokens")
        if headers.get(f"x-ratelimit-remaining-{kind}") == "0"
    ]
    known = [wait for wait in waits if wait is not None]
    if not known:
        return fault
    return Fault(
        fault.kind,
        fault.message,
        status=fault.status,
        code=fault.code,
        retry_after_s=max(known),
        limited=True,
    )


def _seconds(text: str | None) -> float | None:
    """Return a wait as OpenAI writes it: 1s, 6m0s, 250ms."""
    parts = re.findall(r"([0-9.]+)(ms|h|m|s)", text or "", re.ASCII)
    if not parts or "".join(f"{n}{unit}" for n, unit in parts) != text:
        return None
    units = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
    try:
        return sum(float(number) * units[unit] for number, unit in parts)
    except ValueError:
        return None


def _read(reply: "ChatCompletion") -> ModelReply:
    """Return the reply of the model. Raises `MalformedReplyError` if it is of another shape.

    The client does not check replies: any JSON document becomes an object of its type.
    """
    try:
        choice = reply.choices[0]
        text = choice.message.content or ""
        refused = bool(choice.message.refusal) or choice.finish_reason == "content_filter"
        usage = reply.usage
        sent, got = (usage.prompt_tokens, usage.completion_tokens) if usage else (None, None)
    except (AttributeError, IndexError, TypeError, KeyError):
        raise MalformedReplyError("not a chat completion") from None
    if not isinstance(text, str):
        raise MalformedReplyError("not a chat completion")
    return ModelReply(
        text=text,
        refused=refused,
        cut_off=choice.finish_reason == "length",
        input_tokens=_count(sent),
        output_tokens=_count(got),
    )


def _count(number: object) -> int | None:
    return number if isinstance(number, int) and number >= 0 else None


def _key_of(settings: AiSettings) -> str:
    if settings.key_env is None:
        return _NO_KEY
    key = os.environ.get(settings.key_env, "").strip()
    if not key:
        raise ConfigurationError(
            f"The environment variable {settings.key_env}, which `ai.key_env` names, is not set.",
            hint="Set it to the endpoint's key.",
        )
    return key
