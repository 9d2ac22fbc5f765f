"""PyTorch's prefill in alternation with ours: transformers' Llama and CLIP of the same shape and number of layers.

Random weights on both sides. Every round runs each contestant once, so a slow moment of the machine meets all of them.
"""

import argparse
import os
import sys
import time

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--proxyv-eval", required=True)
parser.add_argument("--layers", type=int, default=8)
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--crops", type=int, default=5)
parser.add_argument("--text-tokens", type=int, default=50)
parser.add_argument("--weights", default="bf16,int8", help="of ours")
parser.add_argument("--methods", default="baseline", help="of ours")
parser.add_argument("--threads", type=int, default=os.cpu_count())
parser.add_argument("--f32", action="store_true", help="PyTorch in 32-bit floats too: twice its memory")
parser.add_argument("--no-eager", action="store_true", help="leave out PyTorch's eager attention")
arguments = parser.parse_args()

import torch
import transformers
from transformers import CLIPVisionConfig, CLIPVisionModel, LlamaConfig, LlamaForCausalLM

from paced import paced
from ratios import ratio, shown, table

torch.set_num_threads(arguments.threads)
torch.manual_seed(0)
TOKENS_PER_CROP = 576
tokens = arguments.crops * (TOKENS_PER_CROP + 1) + arguments.text_tokens


def filled(model, dtype):
    """Memory for the weights without transformers' slow initialisation, then small noise."""
    model = model.to(dtype).to_empty(device="cpu").eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.uniform_(-0.02, 0.02)
        for module in model.modules():  # buffers that are computed, not loaded
            if hasattr(module, "inv_freq"):
                half = model.config.hidden_size // model.config.num_attention_heads // 2
                module.inv_freq = 10000.0 ** (-torch.arange(half, dtype=torch.float32) / half)
                if hasattr(module, "original_inv_freq"):
                    module.original_inv_freq = module.inv_freq
            if hasattr(module, "position_ids"):
                module.position_ids = torch.arange(module.position_ids.numel()).reshape(1, -1)
    return model


def llama(dtype):
    config = LlamaConfig(
        vocab_size=32000, hidden_size=4096, intermediate_size=11008, num_hidden_layers=arguments.layers, num_attention_heads=32,
        num_key_value_heads=32, max_position_embeddings=4096)
    with torch.device("meta"):
        model = LlamaForCausalLM(config)
    return filled(model, dtype)


def tower(dtype):
    config = CLIPVisionConfig(
        hidden_size=1024, intermediate_size=4096, num_hidden_layers=23, num_attention_heads=16, image_size=336, patch_size=14,
        projection_dim=768)
    with torch.device("meta"):
        model = CLIPVisionModel(config)
    return filled(model, dtype)


def seconds(call):
    start = time.perf_counter()
    with torch.inference_mode():
        call()
    return time.perf_counter() - start


contestants = {}
for dtype in [torch.bfloat16] + ([torch.float32] if arguments.f32 else []):
    name = {torch.bfloat16: "bf16", torch.float32: "f32"}[dtype]
    model = llama(dtype)
    x = torch.randn(1, tokens, 4096).to(dtype)
    for attention in ["sdpa"] + ([] if arguments.no_eager else ["eager"]):
        def run(model=model, x=x, attention=attention):
            model.set_attn_implementation(attention)
            model(inputs_embeds=x, use_cache=True, logits_to_keep=1)
        contestants[f"PyTorch {name} {attention}"] = run
    vision = tower(dtype)
    pixels = torch.randn(arguments.crops, 3, 336, 336).to(dtype)
    for attention in ["sdpa"] + ([] if arguments.no_eager else ["eager"]):
        def look(vision=vision, pixels=pixels, attention=attention):
            vision.set_attn_implementation(attention)
            vision(pixel_values=pixels)
        contestants[f"PyTorch {name} {attention}, vision tower"] = look

command = [
    arguments.proxyv_eval, "bench", "prefill", "--shape", "vicuna-7b", "--layers", str(arguments.layers), "--methods", arguments.methods,
    "--weights", arguments.weights, "--crops", str(arguments.crops), "--text-tokens", str(arguments.text_tokens), "--threads",
    str(arguments.threads), "--runs", str(arguments.rounds)]
times = {}
with paced(command) as ours:
    for call in contestants.values():
        seconds(call)  # warm up
    for number in range(arguments.rounds):
        print(f"round {number + 1} of {arguments.rounds}", file=sys.stderr, flush=True)
        ours.round()
        for name, call in contestants.items():
            times.setdefault(name, []).append(seconds(call))
    ours.finish()
times = {"proxyv-eval " + name: values for name, values in ours.times.items()} | times

mine = [name for name in times if name.startswith("proxyv-eval")]
for title, wanted in [("Prefill of the decoder", False), ("Vision tower", True)]:
    own = [name for name in mine if ("vision tower" in name) == wanted]
    rows = [
        [name, shown(values)] + [ratio(times[one], values) for one in own]
        for name, values in times.items() if ("vision tower" in name) == wanted]
    table(
        f"{title}: {arguments.layers} layers, {tokens} tokens, {arguments.threads} threads, torch {torch.__version__}, transformers "
        f"{transformers.__version__}, {arguments.rounds} rounds", rows, ["what", "seconds"] + [f"× as fast is {one}" for one in own])
