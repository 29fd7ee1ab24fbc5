"""Bakes the words of the visible mark as pictures, so that the service needs no font.

`python infra/marks/bake.py FONT`, where FONT is `NotoSansCJK-Bold.ttc` of Debian's package `fonts-noto-cjk`.
"""

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from adapters.marks.words import file_of
from domain.user import Language

WORDS = {Language.KOREAN: "AI 생성", Language.ENGLISH: "AI-generated"}
"""As short as the guideline for Korea's AI Basic Act and the code of practice of the EU's AI Act word it."""
KOREAN_FACE = 1
"""The number of the face with Korean forms among those of the collection."""
SIZE = 96
"""Pixels of an em: more than any mark shows below a picture of 2,000 pixels, and still a small file."""


def main(font_path: Path) -> None:
    """Write one grey picture for each language; white is where the letters cover all of a pixel."""
    font = ImageFont.truetype(str(font_path), SIZE, index=KOREAN_FACE)
    for language in Language:
        words = WORDS[language]
        left, top, right, bottom = (round(edge) for edge in font.getbbox(words, anchor="ls"))
        picture = Image.new("L", (right - left, bottom - top))
        ImageDraw.Draw(picture).text((-left, -top), words, fill=255, font=font, anchor="ls")
        picture.save(file_of(language), optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
