"""Writes PyTorch's greedy answers of the embedded checkpoints about a handful of embedded pages.

    python -m miniature.expected SAMPLES > Tests/Fixtures/miniature/answers.jsonl

The product's tests compare its answers with them. Float32 on the float16 weights.
"""
import json
import os
import sys

import torch
from PIL import Image

from . import checkpoint, testsets
from .agreement import page_pixels

CHECKPOINTS = ("forms", "baseline", "proxyv")
# Benchmark -> (the picture of a page in the test set, questions).
PLACES = {
    "docvqa": ("documents/mini{:04d}_1.png", 3), "chartqa": ("test/png/{}.png", 2),
    "ccpdf": ("val_imgs/CCpdf/pages/{}_page0.png", 1)}
MOST = 40


def picture(benchmark, number):
    name = {"docvqa": number, "chartqa": 910000 + number,
            "ccpdf": testsets.page_name(number)}[benchmark]
    return f"{benchmark}/" + PLACES[benchmark][0].format(name)


def main(samples):
    torch.set_num_threads(1)
    for name in CHECKPOINTS:
        folder = os.path.join(samples, name)
        if not os.path.exists(folder):
            continue
        network, words = checkpoint.load(folder)
        prefix = torch.tensor(words.before_image())
        for benchmark, (_, most) in PLACES.items():
            number, _, questions = next(testsets.drawn(benchmark))
            path = picture(benchmark, number)
            pixels = page_pixels(Image.open(os.path.join(samples, "data", path)))
            prompts = [q.prompt for q in questions[:most]]
            asked = [words.after_image(prompt) for prompt in prompts]
            answers = network.answer(pixels[None], 0, prefix, [asked], MOST)[0]
            print(json.dumps(dict(
                checkpoint=name, image=path, prompts=prompts, maximum_new_tokens=MOST,
                token_ids=answers, texts=[words.text(ids) for ids in answers])), flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m miniature.expected SAMPLES")
    main(sys.argv[1])
