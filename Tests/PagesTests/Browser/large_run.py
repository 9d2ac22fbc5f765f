"""Writes data and two runs of DocVQA's size: large_run.py FOLDER [SAMPLES PAGES]

5,349 questions on 1,286 pages of 1,700 x 2,200 pixels, with answers of which 3 in 100 differ between
the runs. The numbers are drawn from a fixed seed.
"""
import hashlib
import json
import os
import random
import struct
import sys
import zlib

folder = sys.argv[1]
samples, pages = (int(text) for text in sys.argv[2:4]) if len(sys.argv) > 3 else (5349, 1286)
draw = random.Random(5349)
words = [("".join(draw.choice("bcdfghklmnprst") + draw.choice("aeiou")
                  for _ in range(draw.randint(1, 4)))) for _ in range(4000)]


def say(count):
    return " ".join(draw.choice(words) for _ in range(count))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(
        ">I", zlib.crc32(kind + data))


def lines_of_print(width=1700, height=2200):
    """A grey page with lines of dark blocks, as print looks from afar."""
    rows = []
    row = bytes(width)
    for y in range(height):
        if y % 34 == 0:
            pixels = bytearray([250]) * width
            if 100 < y < height - 100:
                x = 120
                while x < width - 160:
                    length = draw.randint(14, 90)
                    pixels[x:x + length] = bytes([draw.choice([25, 40, 60])]) * length
                    x += length + 16
            row = bytes(pixels)
        rows.append(b"\0" + (row if y % 34 < 18 else bytes([250]) * width))
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), \
        chunk(b"IDAT", zlib.compress(b"".join(rows), 6))


documents = folder + "/data/documents"
os.makedirs(documents, exist_ok=True)
bases = [lines_of_print() for _ in range(6)]
for page in range(pages):
    header, data = bases[page % len(bases)]
    with open(f"{documents}/page_{page}.png", "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + header + chunk(b"tEXt", b"Comment\0" + b"%d" % page) +
                   data + chunk(b"IEND", b""))

kinds = ["table/list", "form", "layout", "free_text", "figure/diagram", "handwritten", "others"]
questions = [{
    "questionId": 100_000 + place, "question": f"What is the {say(draw.randint(3, 12))}?",
    "question_types": draw.sample(kinds, draw.randint(1, 2)),
    "image": f"documents/page_{place * pages // samples}.png", "answers": [
        say(draw.randint(1, 4)) for _ in range(draw.randint(1, 3))],
} for place in range(samples)]
with open(folder + "/data/val_v1.0_withQT.json", "w") as file:
    json.dump({"dataset_name": "synthetic", "dataset_split": "val", "dataset_version": "1.0",
               "data": questions}, file)


def answer(question):
    drawn = draw.random()
    right = question["answers"][0]
    return right if drawn < 0.7 else right + draw.choice("abc") if drawn < 0.85 else say(3)


def write_run(name, answers):
    run = f"{folder}/{name}"
    os.makedirs(run + "/answers", exist_ok=True)
    asked = "\n".join(json.dumps({
        "id": str(question["questionId"]), "question": question["question"],
        "prompt": question["question"] + "\nAnswer the question using a single word or phrase.",
        "max_new_tokens": 32, "image": question["image"],
        "references": question["answers"],
        "metadata": {"question_types": question["question_types"]}}) for question in questions)
    with open(run + "/questions.jsonl", "w") as file:
        file.write(asked + "\n")
    with open(run + "/answers/answers.0-of-1.jsonl", "w") as file:
        for question, text in zip(questions, answers):
            tokens = len(text) // 3 + 1
            file.write(json.dumps({
                "id": str(question["questionId"]), "text": text,
                "stop_reason": "length" if draw.random() < 0.01 else "end",
                "token_ids": list(range(tokens)),
                "counts": {"crops": 5, "vision_tokens": 2880, "text_tokens": 40,
                           "images_encoded": 1, "prefixes_computed": 1},
                "seconds": {"decode": 0.05, "encode": 1.5, "prefill": draw.uniform(2, 4),
                            "generate": 0.1 * tokens}}) + "\n")
    with open(run + "/run.json", "w") as file:
        json.dump({
            "format_version": 1, "benchmark": "docvqa", "benchmark_version": 1,
            "data": {"folder": folder + "/data", "layout": "original", "samples": samples,
                     "questions_sha256": hashlib.sha256(asked.encode()).hexdigest()},
            "model": {"kind": name}, "remarks": [], "code_version": "synthetic",
            "selections": [{"offset": 0, "limit": None}]}, file)


first = [answer(question) for question in questions]
second = [answer(question) if draw.random() < 0.03 else text
          for question, text in zip(questions, first)]
write_run("baseline", first)
write_run("candidate", second)
