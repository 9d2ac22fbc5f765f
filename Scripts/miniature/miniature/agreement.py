"""Are the product's greedy answers PyTorch's?

    python -m miniature.agreement CHECKPOINT RUN... [--limit N] [--most TOKENS]

RUN is a run directory of the product (`run BENCHMARK --output ...`). PyTorch computes in float32 on
the checkpoint's float16 weights. Ids are compared up to TOKENS, where an answer has no end.
"""
import argparse
import base64
import glob
import io
import json
import os

import numpy as np
import pyarrow.parquet
import torch
from PIL import Image

from . import checkpoint
from .canvas import CELL, COLUMNS, ROWS


def read_lines(pattern):
    lines = []
    for path in sorted(glob.glob(pattern)):
        with open(path) as file:
            lines += [json.loads(line) for line in file]
    return lines


def images_of(data):
    """Pictures inside tables by question id, file name or row, for what is no file."""
    found = {}
    for path in glob.glob(f"{data}/**/*.parquet", recursive=True):
        for row in pyarrow.parquet.read_table(path).to_pylist():
            key = row.get("questionId") or row.get("file_name")
            found[str(key)] = row["image"]["bytes"]
    for path in glob.glob(f"{data}/**/*.tsv", recursive=True):
        with open(path) as file:
            heading, *rows = [line.rstrip("\n").split("\t") for line in file]
        for row in rows:
            image = row[heading.index("image")]
            if len(image) > 64:  # a shorter cell names the row that has the picture
                found[row[heading.index("index")]] = base64.b64decode(image)
    return found


def page_pixels(image):
    """The product's `--aspect pad` on a square page: bicubic to 336 x 336."""
    image = image.convert("RGB")
    side = COLUMNS * CELL
    if image.size != (side, ROWS * CELL):
        image = image.resize((side, side), Image.Resampling.BICUBIC)
    return torch.from_numpy(np.asarray(image).copy())


def main():
    parser = argparse.ArgumentParser(prog="Scripts/miniature/agree")
    parser.add_argument("checkpoint")
    parser.add_argument("data", help="the benchmark's data folder")
    parser.add_argument("runs", nargs="+")
    parser.add_argument("--limit", type=int, default=200)
    parser.add_argument("--most", type=int, default=48)
    given = parser.parse_args()
    torch.set_num_threads(1)
    network, words = checkpoint.load(given.checkpoint)
    prefix = torch.tensor(words.before_image())
    equal_everywhere = True
    for run in given.runs:
        equal, count, unequal = compare(given, network, words, prefix, run)
        equal_everywhere = equal_everywhere and equal == count
        print(f"{os.path.basename(run.rstrip('/'))}: {equal} of {count} answers equal", flush=True)
        for line in unequal[:3]:
            print("  " + line)
    raise SystemExit(0 if equal_everywhere else 1)


def find_image(data, inside, line):
    """A question's picture: a file somewhere under the data, or a parquet row."""
    for key in (line["id"], line["image"].split(" ")[-1]):
        if key in inside:
            return Image.open(io.BytesIO(inside[key]))
    hits = glob.glob(f"{data}/**/{glob.escape(line['image'])}", recursive=True)
    return Image.open(hits[0]) if hits else None


def compare(given, network, words, prefix, run):
    answers = {line["id"]: line for line in read_lines(f"{run}/answers/*.jsonl")}
    questions = [q for q in read_lines(f"{run}/questions.jsonl") if q["id"] in answers]
    data = os.path.join(given.data, os.path.basename(run.rstrip("/")))
    inside, pages = images_of(data), {}
    for line in questions[:given.limit]:
        pages.setdefault(line["image"], []).append(line)
    equal, count, unequal = 0, 0, []
    for lines in pages.values():
        image = find_image(data, inside, lines[0])
        if image is None:
            continue
        most = min(given.most, max(line["max_new_tokens"] for line in lines))
        asked = [words.after_image(line["prompt"]) for line in lines]
        expected = network.answer(page_pixels(image)[None], 0, prefix, [asked], most)[0]
        for line, ids in zip(lines, expected):
            got = answers[line["id"]]["token_ids"][:most]
            count += 1
            if got == ids:
                equal += 1
            else:
                unequal.append(f"{line['id']}: {words.text(got)!r}, PyTorch {words.text(ids)!r}")
    return equal, count, unequal


if __name__ == "__main__":
    main()
