"""What a run would send, where, and the most that it could cost; and what was used so far."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from photo_assets.ai.asking import Question
from photo_assets.ai.choosing import Choice
from photo_assets.configuration.ai import AiSettings
from photo_assets.ledger import AiCalls
from photo_assets.ledger.ai_calls import MICROS, Outcome, Usage
from photo_assets.model.wording import counted
from photo_assets.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The photos of some months: `to_ask`, `answered`, and why the others are not asked.

    `held`: chosen photos that may not be sent; `without_reply`: asked before, with no usable reply.
    `most`: the most that asking could use, within what is `left` of the ceiling. `limit`: the part
    of the ceiling that is reached before all photos are asked.
    """

    to_ask: int
    answered: int
    without_reply: int
    held: Counter[str] = field(default_factory=Counter)
    used: Usage
    most: Usage
    ceiling: Usage
    limit: str | None
    affordable: int


def forecast(
    workspace: Workspace, months: Collection[str] | None = None, *, again: bool = False
) -> Forecast:
    """Return what a run over these months (None: all) would ask now. Sends nothing."""
    question, choice = Question.of(workspace.settings.ai), Choice(workspace)
    calls = AiCalls(workspace.ledger)
    outcomes, used = calls.outcomes(), calls.used()
    to_ask = answered = without = 0
    held: Counter[str] = Counter()
    for month in choice.months:
        for one in choice.of(month) if months is None or month in months else ():
            if one.held is not None or one.sha256 is None:
                held[one.held or "no_file"] += 1
                continue
            outcome = outcomes.get(question.request(one.sha256))
            if outcome is not None and outcome.kind is Outcome.ANSWERED:
                answered += 1
            elif outcome is None or outcome.kind is Outcome.NOT_SENT or again:
                to_ask += 1
            else:
                without += 1
    affordable, limit = _affordable(to_ask, used, question.most, question.ceiling)
    return Forecast(
        to_ask=to_ask,
        answered=answered,
        without_reply=without,
        held=held,
        used=used,
        most=_times(question.most, affordable),
        ceiling=question.ceiling,
        limit=limit,
        affordable=affordable,
    )


@dataclass(frozen=True, slots=True)
class CeilingState:
    """What all calls used, and the part of the ceiling that is below it, if one is."""

    used: Usage
    exceeded: str | None


def ceiling_state(workspace: Workspace) -> CeilingState:
    """Compare what all calls used with the current ceiling, which may have been lowered."""
    used = AiCalls(workspace.ledger).used()
    return CeilingState(used, used.exceeds(Question.of(workspace.settings.ai).ceiling))


def where_sentence(settings: AiSettings) -> str:
    """Return where pictures go, and what of them."""
    host = urlsplit(settings.endpoint or "").netloc
    return (
        f"Thumbnails of at most {settings.picture} pixels, without metadata, names or texts, go to "
        f"{host} (model {settings.model})."
    )


def money(micros: int, settings: AiSettings) -> str:
    """Return an amount for people: 0.0123 USD, or "no charge" without prices."""
    if settings.prices is None:
        return "no charge"
    return f"{micros / MICROS:.4f} {settings.prices.currency}"


def amount(usage: Usage, settings: AiSettings) -> str:
    """Return "3 calls, 1,200 tokens, 0.0123 USD"."""
    tokens = counted(usage.tokens, "token")
    return f"{counted(usage.calls, 'call')}, {tokens}, {money(usage.micros, settings)}"


def _affordable(wanted: int, used: Usage, most: Usage, ceiling: Usage) -> tuple[int, str | None]:
    """Return how many of the wanted calls certainly fit below the ceiling, and what ends them."""
    left = {
        "photos": ceiling.calls - used.calls,
        "tokens": (ceiling.tokens - used.tokens) // most.tokens,
    }
    if most.micros:
        left["money"] = (ceiling.micros - used.micros) // most.micros
    part = min(left, key=lambda name: left[name])
    fits = max(0, left[part])
    return min(wanted, fits), part if fits < wanted else None


def _times(usage: Usage, count: int) -> Usage:
    return Usage(
        calls=usage.calls * count, tokens=usage.tokens * count, micros=usage.micros * count
    )
