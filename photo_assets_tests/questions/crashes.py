"""A process that answers questions, or undoes answers, and is killed by SIGKILL again and again.

Every decision that it said to be stored is there, once, and at most one more.
"""

import random
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from photo_assets.ledger import Decision, Decisions
from photo_assets.library import open_workspace
from photo_assets.questions import Answering, Choice, Queue
from photo_assets.workspace import Workspace
from photo_assets_tests.processes import PROCESSES

Work = Callable[[Workspace, Connection], None]


def answer_everything(workspace: Workspace, told: Connection) -> None:
    """Answer all open questions about values with their proposals, one by one."""
    answering = Answering(workspace, "Mara")
    for question in Queue(workspace).questions(Choice(kind="metadata_mismatch")):
        answering.answer(question, {"value": question.proposal})
        told.send_bytes(b".")


def undo_everything(workspace: Workspace, told: Connection) -> None:
    """Undo all answers that stand, one by one."""
    answering = Answering(workspace, "Mara")
    for decision in Decisions(workspace.ledger).standing().values():
        if not decision.withdrawn:
            answering.undo(decision.decision_id or 0)
            told.send_bytes(b".")


def _child(configuration: Path, work: Work, told: Connection) -> None:
    work(open_workspace(configuration), told)


def stored(workspace: Workspace) -> list[Decision]:
    return Decisions(workspace.ledger).all()


def killed_again_and_again(workspace: Workspace, work: Work, most: int, seed: int) -> int:
    """Run `work` to its end, in as many processes as it takes; return the number of kills.

    Each is killed after it stored some decisions, at most `most`.
    """
    chance, kills = random.Random(seed), 0
    file = workspace.configuration.file
    assert file is not None
    while True:
        before, said, after = len(stored(workspace)), 0, chance.randint(1, most)
        told, telling = PROCESSES.Pipe(duplex=False)
        child = PROCESSES.Process(target=_child, args=(file, work, telling))
        child.start()
        telling.close()
        try:
            while said < after:
                told.recv_bytes()
                said += 1
            child.kill()
            while told.recv_bytes():
                said += 1
        except EOFError:
            pass
        child.join()
        told.close()
        assert child.exitcode in (0, -9)
        now = len(stored(workspace))
        assert before + said <= now <= before + said + 1, (before, said, now)
        if child.exitcode == 0:
            return kills
        kills += 1
