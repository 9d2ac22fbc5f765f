"""What a step of instruction tuning is drawn from: page kinds, heights, how many pages, questions."""
import dataclasses

import numpy as np
import torch

from . import pages
from .canvas import COLUMNS, ROWS

IGNORED = -100


@dataclasses.dataclass(frozen=True)
class Task:
    """Pages of one kind and questions of one benchmark; `weight` is its share of the steps."""
    kind: str
    benchmark: str
    rows: int
    pages: int
    questions: int
    weight: float

    @property
    def name(self):
        return f"{self.benchmark}{self.rows}"


# Stage 1 of the decoder: short strips, one look-up at a time; it stands for language pretraining.
READING_SHORT = [
    Task("form", "docvqa", 4, 8, 3, 6), Task("signs", "textvqa", 4, 8, 2, 2),
    Task("word", "ocrbench", 4, 12, 1, 2), Task("bars", "chartqa", 4, 8, 3, 2)]
READING = [
    Task("form", "docvqa", 8, 6, 6, 6), Task("signs", "textvqa", 8, 6, 3, 2),
    Task("word", "ocrbench", 4, 12, 1, 1), Task("bars", "chartqa", 8, 4, 5, 2),
    Task("text", "ccpdf", 8, 5, 1, 1)]
# Strips cost a fraction of whole pages. Boxes are tenths of a page, so they need whole pages.
JOINT = [
    Task("form", "docvqa", 8, 4, 6, 0.5), Task("form", "docvqa", 24, 2, 12, 4),
    Task("bars", "chartqa", 8, 4, 5, 1.5), Task("bars", "chartqa", 24, 2, 8, 2),
    Task("bands", "infovqa", 8, 4, 5, 1.5), Task("bands", "infovqa", 24, 2, 8, 1.5),
    Task("signs", "textvqa", 8, 6, 3, 3), Task("signs", "textvqa", 24, 2, 4, 1.5),
    Task("word", "ocrbench", 4, 12, 1, 0.3), Task("word", "ocrbench", 24, 3, 1, 0.7),
    Task("shapes", "mme", 12, 4, 4, 2.5), Task("shapes", "mme", 24, 2, 4, 0.5),
    Task("shapes", "mmbench", 12, 4, 4, 0.7), Task("shapes", "mmbench", 24, 2, 6, 0.3),
    Task("shapes", "refcoco", 24, 2, 6, 1.5),
    Task("text", "ccpdf", 8, 5, 1, 0.7), Task("text", "ccpdf", 24, 2, 1, 0.7),
]


def choose(random, tasks):
    weights = np.array([task.weight for task in tasks], float)
    return tasks[int(random.choice(len(tasks), p=weights / weights.sum()))]


def top_row(random, rows):
    """Where a strip lies on the page: the tower's position table is trained everywhere."""
    return 0 if rows == ROWS else 4 * int(random.integers(0, (ROWS - rows) // 4 + 1))


def draw_batch(random, task):
    """Pixels [pages, height, width, 3] and per page `task.questions` questions."""
    pixels, asked = [], []
    while len(pixels) < task.pages:
        page = pages.draw(task.kind, random, task.rows)
        questions = [q for q in page.questions if q.benchmark == task.benchmark]
        if not questions:
            continue
        order = list(random.permutation(len(questions)))
        chosen = [questions[order[i % len(order)]] for i in range(task.questions)]
        pixels.append(page.canvas.read_pixels())
        asked.append(chosen)
    return torch.from_numpy(np.stack(pixels)), asked


def encode(tokenizer, asked):
    """Ids [pages, questions, tokens] and the label behind each id; only answers are learned."""
    pairs = [[(tokenizer.after_image(q.prompt), tokenizer.answer(q.answer)) for q in page]
             for page in asked]
    longest = max(len(p) + len(a) for page in pairs for p, a in page)
    ids = torch.zeros(len(pairs), len(pairs[0]), longest, dtype=torch.long)
    labels = torch.full(ids.shape, IGNORED)
    for b, page in enumerate(pairs):
        for q, (prompt, answer) in enumerate(page):
            n, m = len(prompt), len(answer)
            ids[b, q, :n + m] = torch.tensor(prompt + answer)
            labels[b, q, n - 1:n + m - 1] = torch.tensor(answer)
    return ids[:, :, :-1], labels[:, :, :-1]


def vision_tokens(rows):
    return rows * COLUMNS
