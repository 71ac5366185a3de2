"""Names of the five label colours in the languages Lightroom is sold in.

Lightroom stores a label as the text of its label set, so "Rot" in a German catalog is the "Red" of
an English one. Only plain colour words are listed; a label set of one's own compares as text.
"""

_NAMES: dict[str, str] = {
    "red": "rot rouge rojo rosso vermelho rood röd rød punainen czerwony červená красный kırmızı "
    "レッド 赤 红色 紅色 빨강 빨간색",
    "yellow": "gelb jaune amarillo giallo amarelo geel gul keltainen żółty žlutá желтый жёлтый "
    "sarı イエロー 黄 黄色 노랑 노란색",
    "green": "grün vert verde groen grön grøn grønn vihreä zielony zelená зеленый зелёный yeşil "
    "グリーン 緑 绿色 綠色 녹색 초록색",
    "blue": "blau bleu azul blu blauw blå sininen niebieski modrá синий mavi "
    "ブルー 青 蓝色 藍色 파랑 파란색",
    "purple": "lila violett violet púrpura morado viola roxo paars purppura fioletowy fialová "
    "фиолетовый mor パープル 紫 紫色 보라 자주색",
}

COLOUR_WORDS: dict[str, str] = {
    word: colour for colour, words in _NAMES.items() for word in (colour, *words.split())
}
"""Lower-case colour word -> its English name."""
