"""Small parts that tower and decoder share. The residual stream is float32; `dtype` is what matrix
products are computed in (float32 is the quickest on processors without bf16 instructions)."""
import torch
import torch.nn.functional as F
from torch import nn


class Group(nn.Module):
    """A module that only groups others, so that parameters get the official names."""

    def __init__(self, **parts):
        super().__init__()
        for name, part in parts.items():
            setattr(self, name, part)


class Norm(nn.Module):
    """Root-mean-square norm, as in Llama."""

    def __init__(self, width, epsilon):
        super().__init__()
        self.weight, self.epsilon = nn.Parameter(torch.ones(width)), epsilon

    def forward(self, x):
        return F.rms_norm(x, (x.shape[-1],), self.weight, self.epsilon)


def linear(x, layer):
    bias = None if layer.bias is None else layer.bias.to(x.dtype)
    return F.linear(x, layer.weight.to(x.dtype), bias)


def joined_linear(x, layers):
    """Several linear maps of the same input as one matrix product."""
    weight = torch.cat([layer.weight for layer in layers]).to(x.dtype)
    bias = None
    if layers[0].bias is not None:
        bias = torch.cat([layer.bias for layer in layers]).to(x.dtype)
    return F.linear(x, weight, bias)


def rotate(x, cosine, sine):
    """RoPE of [..., tokens, heads, width], returned as [..., heads, tokens, width]."""
    a, b = x.transpose(-2, -3).chunk(2, -1)
    return torch.cat([a * cosine - b * sine, b * cosine + a * sine], -1)


def causal_attention(query, key, value, blocks):
    """[batch, heads, tokens, width]; a block of rows skips the keys that none of them may see."""
    tokens, outputs = query.shape[-2], []
    query = query * query.shape[-1] ** -0.5
    step = -(-tokens // blocks)
    for start in range(0, tokens, step):
        end = min(tokens, start + step)
        scores = query[..., start:end, :] @ key[..., :end, :].transpose(-1, -2)
        mask = torch.full((end - start, end), -30000.0, dtype=scores.dtype).triu(start + 1)
        outputs.append((scores + mask).softmax(-1) @ value[..., :end, :])
    return torch.cat(outputs, -2)
