"""The paper's stage 1 in small: the projector learns to speak the decoder's language.

Where a pretrained language model would bring embeddings and copying heads along, the miniature
starts with hand-set ones (`lay_out`), and the projector is led to them: a patch is to hold the code
of its own character, of the character on its left, and its place.
"""
import torch
import torch.nn.functional as F

from .canvas import COLUMNS, ROWS
from .seeing import draw_strips
from .tasks import top_row
from .tower import grid_positions
from .training import Stage, parameter_groups
from .words import PAGE_CHARACTERS

CODE = 64  # channels of a code: own character 0..<64, left character 64..<128, place 128..<192


@torch.no_grad()
def lay_out(network, seed, layers=(3, 4), gain=1.1):
    """Hand-set start, 2 of 2. Tokens are random codes in channels 0..<64; one head of two layers
    looks for "my code equals your left code" in RoPE's slow channels and copies the own code: it
    continues a string. Training may change all of it. Returns the codes [vocabulary, 64]."""
    random = torch.Generator().manual_seed(seed)
    c, m = network.c, network.model
    width = c.hidden // c.heads
    codes = torch.randn(c.vocabulary, CODE, generator=random)
    m.embed_tokens.weight.normal_(0, 0.02, generator=random)
    m.embed_tokens.weight[:, :CODE] += codes
    network.lm_head.weight.normal_(0, 0.02, generator=random)
    network.lm_head.weight[:, :CODE] += 0.15 * codes
    turn = torch.linalg.qr(torch.randn(CODE, CODE, generator=random))[0][:width // 2]
    slow = [i for i in range(width) if i % (width // 2) >= width // 4]
    for i, layer in enumerate(m.layers):
        layer.self_attn.o_proj.weight.mul_(0.5)
        layer.mlp.down_proj.weight.mul_(0.5)
        if i in layers:
            a = layer.self_attn
            for weight in (a.q_proj.weight, a.k_proj.weight, a.v_proj.weight):
                weight[:width] *= 0.1
            a.o_proj.weight[:, :width] *= 0.1
            a.q_proj.weight[slow, :CODE] += gain * turn
            a.k_proj.weight[slow, CODE:2 * CODE] += gain * turn
            a.v_proj.weight[:CODE, :CODE] += torch.eye(CODE)
            a.o_proj.weight[:CODE, :CODE] += torch.eye(CODE)
    return codes


def character_codes(codes, tokenizer):
    """The code of each character of a page; an empty cell has that of the space."""
    ids = [tokenizer.ids("A")[0]] + [tokenizer.pieces.piece_to_id(c) for c in PAGE_CHARACTERS]
    return codes[ids]


def align(name, folder, seed, steps, network, tokenizer, rate=1e-3):
    """Trains projector and tower; lays the decoder's start out first."""
    codes = character_codes(lay_out(network, seed), tokenizer)
    places = grid_positions(CODE)

    def step(random, number):
        rows = 8 if number < steps * 0.9 else ROWS
        pixels, characters, _ = draw_strips(random, rows, 8 if rows < ROWS else 3)
        row = top_row(random, rows)
        left = F.pad(characters, (1, 0))[:, :, :-1]
        written = ((characters > 0) | (left > 0)).float()[..., None]
        wanted = torch.cat([codes[characters] * written, codes[left] * written], -1)
        wanted = wanted.view(len(pixels), -1, 2 * CODE)
        vision = network.project(network.tower(pixels, row, torch.float32)[:, 1:])
        weights = 0.1 + 0.9 * written.view(len(pixels), -1, 1)
        errors = (vision[..., :2 * CODE] - wanted) ** 2 * weights
        loss = errors.sum() / weights.sum() / (2 * CODE)
        where = vision[..., 2 * CODE:] - places[COLUMNS * row:COLUMNS * (row + rows)]
        distances = vision[..., :CODE].detach() @ codes.T - (codes ** 2).sum(-1) / 2
        right = (distances.argmax(-1).view(characters.shape) == characters)[characters > 0]
        return "codes", loss + 0.3 * (where ** 2).mean(), f"own {right.float().mean():.2f}"

    projector = [(n, p) for n, p in network.named_parameters() if "mm_projector" in n]
    groups = parameter_groups(projector, 3 * rate)
    groups += parameter_groups(list(network.tower.named_parameters()), rate)
    Stage(name, folder, seed, steps, network, groups).run(step)
    return network
