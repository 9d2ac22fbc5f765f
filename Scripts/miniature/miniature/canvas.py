"""A page: rows x 24 cells of 14 x 14 pixels, one character a cell, moved by up to two pixels.

A cell is exactly one patch of the vision tower, so a character is one visual token. `scale` 2 draws
the same page with letters of twice the size, as a larger page whose reduced picture is read.
"""
import os

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .words import PAGE_CHARACTERS

CELL, COLUMNS, ROWS = 14, 24, 24
FONT_SIZE = 12
# DejaVu Sans Mono: free, and in every Debian (package fonts-dejavu-core).
FONT_FOLDERS = [os.environ.get("MINIATURE_FONTS", ""), "/usr/share/fonts/truetype/dejavu"]
FONT_FILES = ["DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf"]
CHARACTER_ID = {c: i + 1 for i, c in enumerate(PAGE_CHARACTERS)}


def font_path(name):
    for folder in FONT_FOLDERS:
        path = os.path.join(folder, name)
        if folder and os.path.exists(path):
            return path
    raise SystemExit(
        f"miniature: the font {name} is missing; install the Debian package fonts-dejavu-core, or "
        "name a folder that holds it in MINIATURE_FONTS")


def load_glyphs(scale):
    """Per font: character -> (top, left, coverage in 0...1), relative to its cell."""
    fonts, cell, margin = [], CELL * scale, 3 * scale
    for name in FONT_FILES:
        font = ImageFont.truetype(font_path(name), FONT_SIZE * scale)
        glyphs = {}
        for character in PAGE_CHARACTERS:
            image = Image.new("L", (cell + 2 * margin, cell + 2 * margin))
            draw = ImageDraw.Draw(image)
            width = draw.textlength(character, font=font)
            place = (margin + (cell - width) / 2, margin + 11.5 * scale)
            draw.text(place, character, font=font, fill=255, anchor="ls")
            coverage = np.asarray(image, np.float32) / 255
            rows, columns = np.nonzero(coverage > 0)
            top, left = rows.min(), columns.min()
            kept = coverage[top:rows.max() + 1, left:columns.max() + 1, None]
            glyphs[character] = (top - margin, left - margin, kept)
        fonts.append(glyphs)
    return fonts


_GLYPHS = {}


def glyphs(scale):
    if scale not in _GLYPHS:
        _GLYPHS[scale] = load_glyphs(scale)
    return _GLYPHS[scale]


class Canvas:
    """Pixels, and what stands in each cell: the tower's training reads it."""

    def __init__(self, random, rows, background=None, scale=1):
        self.random, self.rows, self.scale, self.cell = random, rows, scale, CELL * scale
        self.pixels = np.empty((rows * self.cell, COLUMNS * self.cell, 3), np.float32)
        self.pixels[:] = random.integers(225, 256, 3) if background is None else background
        self.characters = np.zeros((rows, COLUMNS), np.int64)
        fonts = glyphs(scale)
        self.font = fonts[random.integers(len(fonts))]
        self.shift_x, self.shift_y = int(random.integers(-1, 2)), int(random.integers(0, 2))

    def text(self, row, column, text, colour=(20, 20, 30), moved=True):
        shift = self.shift_x + (int(self.random.integers(-1, 2)) if moved else 0)
        ink = np.array(colour, np.float32)
        height, width = self.pixels.shape[:2]
        for i, character in enumerate(text):
            if character == " ":
                continue
            dy, dx, coverage = self.font[character]
            y = row * self.cell + dy + self.shift_y * self.scale
            x = (column + i) * self.cell + dx + shift * self.scale
            y0, x0 = max(y, 0), max(x, 0)
            y1 = min(y + coverage.shape[0], height)
            x1 = min(x + coverage.shape[1], width)
            part = self.pixels[y0:y1, x0:x1]
            part += coverage[y0 - y:y1 - y, x0 - x:x1 - x] * (ink - part)
            self.characters[row, column + i] = CHARACTER_ID[character]

    def box(self, row, column, height, width, colour):
        """Fills cells; sizes may be fractions of cells."""
        c = self.cell
        self.pixels[int(row * c):int((row + height) * c),
                    int(column * c):int((column + width) * c)] = colour

    def image(self):
        return Image.fromarray(np.clip(self.pixels, 0, 255).astype(np.uint8))

    def read_pixels(self):
        """What the model is trained on: the page at 14 pixels a cell."""
        if self.scale == 1:
            return np.clip(self.pixels, 0, 255).astype(np.uint8)
        size = (COLUMNS * CELL, self.rows * CELL)
        return np.asarray(self.image().resize(size, Image.Resampling.BICUBIC))
