"""The kinds of pages, and the questions about them, one kind for each sort of benchmark.

`draw(kind, random, rows)` draws one page. Pages of fewer than 24 rows are strips: training on them
costs a fraction. Test sets (testsets.py) are drawn by the same functions with seeds of their own.
"""
import dataclasses

import numpy as np
from PIL import Image, ImageDraw

from . import words
from .canvas import CELL, COLUMNS, Canvas

INK = dict(red=(214, 40, 40), blue=(40, 70, 205), green=(40, 150, 60), yellow=(240, 220, 60),
           purple=(135, 50, 165), black=(20, 20, 20))
VOWELS, CONSONANTS = "AEIOU", "BCDFGHJKLMNPRSTVWZ"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Bars and bands are named after keys that are no longer than six letters.
CATEGORIES = [key for key in words.KEYS if len(key) <= 6]


@dataclasses.dataclass
class Question:
    """A question of a benchmark: as the data set words it, as the model is asked it, its answer."""
    benchmark: str
    text: str
    prompt: str
    answer: str
    facts: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Page:
    canvas: Canvas
    lines: list
    questions: list
    facts: dict = dataclasses.field(default_factory=dict)


def pick(random, choices):
    return choices[int(random.integers(len(choices)))]


def some(random, choices, count):
    return [choices[i] for i in random.permutation(len(choices))[:count]]


def word(random, shortest, longest):
    count, first = int(random.integers(shortest, longest + 1)), int(random.integers(2))
    return "".join(
        pick(random, VOWELS if (i + first) % 2 else CONSONANTS) for i in range(count))


def letters(random, count):
    return "".join(pick(random, ALPHABET) for _ in range(count))


def number(random, shortest, longest):
    count = int(random.integers(shortest, longest + 1))
    rest = "".join(str(int(random.integers(10))) for _ in range(count - 1))
    return str(int(random.integers(1, 10))) + rest


def value(random, key):
    """A random value of a key's kind: nothing but the page tells it."""
    if key in words.AMOUNT:
        return number(random, 1, 4) + f".{int(random.integers(100)):02d}"
    if key in words.DAY:
        day, month = int(random.integers(1, 32)), int(random.integers(1, 13))
        return f"{day:02d}/{month:02d}/{int(random.integers(70, 100))}"
    if key in words.CODE:
        return letters(random, int(random.integers(1, 3))) + "-" + number(random, 3, 5)
    if key in words.NAME:
        return word(random, 4, 8)
    if key in words.COUNT:
        return number(random, 1, 3)
    if key in words.SHARE:
        return number(random, 1, 2) + "%"
    return f"{int(random.integers(1, 24)):02d}:{int(random.integers(60)):02d}"


def title(random, canvas, row):
    text = word(random, 4, 8)
    if random.random() < 0.5:
        text += " " + word(random, 3, 6)
    canvas.text(row, int(random.integers(0, COLUMNS - len(text) + 1)), text)
    return text


def form(random, rows):
    """DocVQA: keys with values in three layouts, up to 23 lines on a whole page."""
    canvas = Canvas(random, rows)
    pitch = 1 if random.random() < 0.6 else 2
    top = int(random.integers(0, 2))
    lines = [title(random, canvas, top)]
    places = list(range(top + pitch, rows, pitch))
    fewest = max(1, len(places) * 2 // 3)
    count = min(len(places), int(random.integers(fewest, len(places) + 1)), len(words.KEYS))
    layout, left = int(random.integers(3)), int(random.integers(0, 3))
    middle, dotted = int(random.integers(11, 14)), random.random() < 0.3
    questions = []
    for row, key in zip(places, some(random, words.KEYS, count)):
        text = value(random, key)
        column = (middle, COLUMNS - len(text), left + len(key) + 1)[layout]
        column = min(max(column, left + len(key) + 1), COLUMNS - len(text))
        canvas.text(row, left, key)
        if dotted and layout != 2:
            dots = max(0, column - left - len(key) - 2)
            canvas.text(row, left + len(key) + 1, "." * dots, moved=False)
        canvas.text(row, column, text)
        lines.append(key + " " + text)
        asked = f"What is the {key.lower()}?"
        questions.append(Question("docvqa", asked, asked + words.SHORT, text))
    return Page(canvas, lines, questions)


def bars(random, rows):
    """ChartQA: horizontal bars with their names on the left and their values behind them."""
    canvas = Canvas(random, rows)
    pitch = 1 if rows <= 8 else 2
    lines = [title(random, canvas, 0)] if rows > 4 else []
    places = list(range(pitch if lines else 0, rows, pitch))
    count = int(random.integers(min(3, len(places)), min(10, len(places)) + 1))
    names = some(random, CATEGORIES, count)
    values = some(random, range(3, 100), count)
    inks = [INK[pick(random, words.COLOURS[:-1])]] * count
    if random.random() < 0.5:
        inks = [INK[pick(random, words.COLOURS[:-1])] for _ in range(count)]
    questions = []

    def ask(split, asked, answer):
        questions.append(
            Question("chartqa", asked, asked + words.SINGLE, answer, {"split": split}))

    for row, name, amount, ink in zip(places, names, values, inks):
        length = max(0.5, 12.0 * amount / max(values))
        canvas.text(row, 0, name)
        canvas.box(row + 0.15, 7, 0.75, length, ink)
        canvas.text(row, 7 + int(np.ceil(length)) + 1, str(amount))
        lines.append(f"{name} {amount}")
        ask("augmented", f"What is the value of {name.lower()}?", str(amount))
        if random.random() < 0.3:
            ask("human", f"Which bar has the value {amount}?", name)
    ask("human", "Which bar is the highest?", names[int(np.argmax(values))])
    ask("human", "Which bar is the lowest?", names[int(np.argmin(values))])
    return Page(canvas, lines, questions)


def bands(random, rows):
    """InfoVQA: a page of twice the size, coloured bands with a figure before or behind its name."""
    canvas = Canvas(random, rows, scale=2)
    lines = [title(random, canvas, 0)] if rows > 4 else []
    row, questions, names = (2 if lines else 0), [], some(random, words.KEYS, len(words.KEYS))
    first = random.random() < 0.5
    while row < rows:
        height = int(random.integers(1, 4)) if rows > 4 else 1
        height = min(height, rows - row)
        ink = INK[pick(random, words.COLOURS)]
        canvas.box(row, 0, height, COLUMNS, ink)
        paper = (15, 15, 15) if ink == INK["yellow"] else (250, 250, 250)
        for line in range(height):
            key = names.pop()
            text = value(random, key)
            pair = f"{text} {key}" if first else f"{key} {text}"
            canvas.text(row + line, int(random.integers(0, COLUMNS - len(pair) + 1)), pair, paper)
            lines.append(pair)
            asked = f"What is the {key.lower()}?"
            questions.append(Question("infovqa", asked, asked + words.SHORT, text))
        row += height + int(random.integers(1, 3))
    return Page(canvas, lines, questions)


def signs(random, rows):
    """TextVQA: coloured signs with a word or a number each."""
    canvas = Canvas(random, rows, random.integers(170, 240, 3))
    most = 2 if rows <= 4 else 3 if rows <= 8 else 5
    taken, questions, found = np.zeros((rows, COLUMNS), bool), [], []
    for name in some(random, words.COLOURS, int(random.integers(2, most + 1))):
        for _ in range(20):
            text = word(random, 3, 8) if random.random() < 0.7 else number(random, 2, 5)
            height, width = int(random.integers(1, 4)), len(text) + int(random.integers(0, 3))
            row = int(random.integers(0, rows - height + 1))
            column = int(random.integers(0, COLUMNS - width + 1))
            around = (slice(max(0, row - 1), row + height + 1),
                      slice(max(0, column - 1), column + width + 1))
            if taken[around].any():
                continue
            taken[row:row + height, column:column + width] = True
            canvas.box(row, column, height, width, INK[name])
            paper = (15, 15, 15) if name == "yellow" else (250, 250, 250)
            place = (row + height // 2, column + (width - len(text)) // 2)
            canvas.text(*place, text, paper)
            found.append((*place, text))
            asked = f"what is written on the {name} sign?"
            questions.append(
                Question("textvqa", asked, asked.capitalize() + words.SHORT, text))
            break
    return Page(canvas, [text for _, _, text in sorted(found)], questions)


def one_word(random, rows):
    """OCRBench: a word, letters without sense, or a number on a plain background of any colour."""
    canvas = Canvas(random, rows, random.integers(60, 256, 3))
    sort = int(random.integers(4))
    if sort < 2:
        text = word(random, 3, 10)
    else:
        text = letters(random, int(random.integers(3, 9))) if sort == 2 else number(random, 3, 8)
    bright = canvas.pixels[0, 0].mean() > 140
    ink = random.integers(0, 60, 3) if bright else random.integers(225, 256, 3)
    row, column = int(random.integers(0, rows)), int(random.integers(0, COLUMNS - len(text) + 1))
    canvas.text(row, column, text, ink)
    asked = "what is written in the image?"
    facts = {"sort": ("word", "word", "letters", "number")[sort]}
    return Page(canvas, [text], [Question("ocrbench", asked, asked, text, facts)])


def paint_shape(draw, shape, box, ink):
    left, top, right, bottom = box
    if shape == "circle":
        draw.ellipse(box, fill=ink)
    elif shape == "square":
        draw.rectangle(box, fill=ink)
    elif shape == "triangle":
        draw.polygon([(left, bottom), (right, bottom), ((left + right) // 2, top)], fill=ink)
    else:
        third, rise = (right - left) // 3, (bottom - top) // 3
        draw.rectangle((left + third, top, right - third, bottom), fill=ink)
        draw.rectangle((left, top + rise, right, bottom - rise), fill=ink)


def shapes(random, rows):
    """MME, MMBench, RefCOCO: one to four shapes of different colours; sides in tenths of the page."""
    canvas = Canvas(random, rows, random.integers(235, 256, 3))
    image = canvas.image()
    draw = ImageDraw.Draw(image)
    count = int(random.integers(1, 5))
    places = some(random, [(x, y) for x in range(3) for y in range(3)], count)
    kinds, names = some(random, words.SHAPES, count), some(random, words.COLOURS, count)
    questions, width, height = [], canvas.pixels.shape[1], canvas.pixels.shape[0]
    for (x, y), shape, name in zip(places, kinds, names):
        side = int(random.integers(2, 4))
        corner = [3 * x + int(random.integers(0, 4 - side)), 3 * y + int(random.integers(0, 4 - side))]
        box = [v / 10 for v in (corner[0], corner[1], corner[0] + side, corner[1] + side)]
        pixels = [round(box[0] * width), round(box[1] * height),
                  round(box[2] * width) - 1, round(box[3] * height) - 1]
        paint_shape(draw, shape, pixels, INK[name])
        answer = "[" + ",".join(f"{v:.1f}" for v in box) + "]"
        for asked in (f"{name} {shape}", shape):
            questions.append(Question(
                "refcoco", asked, words.GROUNDING + asked, answer, {"box": box}))
        questions += choices(random, shape, name)
    questions += yes_or_no(random, kinds, names)
    canvas.pixels = np.asarray(image, np.float32).copy()
    return Page(canvas, [], questions)


def choices(random, shape, name):
    """MMBench: the colour of a shape and the shape of a colour, one of four letters."""
    result = []
    for asked, right, all_options in (
            (f"What color is the {shape}?", name, words.COLOURS),
            (f"What shape is {name}?", shape, words.SHAPES)):
        wrong = [option for option in all_options if option != right]
        options = some(random, [right] + some(random, wrong, 3), 4)
        listed = "\n".join(f"{letter}. {option}" for letter, option in zip("ABCD", options))
        prompt = f"{asked} There are several options:\n{listed}{words.LETTER}"
        result.append(Question("mmbench", asked, prompt, "ABCD"[options.index(right)],
                               {"options": options}))
    return result


def yes_or_no(random, kinds, names):
    """MME: two questions a picture and category, one to be affirmed and one to be denied."""
    result = []

    def ask(category, asked, answer):
        result.append(Question("mme", asked + " Please answer yes or no.", asked + words.SHORT,
                               answer, {"category": category}))

    absent = [shape for shape in words.SHAPES if shape not in kinds]
    if absent:
        ask("existence", f"Is there a {pick(random, kinds)} in this image?", "Yes")
        ask("existence", f"Is there a {pick(random, absent)} in this image?", "No")
    i = int(random.integers(len(kinds)))
    other = pick(random, [name for name in words.COLOURS if name != names[i]])
    ask("color", f"Is the {kinds[i]} {names[i]}?", "Yes")
    ask("color", f"Is the {kinds[i]} {other}?", "No")
    return result


def lines_of_text(random, rows):
    """CCpdf: two to five lines of words, to be written down as they stand."""
    canvas = Canvas(random, rows)
    count = min(rows, int(random.integers(2, 6)))
    step, left = (2 if count * 2 <= rows and random.random() < 0.5 else 1), int(random.integers(0, 3))
    top = int(random.integers(0, rows - step * (count - 1)))
    lines = []
    for i in range(count):
        line = word(random, 2, 8)
        while len(line) < 12 and random.random() < 0.75:
            line += " " + (word(random, 2, 7) if random.random() < 0.8 else number(random, 1, 4))
        line = line[:COLUMNS - left]
        canvas.text(top + i * step, left, line.strip())
        lines.append(line.strip())
    return Page(canvas, lines, [Question("ccpdf", words.READ, words.READ, "\n".join(lines))])


KINDS = dict(form=form, bars=bars, bands=bands, signs=signs, word=one_word, shapes=shapes,
             text=lines_of_text)


def draw(kind, random, rows):
    return KINDS[kind](random, rows)
