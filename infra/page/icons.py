"""Draws the icons that must be PNG or ICO from icon.svg: `python infra/page/icons.py`, when that one has changed."""

import io
from pathlib import Path
from shutil import which

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ICONS = Path(__file__).parents[2] / "src/entrypoints/web/static/icons"
GROUND = "#f7f0e5"
"""What is behind the mark where a system cuts the icon into a shape of its own."""
COLOURS = 64
"""Of the palette: the mark has two, and the steps between them at its edges."""


def draw(page: Page, size: int, share: float, ground: str = "transparent") -> Image.Image:
    """Return the mark in a square; `share` of the side is the mark's."""
    mark, margin = round(size * share), round(size * (1 - share) / 2)
    svg = (ICONS / "icon.svg").read_text()
    page.set_viewport_size({"width": size, "height": size})
    page.set_content(
        f"<style>body{{margin:0;background:{ground}}}"
        f"svg{{display:block;width:{mark}px;height:{mark}px;margin:{margin}px}}</style>{svg}"
    )
    return Image.open(io.BytesIO(page.screenshot(omit_background=True)))


def save(image: Image.Image, name: str) -> None:
    """Write a picture with few colours."""
    image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE).save(ICONS / name, optimize=True)


def main() -> None:
    """Write all icons."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=which("chromium"))
        page = browser.new_page()
        save(draw(page, 192, 1), "icon-192.png")
        save(draw(page, 512, 1), "icon-512.png")
        save(draw(page, 512, 0.62, GROUND), "maskable-512.png")
        save(draw(page, 180, 0.76, GROUND), "apple-touch-icon.png")
        small = [draw(page, size, 1) for size in (48, 32, 16)]
        small[0].save(ICONS / "favicon.ico", sizes=[image.size for image in small], append_images=small[1:])
        browser.close()


if __name__ == "__main__":
    main()
