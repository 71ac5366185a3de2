import pytest

from photo_assets.media.iptc.parse import parse_iptc
from photo_assets.media.iptc.text import likely_charset
from photo_assets_tests.media.iptc.blocks import UTF_8, dataset, declared

GERMAN = "Über den Dächern von Köln, Straße nach Süden"
FRENCH = "L’été à Besançon, cœur de la Franche-Comté"
SPANISH = "Niños en la montaña, corazón de España"
DANISH = "Rødgrød på Ærø, år 2001"
ENGLISH = "The “old” pier – it’s © 2001 A. Person…"
SWEDISH = "Fåtöljen från Åre står på ön"
TYPICAL = [GERMAN, FRENCH, SPANISH, DANISH, ENGLISH, SWEDISH]


OPENING = "¿Qué tal? ¡Olé!"  # Mac Roman's "¿" is Windows' "À", and its "¡" "Á"
SIDE_BY_SIDE = "Peñón de Ifach"  # "–" and "—" in Windows
AT_AN_EDGE = "Älvsjö"  # "€" and "š"
ATTACHED = [OPENING, SIDE_BY_SIDE, AT_AN_EDGE, "Växjö", "Öl für 5 €", "¡Árbol! ¿Él?"]


@pytest.mark.parametrize("text", [*TYPICAL, *ATTACHED])
@pytest.mark.parametrize("charset", ["utf-8", "cp1252", "mac_roman"])
def test_undeclared_texts_of_the_usual_systems(text: str, charset: str) -> None:
    assert parse_iptc(dataset(120, text.encode(charset))).caption == text


@pytest.mark.parametrize(
    "word",
    ["Müller", "Köln", "Straße", "Zürich", "Genève", "garçon", "Åre", "naïf", "café", "Höhe"],
)
@pytest.mark.parametrize("charset", ["utf-8", "cp1252", "mac_roman"])
def test_a_single_undeclared_word(word: str, charset: str) -> None:
    assert parse_iptc(dataset(25, word.encode(charset))).keywords == (word,)


def test_windows_is_taken_where_nothing_tells() -> None:
    assert likely_charset([b"\xa9 2001"]) == "cp1252"
    assert likely_charset([]) == "cp1252"
    assert parse_iptc(dataset(116, b"\xa9 2001")).copyright == "© 2001"


def test_one_text_determines_the_character_set_of_the_others() -> None:
    block = dataset(25, "Perú".encode("mac_roman")) + dataset(90, "Asunción".encode("mac_roman"))
    block += dataset(120, "Übermütige Füße".encode("mac_roman"))
    record = parse_iptc(block)
    assert (record.keywords, record.city) == (("Perú",), "Asunción")


@pytest.mark.parametrize(
    ("escape", "charset", "text"),
    [
        (b"\x1b%G", "utf-8", "żółty 黄"),
        (b"\x1b%/I", "utf-8", "żółty 黄"),
        (b"UTF-8", "utf-8", "żółty 黄"),
        (b"\x1b%G ", "utf-8", "żółty 黄"),
        (b"\x1b-A", "latin-1", "Zoë"),
        (b"\x1b.A", "latin-1", "Zoë"),
        (b"\x1b/A", "latin-1", "Zoë"),
        (b"\x1b(B\x1b-A", "latin-1", "Zoë"),
        (b"\x1b-A", "cp1252", "it’s"),
        (b"\x1b-B", "iso8859-2", "Łódź"),
        (b"\x1b-L", "iso8859-5", "Москва"),
        (b"\x1b-F", "iso8859-7", "Αθήνα"),
        (b"\x1b-H", "iso8859-8", "שלום"),
        (b"\x1b-M", "iso8859-9", "Diyarbakır"),
        (b"\x1b-b", "iso8859-15", "5 €"),
        (b"\x1b%/@", "utf-16-be", "żółty"),
        (b"\x1b%/L", "utf-16-be", "żółty 黄"),
        (b"\x1b(B", "cp1252", "Zoë"),
    ],
)
def test_declared_character_sets(escape: bytes, charset: str, text: str) -> None:
    record = parse_iptc(declared(escape) + dataset(120, text.encode(charset)))
    assert record.caption == text
    assert record.problems == ()


def test_a_declaration_that_is_not_true_of_the_text() -> None:
    declared_utf_8 = declared(UTF_8) + dataset(25, "Zoë".encode("cp1252")) + dataset(25, "Köln")
    assert parse_iptc(declared_utf_8).keywords == ("Zoë", "Köln")
    assert parse_iptc(declared(b"\x1b-A") + dataset(25, "Köln")).keywords == ("Köln",)


def test_an_unknown_declaration_is_a_problem_and_the_text_is_kept() -> None:
    record = parse_iptc(declared(b"\x1b%?") + dataset(25, "Zoë".encode("cp1252")))
    assert record.keywords == ("Zoë",)
    assert record.problems == (
        "The IPTC block declares a character set that is not known; it is guessed.",
    )


def test_a_character_that_the_length_limit_cut_is_left_out() -> None:
    cut = ("x" * 31 + "é").encode()[:32]
    assert parse_iptc(declared(UTF_8) + dataset(90, cut)).city == "x" * 31
    cut = ("é" * 16 + "黄").encode()[:34]
    assert parse_iptc(dataset(90, cut)).city == "é" * 16
    whole = b"caf\xe9"  # the same bytes as the beginning of a UTF-8 character
    assert parse_iptc(declared(UTF_8) + dataset(90, whole)).city == "café"
