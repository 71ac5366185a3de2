"""A loss that is held back is a question, and its answer is the confirmation of `confirm`."""

from photo_assets.catalogs.discovery.discover import catalog_folder
from photo_assets.catalogs.discovery.manifest import Held, save_held
from photo_assets.ledger import Confirmations, Decisions
from photo_assets_tests.questions.library import Asked

HELD = Held(
    scan_digest="ab" * 32,
    token=None,
    lost=412,
    known=1_000,
    examples=["a/1.jpg", "a/2.jpg"],
    at="2026-11-30T10:00:00+00:00",
)


def test_a_held_loss_is_asked_about_until_somebody_confirms_it(asked: Asked) -> None:
    workspace = asked.workspace
    folder = catalog_folder(workspace.staging, "folders", "nas")
    folder.mkdir(parents=True)
    save_held(folder, HELD)
    question = asked.questions()[0]
    assert (question.kind, question.id) == ("lost_items", "lost/folders/nas")
    assert "lost 412 of 1,000 items" in question.detail
    assert [one.native_id for one in question.values] == HELD.examples
    assert (
        asked.questions(kind="rating") == asked.questions(kind="lost_items", field="rating") == []
    )
    stored = asked.answering.answer(question, {"reviewed": True})
    assert stored.decision_id is None
    given = Confirmations(workspace.ledger).find("folders", "nas", HELD.scan_digest)
    assert given is not None
    assert (given.who, given.lost, given.known) == ("Mara", 412, 1_000)
    assert asked.questions(kind="lost_items") == []
    assert Decisions(workspace.ledger).all() == []
