"""Asking about one photo: reserved before the call, settled after it, whatever becomes of it.

A photo costs at most one call for the same picture, model and prompt. Which photos are asked about,
and in which order, belongs to `describing`.
"""

import math
import threading
from dataclasses import dataclass
from typing import Final

from photo_assets.ai.choosing import Chosen
from photo_assets.ai.picture import NoPictureError, picture_of
from photo_assets.ai.prompt import Prompt, request_digest
from photo_assets.ai.protocol import Describer, ModelReply
from photo_assets.ai.reply import Answer, InvalidReplyError, read_reply
from photo_assets.configuration.ai import AiSettings
from photo_assets.ledger import AiCalls, AiProposals, Ledger
from photo_assets.ledger.ai_calls import MICROS, Known, Outcome, Reservation, Settled, Usage
from photo_assets.ledger.ai_proposals import Proposal
from photo_assets.model.errors import ConfigurationError
from photo_assets.service_calls import (
    AmbiguousServiceError,
    PermanentServiceError,
    ServiceError,
    StoppedError,
)
from photo_assets.thumbnails.tree import ThumbnailTree

_ABOUT_THE_REQUEST: Final = frozenset({400, 413, 415, 422})
"""Statuses by which an endpoint refuses one request; others concern all of them."""

_IN_A_ROW: Final = 3
"""After this many refused requests without a reply between them, all of them will be refused."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and the most that one call may use."""

    settings: AiSettings
    prompt: Prompt

    @classmethod
    def of(cls, settings: AiSettings) -> "Question":
        """Return the question of the settings."""
        return cls(settings, Prompt.of(settings))

    @property
    def model(self) -> str:
        """The model that is asked."""
        return self.settings.model or ""

    @property
    def most(self) -> Usage:
        """The most that one call may use."""
        sent, got = self.settings.input_tokens, self.settings.output_tokens
        return Usage(calls=1, tokens=sent + got, micros=self.micros(sent, got))

    @property
    def ceiling(self) -> Usage:
        """The ceiling of all calls together."""
        most = self.settings.ceiling
        return Usage(
            calls=most.photos, tokens=most.tokens, micros=math.floor(most.money * MICROS + 1e-6)
        )

    def micros(self, sent: int, got: int) -> int:
        """Return the cost of tokens, in millionths of the currency, rounded up."""
        prices = self.settings.prices
        return math.ceil(sent * prices.input + got * prices.output - 1e-9) if prices else 0

    def request(self, sha256: bytes) -> str:
        """Return the name of the question about a blob."""
        return request_digest(sha256, self.settings.picture, self.model, self.prompt)


class Asking:
    """Asks about photos, one at a time or by several threads. `again`: see `AiCalls.reserve`."""

    def __init__(
        self,
        question: Question,
        ledger: Ledger,
        thumbnails: ThumbnailTree,
        describer: Describer,
        *,
        again: bool = False,
    ) -> None:
        self._question = question
        self._calls = AiCalls(ledger)
        self._proposals = AiProposals(ledger)
        self._thumbnails = thumbnails
        self._describer = describer
        self._again = again
        self._rejected = 0
        self._lock = threading.Lock()

    def ask(self, photo: Chosen) -> None:
        """Ask about a photo unless that was done, and record what became of it.

        Raises `CeilingReachedError` if the call could pass the ceiling, and `ServiceError`,
        `StoppedError` or `ConfigurationError` if further calls are of no use now. Nothing is
        raised for what concerns one photo only.
        """
        assert photo.sha256 is not None
        request = self._question.request(photo.sha256)
        try:
            picture = picture_of(self._thumbnails, photo.sha256, self._question.settings.picture)
        except NoPictureError:
            return  # `describing` lists it; the next run looks again
        reserved = self._calls.reserve(
            request,
            photo.photo_id,
            self._question.model,
            most=self._question.most,
            ceiling=self._question.ceiling,
            again=self._again,
        )
        if reserved is Known.ANSWERED:
            self._share(photo, request)
        elif isinstance(reserved, Reservation):
            self._send(photo, picture, reserved)

    def _share(self, photo: Chosen, request: str) -> None:
        """Propose what was answered about the same picture, if it was for another photo."""
        found = self._proposals.of_request(request)
        if found is not None and found.photo_id != photo.photo_id:
            answer = Answer(found.values, found.confidence or 0.0)
            self._proposals.add(self._proposal(photo, request, answer))

    def _send(self, photo: Chosen, picture: bytes, reserved: Reservation) -> None:
        try:
            reply = self._describer.describe(picture, self._question.prompt)
        except AmbiguousServiceError:
            self._calls.settle(reserved, self._whole(Outcome.UNKNOWN, "no_reply"))
        except PermanentServiceError as error:
            self._refused(reserved, error)
        except (ServiceError, StoppedError):
            self._calls.settle(reserved, Settled(kind=Outcome.NOT_SENT, reason="not_sent"))
            raise
        else:
            self._rejected = 0
            self._record(photo, reserved, reply)

    def _refused(self, reserved: Reservation, error: PermanentServiceError) -> None:
        about_it = error.fault.status in _ABOUT_THE_REQUEST
        kind = Outcome.REJECTED if about_it else Outcome.NOT_SENT
        with self._lock:
            self._rejected += 1
            useless = not about_it or self._rejected >= _IN_A_ROW
        if useless and about_it:
            kind = Outcome.NOT_SENT  # it is the settings, and not the photo
        reason = f"status_{error.fault.status}" if error.fault.status else "refused"
        self._calls.settle(reserved, Settled(kind=kind, reason=reason))
        if useless:
            raise error

    def _record(self, photo: Chosen, reserved: Reservation, reply: ModelReply) -> None:
        sent, got = reply.input_tokens, reply.output_tokens
        if sent is None or got is None:
            used = self._whole(Outcome.ANSWERED, None)
        else:
            used = Settled(
                kind=Outcome.ANSWERED,
                input_tokens=sent,
                output_tokens=got,
                micros=self._question.micros(sent, got),
            )
        kind, reason, proposal = Outcome.ANSWERED, None, None
        if reply.refused:
            kind, reason = Outcome.REFUSED, "refused_by_model"
        elif reply.cut_off:
            kind, reason = Outcome.INVALID, "cut_off"
        else:
            try:
                answer = read_reply(reply.text, self._question.prompt)
                proposal = self._proposal(photo, reserved.request, answer)
            except InvalidReplyError as error:
                kind, reason = Outcome.INVALID, str(error)
        settled = Settled(
            kind=kind,
            input_tokens=used.input_tokens,
            output_tokens=used.output_tokens,
            micros=used.micros,
            reason=reason,
        )
        self._calls.settle(reserved, settled, proposal)
        self._require_within(reserved, settled)

    def _require_within(self, reserved: Reservation, settled: Settled) -> None:
        """Raise if a call used more than it reserved: the ceiling cannot be kept like this."""
        used = settled.input_tokens + settled.output_tokens
        if used > reserved.usage.tokens or settled.micros > reserved.usage.micros:
            raise ConfigurationError(
                f"A call used {settled.input_tokens:,} tokens in and {settled.output_tokens:,} "
                "out, more than was reserved for it. No further call was made.",
                hint="Set ai.input_tokens and ai.output_tokens in photosync.yaml to more.",
            )

    def _proposal(self, photo: Chosen, request: str, answer: Answer) -> Proposal:
        return Proposal(
            photo_id=photo.photo_id,
            request=request,
            model=self._question.model,
            prompt=self._question.prompt.version,
            values=answer.values,
            confidence=answer.confidence,
        )

    def _whole(self, kind: Outcome, reason: str | None) -> Settled:
        """Return an outcome that counts with all that was reserved: the use is not known."""
        settings, most = self._question.settings, self._question.most
        return Settled(
            kind=kind,
            input_tokens=settings.input_tokens,
            output_tokens=settings.output_tokens,
            micros=most.micros,
            reason=reason,
        )
