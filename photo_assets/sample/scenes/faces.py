"""Paper-cut portraits, and the positions of their heads."""

from PIL import Image, ImageDraw, ImageFilter

from photo_assets.sample.scenes.canvas import (
    Array,
    Color,
    Random,
    drawing,
    noise,
    rgb,
    stamp,
    vertical,
)

FACE_CENTERS = ((0.5, 0.43), (0.3, 0.44), (0.7, 0.47))
"""Centers of the heads of `faces` as fractions of the upright picture: one, or two."""
FACE_SIZE = (0.26, 0.42)
"""Width and height of a head as fractions of the picture's height."""


def faces(random: Random, width: int, height: int, people: int = 1) -> Array:
    """One or two people as cut paper: a head, hair, shoulders, big shapes behind."""
    papers = [
        rgb("f4d35e", "ee964b", "0d3b66", "faf0ca", "f95738"),
        rgb("cdb4db", "ffc8dd", "a2d2ff", "bde0fe", "5a4a78"),
        rgb("264653", "2a9d8f", "e9c46a", "f4a261", "e76f51"),
        rgb("606c38", "283618", "fefae0", "dda15e", "bc6c25"),
        rgb("2b2d42", "8d99ae", "edf2f4", "ef233c", "d90429"),
        rgb("003049", "d62828", "f77f00", "fcbf49", "eae2b7"),
    ]
    paper = papers[random.integers(len(papers))]
    order = random.permutation(5)
    picture = vertical(width, height, [paper[order[0]], paper[order[0]]])
    for n in range(int(random.integers(4, 9))):
        mask, pen = drawing(width, height)
        _shape(pen, random, width, height)
        _paper(picture, mask, paper[order[1 + n % 4]])
    spots = FACE_CENTERS[:1] if people == 1 else FACE_CENTERS[1:3]
    for spot in spots:
        _person(picture, random, spot, paper)
    picture *= (0.94 + 0.12 * noise(random, width, height, (90, 60), 2))[..., None]
    return picture


def _person(picture: Array, random: Random, spot: tuple[float, float], paper: list[Color]) -> None:
    height, width = picture.shape[:2]
    cx, cy = spot[0] * width, spot[1] * height
    rx, ry = FACE_SIZE[0] / 2 * height, FACE_SIZE[1] / 2 * height
    skin = rgb("f1c9a5", "c68642", "8d5524", "ffdbac", "e0ac69")[random.integers(5)]
    hair = rgb("2b1b12", "6b3e1f", "c98f3f", "101018", "a33b20", "d9d4cc")[random.integers(6)]
    cloth = paper[random.integers(5)]
    style = int(random.integers(3))

    def paint(color: Color, draw: "list[tuple[str, list[float]]]") -> None:
        mask, pen = drawing(width, height)
        for kind, box in draw:
            if kind == "ellipse":
                pen.ellipse(box, fill=255)
            else:
                pen.polygon(box, fill=255)
        _paper(picture, mask, color)

    long = [1.15, 1.9, 1.35][style]
    paint(
        hair,
        [("ellipse", [cx - rx * 1.28, cy - ry * 1.25, cx + rx * 1.28, cy + ry * long - ry * 0.5])],
    )
    paint(cloth, [("ellipse", [cx - rx * 2.3, cy + ry * 1.15, cx + rx * 2.3, cy + ry * 4.5])])
    neck = [
        cx - rx * 0.38,
        cy + ry * 0.6,
        cx + rx * 0.38,
        cy + ry * 0.6,
        cx + rx * 0.5,
        cy + ry * 1.5,
        cx - rx * 0.5,
        cy + ry * 1.5,
    ]
    paint((skin[0] * 0.85, skin[1] * 0.8, skin[2] * 0.8), [("polygon", neck)])
    paint(skin, [("ellipse", [cx - rx, cy - ry, cx + rx, cy + ry])])
    part = random.choice([-1, 1]) * rx * 0.55
    mask, pen = drawing(width, height)
    pen.pieslice(
        [cx - rx * 1.12, cy - ry * 1.18, cx + rx * 1.12, cy + ry * 0.75], 180, 360, fill=255
    )
    pen.ellipse(
        [cx + part - rx * 1.25, cy - ry * 0.52, cx + part + rx * 1.25, cy + ry * 0.5], fill=0
    )
    _paper(picture, mask, hair)
    _features(picture, cx, cy, rx, ry, skin)


def _features(picture: Array, cx: float, cy: float, rx: float, ry: float, skin: Color) -> None:
    height, width = picture.shape[:2]
    dark = (0.12, 0.09, 0.1)
    mask, pen = drawing(width, height)
    for side in (-1, 1):
        x = cx + side * rx * 0.42
        pen.arc(
            [x - rx * 0.2, cy - ry * 0.12, x + rx * 0.2, cy + ry * 0.1], 15, 165, fill=255, width=4
        )
        pen.arc(
            [x - rx * 0.24, cy - ry * 0.3, x + rx * 0.24, cy - ry * 0.1],
            200,
            340,
            fill=255,
            width=5,
        )
    pen.line(
        [(cx, cy), (cx - rx * 0.12, cy + ry * 0.3), (cx + rx * 0.06, cy + ry * 0.33)],
        fill=200,
        width=4,
    )
    stamp(picture, mask, dark)
    mask, pen = drawing(width, height)
    pen.chord([cx - rx * 0.34, cy + ry * 0.36, cx + rx * 0.34, cy + ry * 0.68], 0, 180, fill=255)
    stamp(picture, mask, (0.75, 0.2, 0.22))
    mask, pen = drawing(width, height)
    for side in (-1, 1):
        x = cx + side * rx * 0.6
        pen.ellipse([x - rx * 0.2, cy + ry * 0.2, x + rx * 0.2, cy + ry * 0.42], fill=110)
    stamp(picture, mask, (0.95, 0.45, 0.4))


def _shape(pen: ImageDraw.ImageDraw, random: Random, width: int, height: int) -> None:
    x, y = random.uniform(-0.1, 1.0) * width, random.uniform(-0.1, 1.0) * height
    size = random.uniform(0.2, 0.6) * height
    match int(random.integers(4)):
        case 0:
            pen.ellipse([x, y, x + size, y + size], fill=255)
        case 1:
            pen.polygon([(x, y), (x + size, y + size * 0.2), (x + size * 0.3, y + size)], fill=255)
        case 2:
            pen.pieslice([x, y, x + size * 1.4, y + size * 1.4], 90, 270, fill=255)
        case _:
            for n in range(5):
                pen.line(
                    [(x, y + n * size * 0.16), (x + size * 1.2, y + n * size * 0.16)],
                    fill=255,
                    width=int(size * 0.06),
                )


def _paper(picture: Array, mask: Image.Image, color: Color) -> None:
    """Paint a piece of paper with its shadow."""
    box = mask.getbbox()
    if box is None:
        return
    reach = (max(0, box[0] - 12), max(0, box[1] - 12), box[2] + 12, box[3] + 12)
    soft = Image.new("L", mask.size, 0)
    soft.paste(mask.crop(reach).filter(ImageFilter.BoxBlur(8)), reach[:2])
    stamp(picture, soft, (0.05, 0.04, 0.06), 0.3, (5, 7))
    stamp(picture, mask, color)
