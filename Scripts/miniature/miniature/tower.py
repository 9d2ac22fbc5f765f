"""The vision tower: CLIP's layout at width 128; its last layer is not run, as in LLaVA."""
import math

import torch
import torch.nn.functional as F
from torch import nn

from .canvas import CELL, COLUMNS
from .layers import Group, joined_linear, linear


def grid_positions(width, longest=14.0):
    """Two-dimensional sines, the start of the position table: a neighbour is one rotation away."""
    frequencies = longest ** (-torch.arange(width // 4) / (width // 4))
    angles = torch.arange(24)[:, None] * frequencies * 1.5
    one = torch.cat([angles.sin(), angles.cos()], -1)
    grid = torch.cat([one[:, None].expand(24, 24, -1), one[None].expand(24, 24, -1)], -1)
    return grid.reshape(576, width)


class TowerLayer(nn.Module):
    def __init__(self, c):
        super().__init__()
        width, self.heads = c.tower, c.tower_heads
        self.layer_norm1, self.layer_norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.self_attn = Group(
            **{name + "_proj": nn.Linear(width, width) for name in ("q", "k", "v", "out")})
        self.mlp = Group(fc1=nn.Linear(width, c.tower_mlp), fc2=nn.Linear(c.tower_mlp, width))

    def forward(self, x, dtype):
        batch, tokens, width = x.shape
        part, a = width // self.heads, self.self_attn
        joined = joined_linear(self.layer_norm1(x).to(dtype), (a.q_proj, a.k_proj, a.v_proj))
        q, k, v = joined.view(batch, tokens, 3, self.heads, part).permute(2, 0, 3, 1, 4)
        mixed = ((q * part ** -0.5) @ k.transpose(-1, -2)).softmax(-1) @ v
        x = x + linear(mixed.transpose(1, 2).reshape(batch, tokens, width), a.out_proj)
        y = linear(self.layer_norm2(x).to(dtype), self.mlp.fc1)
        return x + linear(y * torch.sigmoid(1.702 * y), self.mlp.fc2)  # CLIP's quick GELU


class Tower(nn.Module):
    def __init__(self, c):
        super().__init__()
        width = c.tower
        self.embeddings = Group(
            patch_embedding=nn.Conv2d(3, width, CELL, CELL, bias=False),
            position_embedding=nn.Embedding(577, width))
        self.embeddings.class_embedding = nn.Parameter(torch.randn(width) * 0.02)
        with torch.no_grad():
            self.embeddings.position_embedding.weight[1:] = grid_positions(width)
        self.pre_layrnorm, self.post_layernorm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.encoder = Group(layers=nn.ModuleList(TowerLayer(c) for _ in range(c.tower_layers)))
        mean, deviation = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]
        self.register_buffer("mean", torch.tensor(mean), persistent=False)
        self.register_buffer("deviation", torch.tensor(deviation), persistent=False)

    @torch.no_grad()
    def look_sideways(self, layers=(1, 2), gain=2.5):
        """Hand-set start, 1 of 2: the two heads of two layers look at the cell on the left and on
        the right. Keys read the position's sines, queries the same turned by one column. Training
        may change it; without it the neighbours take thousands of steps to be found."""
        width = self.embeddings.class_embedding.shape[0]
        count = width // 4
        frequencies = 14.0 ** (-torch.arange(count) / count) * 1.5
        for layer in (self.encoder.layers[i] for i in layers):
            a, part = layer.self_attn, width // layer.heads
            a.q_proj.weight.mul_(0.3)
            a.k_proj.weight.mul_(0.3)
            for head, offset in ((0, -1.0), (1, 1.0)):
                for j in range(part // 4):
                    i = j * count // (part // 4)  # some of the frequencies, rows and columns
                    angle = float(frequencies[i]) * offset
                    for base, turn, at in ((0, 0.0, 0), (width // 2, angle, part // 2)):
                        sine, cosine = base + i, base + count + i
                        out = head * part + at + 2 * j
                        a.k_proj.weight[out, sine] += gain
                        a.k_proj.weight[out + 1, cosine] += gain
                        a.q_proj.weight[out, sine] += gain * math.cos(turn)
                        a.q_proj.weight[out, cosine] += gain * math.sin(turn)
                        a.q_proj.weight[out + 1, cosine] += gain * math.cos(turn)
                        a.q_proj.weight[out + 1, sine] -= gain * math.sin(turn)

    def forward(self, pixels, row, dtype):
        """Pixels [batch, 14 * rows, 336, 3] of bytes; `row` is the first row's place on a page.
        Returns hidden_states[-2], the class token first."""
        batch, height = pixels.shape[:2]
        rows = height // CELL
        x = ((pixels.float() / 255 - self.mean) / self.deviation).to(dtype)
        x = x.view(batch, rows, CELL, COLUMNS, CELL, 3).permute(0, 1, 3, 5, 2, 4)
        x = x.reshape(batch, rows * COLUMNS, 3 * CELL * CELL)
        e = self.embeddings
        positions = e.position_embedding.weight
        x = F.linear(x, e.patch_embedding.weight.view(-1, x.shape[-1]).to(dtype)).float()
        x = x + positions[1 + COLUMNS * row:1 + COLUMNS * (row + rows)]
        first = (e.class_embedding + positions[0]).expand(batch, 1, -1)
        x = self.pre_layrnorm(torch.cat([first, x], 1))
        for layer in self.encoder.layers[:-1]:
            x = layer(x, dtype)
        return x
