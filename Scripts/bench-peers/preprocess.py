"""Preprocessing of a page into crops, decoded pixels to normalised floats, on one thread: the official function beside ours.

The official function is LLaVA-NeXT's `process_anyres_image` over Pillow and transformers' CLIPImageProcessor, as ProxyV uses it.
Both sides get the same file, and the normalised values of every crop must be the same bits. Pillow 12.2 and later resize in another
order and transformers 5 by another library; their values differ.
"""

import argparse
import hashlib
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--proxyv-eval", required=True)
parser.add_argument("--rounds", type=int, default=9)
parser.add_argument("--image", action="append", default=[], help="image files of one's own; default is a drawn page of 1700 x 2200 pixels")
arguments = parser.parse_args()

os.environ["OMP_NUM_THREADS"] = "1"
import PIL
import torch
import transformers
from PIL import Image, ImageDraw, ImageFont
from transformers import CLIPImageProcessor

from paced import paced
from ratios import ratio, shown, table

torch.set_num_threads(1)
PINPOINTS = [[336, 672], [672, 336], [672, 672], [1008, 336], [336, 1008]]
processor = CLIPImageProcessor(
    crop_size={"height": 336, "width": 336}, size={"shortest_edge": 336}, resample=3, do_convert_rgb=True,
    image_mean=[0.48145466, 0.4578275, 0.40821073], image_std=[0.26862954, 0.26130258, 0.27577711])


def select_best_resolution(original_size, possible_resolutions):
    original_width, original_height = original_size
    best_fit, max_effective, min_wasted = None, 0, float("inf")
    for width, height in possible_resolutions:
        scale = min(width / original_width, height / original_height)
        downscaled_width, downscaled_height = int(original_width * scale), int(original_height * scale)
        effective = min(downscaled_width * downscaled_height, original_width * original_height)
        wasted = width * height - effective
        if effective > max_effective or (effective == max_effective and wasted < min_wasted):
            max_effective, min_wasted, best_fit = effective, wasted, (width, height)
    return best_fit


def resize_and_pad_image(image, target_resolution):
    original_width, original_height = image.size
    target_width, target_height = target_resolution
    scale_w, scale_h = target_width / original_width, target_height / original_height
    if scale_w < scale_h:
        new_width, new_height = target_width, min(math.ceil(original_height * scale_w), target_height)
    else:
        new_height, new_width = target_height, min(math.ceil(original_width * scale_h), target_width)
    resized = image.resize((new_width, new_height))
    padded = Image.new("RGB", (target_width, target_height), (0, 0, 0))
    padded.paste(resized, ((target_width - new_width) // 2, (target_height - new_height) // 2))
    return padded


def divide_to_patches(image, patch_size):
    width, height = image.size
    return [
        image.crop((x, y, x + patch_size, y + patch_size)) for y in range(0, height, patch_size) for x in range(0, width, patch_size)]


def process_anyres_image(image, processor, possible_resolutions):
    best_resolution = select_best_resolution(image.size, possible_resolutions)
    patches = divide_to_patches(resize_and_pad_image(image, best_resolution), processor.crop_size["height"])
    edge = processor.size["shortest_edge"]
    patches = [image.resize((edge, edge))] + patches
    return torch.stack([processor.preprocess(patch, return_tensors="pt")["pixel_values"][0] for patch in patches], dim=0)


def page(path):
    """A scanned-looking page: lines of words in several sizes on slightly noisy paper."""
    chance = random.Random(0)
    noise = Image.frombytes("L", (1700, 2200), chance.randbytes(1700 * 2200)).point(lambda v: 236 + v % 16)
    image = Image.merge("RGB", [noise] * 3)
    draw = ImageDraw.Draw(image)
    y = 120
    while y < 2080:
        size = chance.choice([18, 22, 22, 30])
        words = " ".join("".join(chance.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=chance.randint(2, 10))) for _ in range(14))
        draw.text((130, y), words, fill=tuple(chance.randint(0, 90) for _ in range(3)), font=ImageFont.load_default(size))
        y += size + 14
    image.save(path)


def seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


with tempfile.TemporaryDirectory(prefix="bench-peers-") as folder:
    files = arguments.image
    if not files:
        files = [os.path.join(folder, "page.png")]
        page(files[0])
    images = {file: Image.open(file).convert("RGB") for file in files}
    for image in images.values():
        image.load()
    done = subprocess.run(
        [arguments.proxyv_eval, "inspect", "image", "--aspect", "anyres", "--json", *files], stdout=subprocess.PIPE, text=True, check=True)
    inspected = [json.loads(line) for line in done.stdout.splitlines()]
    for file, ours in zip(files, inspected):
        theirs = process_anyres_image(images[file], processor, PINPOINTS)
        hashes = [hashlib.sha256(crop.numpy().tobytes()).hexdigest() for crop in theirs]
        if hashes != ours["anyres"]["pixel_values_f32_chw_sha256"]:
            sys.exit(f"bench-peers: {file}: the normalised values differ from the official function's")

    times = {file: [] for file in files}
    with paced([arguments.proxyv_eval, "bench", "image", *files, "--runs", str(arguments.rounds)]) as ours:
        for image in images.values():
            process_anyres_image(image, processor, PINPOINTS)  # warms up
        for _ in range(arguments.rounds):
            ours.round()
            for file, image in images.items():
                times[file].append(seconds(lambda: process_anyres_image(image, processor, PINPOINTS)))
        ours.finish()

    rows = []
    for file, image in images.items():
        mine = ours.times[f"{file}: resize, crop, normalise"]
        crops = len(process_anyres_image(image, processor, PINPOINTS))
        rows.append([
            os.path.basename(file), f"{image.width} x {image.height}", crops, shown(mine, 1e3, 2), shown(times[file], 1e3, 2),
            ratio(mine, times[file]), "the same bits"])
    table(
        f"Preprocessing, decoded pixels to normalised floats, 1 thread: Pillow {PIL.__version__}, transformers {transformers.__version__}, "
        f"{arguments.rounds} rounds", rows, ["file", "pixels", "crops", "ours, ms", "official, ms", "× as fast", "values"])
