"""Questions are answered, undone and answered by rules on pages, by plain forms without scripts."""

import html
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from photo_assets.ledger import Decision, Decisions
from photo_assets.questions import Answering, Choice, Queue
from photo_assets_tests.metadata.collection import item
from photo_assets_tests.web.library import Library, relate
from photo_assets_tests.web.visiting import Page, served

EVIL = "</textarea><script>alert(1)</script>"
FIRST = "/questions/one?kind=metadata_mismatch&field="


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Three disagreements about each of several fields, and two photos that look alike."""
    found = Library(tmp_path_factory.mktemp("deciding"))
    for n in range(3):
        one = item(
            "lightroom",
            f"A{n}",
            title=f"One {n}",
            caption=f"{EVIL} {n}",
            rating=2,
            creator=f"Mara {n}",
        )
        other = item(
            "eagle", f"B{n}", title=f"Two {n}", caption=f"Plain {n}", rating=4, creator="M"
        )
        found.add(one, other, color="#123456")
    found.store()
    relate(found.open(), "2026-03-01", found.photo_id(0), found.photo_id(1))
    return found


@pytest.fixture(scope="module")
def shown(library: Library) -> Iterator[Page]:
    with served(library.open) as page:
        yield page


def form(text: str, action: str = "/questions/answer") -> dict[str, str]:
    """Return the hidden fields of the first form with an action."""
    (found, *_) = re.findall(rf'<form[^>]*action="{action}".*?</form>', text, re.DOTALL)
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', found)
    return {name: html.unescape(value) for name, value in fields}


def answers(text: str) -> list[str]:
    """Return the answers of the buttons, in the order of their keys."""
    found = re.findall(r'name="answer" value="([^"]*)"', text)
    return [html.unescape(one) for one in found]


def decisions(library: Library) -> list[Decision]:
    return Decisions(library.open().ledger).all()


def send(client: httpx.Client, path: str, fields: dict[str, str]) -> httpx.Response:
    return client.post(path, data=fields, follow_redirects=True)


def test_groups_have_counts_and_lead_to_their_first_question(shown: Page) -> None:
    client = shown.visitor()
    text = client.get("/questions").text
    assert re.search(r"Rating: values that disagree</span> <span class=\"number\">3<", text)
    (path,) = re.findall(r'href="(/questions/one\?[^"]*field=rating)"', text)
    assert "› Rating: <b>" in client.get("/questions/one?field=rating").text
    page = client.get(html.unescape(path)).text
    assert "<b>1</b> of 3" in page and "★★★★☆" in page and "★★☆☆☆" in page
    assert "lightroom/main" in page and "eagle/main" in page and "shown now" in page


def test_texts_of_catalogs_are_only_text(shown: Page) -> None:
    page = shown.visitor().get(f"{FIRST}caption").text
    assert EVIL not in page and html.escape(EVIL) in page.replace("&#34;", "&quot;")


def test_an_answer_is_stored_shows_the_next_question_and_is_undone(
    library: Library, shown: Page
) -> None:
    client = shown.visitor()
    page = client.get(f"{FIRST}title").text
    fields, chosen = form(page), answers(page)[1]
    assert client.post("/questions/answer", data={**fields, "csrf": "x"}).status_code == 403
    before = decisions(library)
    following = send(client, "/questions/answer", {**fields, "answer": chosen})
    assert following.status_code == 200 and "<b>2</b> of 3" in following.text
    (stored,) = decisions(library)[len(before) :]
    assert (stored.answer, stored.conflict_id) == (chosen, fields["id"])
    assert stored.evidence_digest == fields["evidence"] and "One " in stored.values_seen
    assert "1 decision waits for the refresh" in following.text
    undo = form(following.text, "/questions/undo")
    assert undo["decision"] == str(stored.decision_id)
    again = send(client, "/questions/undo", undo)
    assert "<b>1</b> of 3" in again.text and form(again.text)["id"] == fields["id"]
    assert decisions(library)[-1].withdrawn
    assert "took the answer back" in client.get("/decisions").text


def test_a_value_that_is_not_accepted_is_explained_beside_its_field(
    library: Library, shown: Page
) -> None:
    client = shown.visitor()
    fields, before = form(client.get(f"{FIRST}rating").text), decisions(library)
    for typed in ("9", "<b>many</b>", ""):
        refused = send(client, "/questions/answer", {**fields, "own": typed})
        assert refused.status_code == 422
        assert 'aria-invalid="true" aria-describedby="error"' in refused.text
        assert f"\n{html.escape(typed)}</textarea>" in refused.text
    for answer in ("", "[]", '{"value": 9}', '{"reviewed": true}'):
        assert send(client, "/questions/answer", {**fields, "answer": answer}).status_code == 422
    assert decisions(library) == before
    assert send(client, "/questions/answer", {**fields, "own": "***"}).status_code == 200
    assert decisions(library)[-1].answer == '{"value":3}'


def test_texts_are_combined_with_their_lines(library: Library, shown: Page) -> None:
    client = shown.visitor()
    page = client.get(f"{FIRST}caption").text
    assert re.search(r"\nPlain \d</textarea>", page)
    send(client, "/questions/answer", {**form(page), "combined": "One line\r\nanother"})
    assert decisions(library)[-1].answer == '{"value":"One line\\nanother"}'


def test_what_somebody_else_answered_meanwhile_is_said_and_kept(
    library: Library, shown: Page
) -> None:
    client = shown.visitor()
    page = client.get(f"{FIRST}creator").text
    fields, workspace = form(page), library.open()
    question = Queue(workspace).find(fields["id"])
    Answering(workspace, "somebody else").answer(question, {"value": "M"})
    late = send(client, "/questions/answer", {**fields, "answer": answers(page)[0]})
    assert "somebody else answered “M”" in late.text and "Next question" in late.text
    assert decisions(library)[-1].who == "somebody else"


def test_an_answer_to_other_values_than_those_of_now_is_not_stored(
    library: Library, shown: Page
) -> None:
    client, before = shown.visitor(), decisions(library)
    page = client.get(f"{FIRST}rating").text
    for stale in ({"evidence": "0" * 64}, {"standing": "77"}):
        fields = {**form(page), **stale, "answer": answers(page)[0]}
        assert "values changed while you looked" in send(client, "/questions/answer", fields).text
    assert decisions(library) == before


def test_a_rule_stores_what_its_preview_showed_and_is_undone_as_one(
    library: Library, shown: Page
) -> None:
    client = shown.visitor()
    assert "Prefer the title of eagle/main: 3 photos" in client.get("/questions/rules").text
    preview = client.get("/questions/rule?rule=title%3Deagle/main").text
    assert "3 of them would lose text" in preview and "Drops the text of lightroom/main" in preview
    fields, before = form(preview, "/questions/rule"), decisions(library)
    stale = send(client, "/questions/rule", {**fields, "seal": "0" * 64})
    assert stale.status_code == 409 and decisions(library) == before
    listed = send(client, "/questions/rule", fields).text
    made = decisions(library)[len(before) :]
    assert [one.made_by for one in made] == ["rule"] * 3 and len({one.batch for one in made}) == 1
    assert "3 answers" in listed and "Rule title=eagle/main." in listed
    again = send(client, "/questions/rule", fields)
    assert again.status_code == 409  # nothing is open that it would answer
    undone = send(client, "/questions/undo", form(listed, "/questions/undo"))
    assert urlsplit(str(undone.url)).path == "/decisions"
    assert len(Queue(library.open()).questions(Choice(field="title"))) == 3


def test_an_unknown_rule_or_group_is_not_found(shown: Page) -> None:
    client = shown.visitor()
    for path in (
        *("/questions/rule?rule=x", "/questions/rule?rule=nofield%3Da", "/plans/none"),
        *("/questions/one?kind=x", "/questions/one?field=x", "/questions/one?month=May"),
    ):
        assert client.get(path).status_code == 404, path
    assert client.post("/plans/none/send", headers=shown.writing).status_code == 404
    gone = client.get("/questions/one?id=nothing")
    assert gone.status_code == 200 and "not open" in gone.text
    assert 'name="answer"' not in client.get("/questions/one?month=1850-01").text
    assert client.get("/decisions?first=x").status_code == 200
    assert client.get("/plans").status_code == 200


def test_two_photos_that_look_alike_are_compared_and_decided(library: Library, shown: Page) -> None:
    client = shown.visitor()
    found = client.get("/questions/one?kind=lookalike")
    for n in (0, 1):
        assert f'src="/photo/{library.photo_id(n)}/picture/medium"' in found.text
    sizes = [f"{len(library.pictures[n])} B" for n in (0, 1)]
    assert re.search(rf"Size</th><td>{sizes[0]}</td><td>{sizes[1]}</td>", found.text)
    same, different = answers(found.text)
    assert (same, different) == ('{"same":true}', '{"same":false}')
    done = send(client, "/questions/answer", {**form(found.text), "answer": different})
    assert "All answered" in done.text and parse_qs(urlsplit(str(done.url)).query)["kind"]
    assert decisions(library)[-1].conflict_id.startswith("lookalike/")
    assert client.get("/lookalikes").status_code == 200
