"""Questions that people answer, and their answers: a table of conflicts becomes decisions.

Finding conflicts and look-alikes belongs to `metadata` and `identity`, applying the answers too.
"""

from photo_assets.questions.answering import AnswerError, Answering
from photo_assets.questions.question import Question, Stated
from photo_assets.questions.queue import Choice, Queue

__all__ = [
    "AnswerError",
    "Answering",
    "Choice",
    "Question",
    "Queue",
    "Stated",
]
