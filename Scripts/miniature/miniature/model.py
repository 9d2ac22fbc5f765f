"""The miniature: tower, projector, Llama decoder, and ProxyV with spatial proxies.

Parameters carry the official names, so that a state can be written as an official checkpoint. What
does not depend on a question (text before the image, the image) is computed once a page by `head`;
`tail` runs several questions of the page against its keys and values.
"""
import dataclasses

import torch
import torch.nn.functional as F
from torch import nn

from .canvas import CELL, COLUMNS
from .layers import Group, Norm, causal_attention, joined_linear, linear, rotate
from .tower import Tower


@dataclasses.dataclass
class Sizes:
    tower: int = 128
    tower_heads: int = 2
    tower_layers: int = 4
    tower_mlp: int = 384
    hidden: int = 192
    heads: int = 3
    layers: int = 6
    mlp: int = 384
    vocabulary: int = 782
    epsilon: float = 1e-5
    # 1e6 instead of Llama's 1e4: at 1e4 few of 64 channels can match content over 600 positions.
    theta: float = 1e6
    start: int = 3   # the first layer of ProxyV
    factor: int = 4  # 4 x 4 patches share a proxy


class DecoderLayer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c, d = c, c.hidden
        self.input_layernorm = Norm(d, c.epsilon)
        self.post_attention_layernorm = Norm(d, c.epsilon)
        self.self_attn = Group(
            **{name + "_proj": nn.Linear(d, d, bias=False) for name in "qkvo"})
        self.mlp = Group(
            gate_proj=nn.Linear(d, c.mlp, bias=False), up_proj=nn.Linear(d, c.mlp, bias=False),
            down_proj=nn.Linear(c.mlp, d, bias=False))

    def attention_inputs(self, x, rope, dtype, with_queries=True):
        """x [..., tokens, d] -> queries (or None), keys, values [..., heads, tokens, width]."""
        a, heads = self.self_attn, self.c.heads
        maps = ([a.q_proj] if with_queries else []) + [a.k_proj, a.v_proj]
        y = joined_linear(self.input_layernorm(x).to(dtype), maps)
        y = y.unflatten(-1, (len(maps) * heads, self.c.hidden // heads))
        value = y[..., -heads:, :].transpose(-2, -3)
        turned = rotate(y[..., :-heads, :], *rope)
        if not with_queries:
            return None, turned, value
        return turned[..., :heads, :, :], turned[..., heads:, :, :], value

    def finish(self, x, attended, dtype):
        """Output projection and MLP, each added to the stream."""
        x = x + linear(attended.transpose(-2, -3).flatten(-2), self.self_attn.o_proj)
        n = self.post_attention_layernorm(x).to(dtype)
        gate, up = joined_linear(n, (self.mlp.gate_proj, self.mlp.up_proj)).chunk(2, -1)
        return x + linear(F.silu(gate) * up, self.mlp.down_proj)


class GuidedUpdate(nn.Module):
    """ProxyV's vision MLP: a vision token is updated from itself and from its proxy."""

    def __init__(self, c):
        super().__init__()
        d, self.factor = c.hidden, c.factor
        inner = d // 4 if d >= 1024 else d // 2
        self.context_proj = nn.Linear(d, inner, bias=False)
        self.input_proj = nn.Linear(d, inner, bias=False)
        self.proj = nn.Sequential(
            nn.Linear(2 * inner, inner, bias=False), nn.SiLU(), nn.Linear(inner, d, bias=False))
        self.layernorm_post = Norm(d, c.epsilon)

    def forward(self, vision, proxies, dtype):
        batch, count, _ = vision.shape
        f, rows = self.factor, count // COLUMNS // self.factor
        context = linear(proxies.to(dtype), self.context_proj)
        context = context.view(batch, rows, 1, COLUMNS // f, 1, -1)
        context = context.expand(-1, -1, f, -1, f, -1).reshape(batch, count, -1)
        both = torch.cat([linear(vision.to(dtype), self.input_proj), context], -1)
        update = linear(F.silu(linear(both, self.proj[0])), self.proj[2])
        return self.layernorm_post(update + vision)


class Miniature(nn.Module):
    def __init__(self, c, proxyv=False, dtype=torch.float32):
        super().__init__()
        self.c, self.proxyv, self.dtype = c, False, dtype
        d = c.hidden
        self.model = Group(
            embed_tokens=nn.Embedding(c.vocabulary, d),
            layers=nn.ModuleList(DecoderLayer(c) for _ in range(c.layers)),
            norm=Norm(d, c.epsilon),
            mm_projector=nn.Sequential(nn.Linear(c.tower, d), nn.GELU(), nn.Linear(d, d)),
            vision_tower=Group(vision_tower=Group(vision_model=Tower(c))))
        self.model.image_newline = nn.Parameter(torch.randn(d) * 0.02)
        self.lm_head = nn.Linear(d, c.vocabulary, bias=False)
        for name, parameter in self.named_parameters():
            if parameter.ndim == 2 and "position" not in name:
                last = any(n in name for n in ("o_proj", "down_proj", "fc2", "out_proj"))
                deviation = parameter.shape[1] ** -0.5 * (0.5 if last else 1.0)
                nn.init.normal_(parameter, std=0.02 if "embed" in name else deviation)
        with torch.no_grad():
            self.tower.embeddings.patch_embedding.weight.mul_(0.6)
        if proxyv:
            self.add_proxyv()

    def add_proxyv(self):
        """The vision-specific modules, near the identity at first."""
        self.proxyv, c = True, self.c
        self.model.vision_mlp_layers = nn.ModuleList(
            GuidedUpdate(c) for _ in range(c.layers - c.start))
        for name, parameter in self.model.vision_mlp_layers.named_parameters():
            if parameter.ndim == 2:
                small = 0.15 if name.endswith("proj.2.weight") else 1.0
                nn.init.normal_(parameter, std=parameter.shape[1] ** -0.5 * small)

    @property
    def tower(self):
        return self.model.vision_tower.vision_tower.vision_model

    def rope(self, positions):
        width = self.c.hidden // self.c.heads
        exponents = torch.arange(0, width, 2, dtype=torch.float64) / width
        angles = positions.double()[:, None] * self.c.theta ** -exponents
        return angles.cos().to(self.dtype), angles.sin().to(self.dtype)

    def project(self, features):
        first, _, last = self.model.mm_projector
        return linear(F.gelu(linear(features.to(self.dtype), first)), last).float()

    def head(self, pixels, row, prefix):
        """Keys and values of each layer, [batch, heads, prefix + vision, width]."""
        dtype, c, m = self.dtype, self.c, self.model
        vision = self.project(self.tower(pixels, row, dtype)[:, 1:])
        batch, count, _ = vision.shape
        text = len(prefix)
        x = torch.cat([m.embed_tokens(prefix).expand(batch, -1, -1), vision], 1)
        rope, cache = self.rope(torch.arange(text + count)), []
        for i in range(c.start if self.proxyv else c.layers):
            q, k, v = m.layers[i].attention_inputs(x, rope, dtype)
            cache.append((k, v))
            if i < c.layers - 1:
                attended = causal_attention(q, k, v, 4 if count > 300 else 1)
                x = m.layers[i].finish(x, attended, dtype)
        if self.proxyv:
            cache += self.proxy_layers(x[:, :text], x[:, text:])
        return cache

    def proxy_layers(self, text, vision):
        """From the start layer on proxies stand for the vision tokens, which attend no more."""
        dtype, c, m = self.dtype, self.c, self.model
        batch, count, d = vision.shape
        f, before = c.factor, text.shape[1]
        grid = vision.view(batch, count // COLUMNS // f, f, COLUMNS // f, f, d)
        middle = slice(f // 2 - 1, f // 2 + 1)  # a proxy is the mean of its block's middle
        proxies = grid[:, :, middle, :, middle].mean((2, 4)).reshape(batch, -1, d)
        few = proxies.shape[1]
        y = torch.cat([text, proxies], 1)
        rope = self.rope(torch.cat([torch.arange(before), before + torch.arange(few)]))
        vision_rope, cache = self.rope(before + torch.arange(count)), []
        for i in range(c.start, c.layers):
            layer = m.layers[i]
            q, k, v = layer.attention_inputs(y, rope, dtype)
            _, vision_k, vision_v = layer.attention_inputs(vision, vision_rope, dtype, False)
            cache.append((torch.cat([k[:, :, :before], vision_k], 2),
                          torch.cat([v[:, :, :before], vision_v], 2)))
            if i < c.layers - 1:
                y = layer.finish(y, causal_attention(q, k, v, 1), dtype)
                vision = m.vision_mlp_layers[i - c.start](vision, y[:, before:], dtype)
        return cache

    def tail(self, ids, cache, first):
        """The stream behind ids [batch, questions, tokens]; the image's newline stands before
        each question, at position `first`."""
        dtype, m = self.dtype, self.model
        batch, questions, tokens = ids.shape
        newline = m.image_newline.expand(batch, questions, 1, -1)
        x = torch.cat([newline, m.embed_tokens(ids)], 2)
        tokens += 1
        rope = self.rope(torch.arange(first, first + tokens))
        mask = torch.full((tokens, tokens), -30000.0, dtype=dtype).triu(1)
        for layer, (page_k, page_v) in zip(m.layers, cache):
            q, k, v = layer.attention_inputs(x, rope, dtype)
            heads, width = q.shape[2], q.shape[-1]
            q = q * width ** -0.5
            flat = q.transpose(1, 2).reshape(batch, heads, questions * tokens, width)
            to_page = flat @ page_k.transpose(-1, -2)
            to_page = to_page.view(batch, heads, questions, tokens, -1)
            to_text = (q @ k.transpose(-1, -2) + mask).transpose(1, 2)
            weights = torch.cat([to_page, to_text], -1).softmax(-1)
            count = page_k.shape[2]
            from_page = weights[..., :count].reshape(batch, heads, questions * tokens, count)
            from_page = (from_page @ page_v).view(batch, heads, questions, tokens, width)
            attended = from_page.transpose(1, 2) + weights[..., count:].transpose(1, 2) @ v
            x = layer.finish(x, attended, dtype)
        return x[:, :, 1:]

    def logits(self, x):
        return linear(self.model.norm(x).to(self.dtype), self.lm_head).float()

    @torch.no_grad()
    def answer(self, pixels, row, prefix, questions, most, end=2):
        """Greedy answers. `questions`: [batch][count] lists of ids; returns lists of new ids."""
        cache = self.head(pixels, row, prefix)
        first = len(prefix) + pixels.shape[1] // CELL * COLUMNS
        texts = [[list(ids) for ids in page] for page in questions]
        answers = [[[] for _ in page] for page in questions]
        for _ in range(most):
            longest = max(len(ids) for page in texts for ids in page)
            ids = torch.zeros(len(texts), len(texts[0]), longest, dtype=torch.long)
            last = torch.zeros(ids.shape[:2], dtype=torch.long)
            for b, page in enumerate(texts):
                for q, text in enumerate(page):
                    ids[b, q, :len(text)] = torch.tensor(text)
                    last[b, q] = len(text) - 1
            x = self.tail(ids, cache, first)
            index = last[:, :, None, None].expand(-1, -1, 1, x.shape[-1])
            chosen = self.logits(x.gather(2, index)[:, :, 0]).argmax(-1)
            open_answers = 0
            for b, page in enumerate(texts):
                for q, text in enumerate(page):
                    if answers[b][q][-1:] == [end]:
                        continue
                    answers[b][q].append(int(chosen[b, q]))
                    text.append(int(chosen[b, q]))
                    open_answers += answers[b][q][-1] != end
            if open_answers == 0:
                break
        return answers
