"""What a request about questions names: the group, the question, the answer that was chosen.

Requests are checked here and refused by `web.failures`; handlers get values.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from photo_assets.metadata.fields import FACT_BY_NAME
from photo_assets.questions import AnswerError, Choice, Question
from photo_assets.questions.question import KINDS
from photo_assets.questions.wording import typed_value
from photo_assets.web.failures import NotFoundError

_MONTH = re.compile(r"\d{4}(-\d{2})?|unknown")


def form_field(request: Request, name: str) -> str | None:
    """Return a field of the form that was sent, None if it was not."""
    values = request.state.form.get(name)
    return values[-1] if values else None


def choice_of(values: Mapping[str, str]) -> Choice:
    """Return the group that `kind`, `field` and `month` name. Raises `NotFoundError`."""
    kind, field = values.get("kind") or None, values.get("field") or None
    month = values.get("month") or None
    if month is not None and _MONTH.fullmatch(month) is None:
        raise NotFoundError("A month in an address is YYYY-MM, YYYY or unknown.")
    if kind not in (None, *KINDS) or field not in (None, *FACT_BY_NAME):
        raise NotFoundError("There are no such questions.")
    return Choice(kind=kind, field=field, month=month)


def question_path(choice: Choice, question_id: str | None = None, **more: str) -> str:
    """Return the address of a question among those of a group, without an id of the first."""
    values = {
        "kind": choice.kind,
        "field": choice.field,
        "month": choice.month,
        "id": question_id,
        **more,
    }
    query = urlencode({name: value for name, value in values.items() if value})
    return f"/questions/one?{query}" if query else "/questions/one"


def chosen_answer(request: Request, question: Question) -> dict[str, Any]:
    """Return the answer that a form gives. Raises `AnswerError` with what is accepted."""
    for name in ("combined", "own"):
        text = form_field(request, name)
        if text is not None and question.field is not None:
            return {"value": typed_value(question.field, "\n".join(text.splitlines()))}
    try:
        answer = json.loads(form_field(request, "answer") or "")
    except json.JSONDecodeError:
        answer = None
    if not isinstance(answer, dict):
        raise AnswerError("No answer was chosen.")
    return answer
