"""The tower's own stage: each patch names the characters around it, the class token what is there.

It stands for CLIP's pretraining: the paper takes a tower that sees already.
"""
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from . import pages, tasks
from .canvas import CHARACTER_ID, COLUMNS, ROWS
from .training import Stage, parameter_groups

OFFSETS = (-2, -1, 0, 1, 2)
CLASSES = len(CHARACTER_ID) + 1
# Kinds of pages in the order of KINDS; letters matter most.
KINDS = ["form", "bars", "bands", "signs", "word", "shapes", "text"]
SHARES = np.array([4, 2, 2, 2, 2, 1, 3], float)


def draw_strips(random, rows, count):
    """Pixels, characters a cell, and the kinds of a mixed batch."""
    kinds = [KINDS[int(random.choice(len(KINDS), p=SHARES / SHARES.sum()))] for _ in range(count)]
    drawn = [pages.draw(kind, random, rows).canvas for kind in kinds]
    pixels = torch.from_numpy(np.stack([canvas.read_pixels() for canvas in drawn]))
    characters = torch.from_numpy(np.stack([canvas.characters for canvas in drawn]))
    return pixels, characters, torch.tensor([KINDS.index(kind) for kind in kinds])


class Eyes(nn.Module):
    """The tower with two heads that are thrown away after its stage."""

    def __init__(self, tower, width):
        super().__init__()
        self.tower = tower
        self.around = nn.Linear(width, CLASSES * len(OFFSETS))
        self.whole = nn.Linear(width, len(KINDS) + CLASSES - 1)


def see(name, folder, seed, steps, network, rate=1e-3):
    """Trains the network's tower in place; the last 15 % of the steps on whole pages."""
    eyes = Eyes(network.tower, network.c.tower)

    def step(random, number):
        rows = 8 if number < steps * 0.85 else ROWS
        count = 8 if rows < ROWS else 3
        pixels, characters, kinds = draw_strips(random, rows, count)
        hidden = eyes.tower(pixels, tasks.top_row(random, rows), torch.float32)
        padded = F.pad(characters, (2, 2))
        wanted = torch.stack([padded[:, :, 2 + o:2 + o + COLUMNS] for o in OFFSETS], -1)
        wanted = wanted.view(count, -1, len(OFFSETS))
        named = eyes.around(hidden[:, 1:]).view(count, -1, len(OFFSETS), CLASSES)
        errors = F.cross_entropy(named.reshape(-1, CLASSES), wanted.reshape(-1), reduction="none")
        weights = torch.where(wanted > 0, 1.0, 0.1).view(-1)  # most cells are empty
        loss = (errors * weights).sum() / weights.sum()
        present = torch.zeros(count, CLASSES).scatter_(1, characters.view(count, -1), 1.0)[:, 1:]
        seen = eyes.whole(hidden[:, 0])
        whole = F.cross_entropy(seen[:, :len(KINDS)], kinds)
        whole = whole + F.binary_cross_entropy_with_logits(seen[:, len(KINDS):], present)
        right = ((named.argmax(-1) == wanted) & (wanted > 0)).sum((0, 1))
        shares = right / (wanted > 0).sum((0, 1)).clamp(min=1)
        notes = "right at -2..2: " + " ".join(f"{share:.2f}" for share in shares.tolist())
        return "characters", loss + 0.3 * whole, notes

    Stage(name, folder, seed, steps, eyes, parameter_groups(eyes.named_parameters(), rate)).run(step)
    return network
