"""Draws the fixed test sets in the benchmarks' own layouts.

    python -m miniature.testsets FOLDER

Each set has a seed of its own that no training draws from, and was fixed before the training whose
figures are reported. The same command writes the same bytes (with the pinned packages and the same
fonts); SHA256SUMS in the folder says so.
"""
import base64
import hashlib
import io
import json
import os
import shutil
import sys

import numpy as np
import pyarrow
import pyarrow.parquet

from . import pages
from .canvas import ROWS

SEED = 20_261_128
# Benchmark -> (page kind, pages, questions a page).
SETS = {
    "docvqa": ("form", 60, 6), "chartqa": ("bars", 60, 6), "infovqa": ("bands", 44, 8),
    "ocrbench": ("word", 300, 1), "textvqa": ("signs", 120, 4), "mmbench": ("shapes", 40, 2),
    "mme": ("shapes", 160, 2), "refcoco": ("shapes", 95, 4), "ccpdf": ("text", 100, 1)}


def drawn(benchmark):
    """Yields (number, page, its questions); the order of the questions is drawn too."""
    kind, count, most = SETS[benchmark]
    random = np.random.default_rng([SEED, sorted(SETS).index(benchmark)])
    number = 0
    while number < count:
        page = pages.draw(kind, random, ROWS)
        questions = [q for q in page.questions if q.benchmark == benchmark]
        if benchmark == "mme":
            questions = two_of_a_category(random, questions)
        elif benchmark == "refcoco":
            questions = questions[:most]
        else:
            questions = [questions[i] for i in random.permutation(len(questions))[:most]]
        if questions:
            yield number, page, questions
            number += 1


def two_of_a_category(random, questions):
    category = pages.pick(random, sorted({q.facts["category"] for q in questions}))
    return [q for q in questions if q.facts["category"] == category]


def encoded(image, form="PNG", **options):
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def write(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())


def write_json(path, content):
    write(path, json.dumps(content, indent=1) + "\n")


def docvqa(folder):
    rows = []
    for number, page, questions in drawn("docvqa"):
        name = f"mini{number:04d}"
        write(f"{folder}/documents/{name}_1.png", encoded(page.canvas.image(), optimize=True))
        for q in questions:
            rows.append(dict(
                questionId=len(rows) + 1, question=q.text, question_types=["form"],
                image=f"documents/{name}_1.png", docId=number, ucsf_document_id=name,
                ucsf_document_page_no="1", answers=[q.answer], data_split="val"))
    write_json(f"{folder}/val_v1.0_withQT.json", dict(
        dataset_name="docvqa", dataset_version="1.0", dataset_split="val", data=rows))


def chartqa(folder):
    """Human: comparisons and names of values. Augmented: values of names."""
    splits = dict(human=[], augmented=[])
    for number, page, questions in drawn("chartqa"):
        name = f"{910000 + number}.png"
        write(f"{folder}/test/png/{name}", encoded(page.canvas.image(), optimize=True))
        for q in questions:
            splits[q.facts["split"]].append(dict(imgname=name, query=q.text, label=q.answer))
    for split, rows in splits.items():
        write_json(f"{folder}/test/test_{split}.json", rows)


def infovqa(folder):
    rows = []
    for number, page, questions in drawn("infovqa"):
        image = encoded(page.canvas.image(), optimize=True)
        for q in questions:
            rows.append({
                "questionId": str(70000 + len(rows)), "question": q.text, "answers": [q.answer],
                "answer_type": ["single span"],
                "image": {"bytes": image, "path": f"{number}.png"},
                "image_url": f"https://example.org/miniature/{number}.png",
                "operation/reasoning": [], "ocr": "", "data_split": "val"})
    text, texts = pyarrow.string(), pyarrow.list_(pyarrow.string())
    image = pyarrow.struct([("bytes", pyarrow.binary()), ("path", text)])
    schema = pyarrow.schema([
        ("questionId", text), ("question", text), ("answers", texts), ("answer_type", texts),
        ("image", image), ("image_url", text), ("operation/reasoning", texts), ("ocr", text),
        ("data_split", text)])
    write_parquet(f"{folder}/InfographicVQA/validation-00000-of-00001.parquet", rows, schema)


def write_parquet(path, rows, schema):
    """A page's picture is repeated in each of its rows: the dictionary keeps it once."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    pyarrow.parquet.write_table(
        pyarrow.Table.from_pylist(rows, schema), path, compression="zstd",
        dictionary_pagesize_limit=1 << 24)


def ocrbench(folder):
    sources = {"word": ("IIIT5K", "Regular Text Recognition"),
               "letters": ("NonSemanticText", "Non-Semantic Text Recognition"),
               "number": ("ORAND", "Digit String Recognition")}
    rows = []
    for number, page, (q,) in drawn("ocrbench"):
        source, sort = sources[q.facts["sort"]]
        path = f"{source}/{number:04d}.png"
        write(f"{folder}/OCRBench_Images/{path}", encoded(page.canvas.image(), optimize=True))
        rows.append(dict(dataset_name=source, id=number, image_path=path, question=q.text,
                         answers=q.answer, type=sort))
    write_json(f"{folder}/OCRBench.json", rows)


def textvqa(folder):
    rows = []
    for number, page, questions in drawn("textvqa"):
        name = f"{number + 0xa11ce000:016x}"
        image = encoded(page.canvas.image(), "JPEG", quality=92, subsampling=0)
        write(f"{folder}/train_images/{name}.jpg", image)
        for q in questions:
            rows.append(dict(
                question=q.text, image_id=name, image_classes=[], flickr_original_url="",
                flickr_300k_url="", image_width=336, image_height=336,
                answers=[q.answer.lower()] * 10, question_tokens=q.text.strip("?").split(),
                question_id=950000 + len(rows), set_name="val"))
    write_json(f"{folder}/TextVQA_0.5.1_val.json", dict(
        dataset_type="val", dataset_name="textvqa", dataset_version="0.5.1", data=rows))


def mmbench(folder):
    """Each question with its circular copies: the options turned by one, two, three places."""
    rows, copies = [], []
    for number, page, questions in drawn("mmbench"):
        image = base64.b64encode(encoded(page.canvas.image(), optimize=True)).decode()
        for q in questions:
            index, options = len(rows), q.facts["options"]
            right = options["ABCD".index(q.answer)]
            for turn in range(4):
                turned = options[-turn:] + options[:-turn] if turn else options
                row = [str(index + turn * 1_000_000), q.text, "", *turned,
                       "ABCD"[turned.index(right)], "attribute_recognition",
                       image if turn == 0 else str(index), "miniature",
                       "finegrained_perception (instance-level)", "", "dev"]
                (rows if turn == 0 else copies).append(row)
    heading = ["index", "question", "hint", "A", "B", "C", "D", "answer", "category", "image",
               "source", "l2-category", "comment", "split"]
    lines = ["\t".join(row) for row in [heading] + rows + copies]
    write(f"{folder}/MMBench_DEV_EN.tsv", "\n".join(lines) + "\n")


def mme(folder):
    for number, page, questions in drawn("mme"):
        base = f"{folder}/MME_Benchmark_release_version/{questions[0].facts['category']}"
        name = f"{920000 + number:012d}"
        write(f"{base}/{name}.png", encoded(page.canvas.image(), optimize=True))
        write(f"{base}/{name}.txt", "".join(f"{q.text}\t{q.answer}\n" for q in questions))


def refcoco(folder):
    rows = []
    for number, page, questions in drawn("refcoco"):
        image = encoded(page.canvas.image(), optimize=True)
        boxes = {}
        for q in questions:
            boxes.setdefault(tuple(q.facts["box"]), []).append(q.text)
        for box, expressions in boxes.items():
            left, top, right, bottom = (336 * v for v in box)
            rows.append(dict(
                question_id=str(len(rows)), image={"bytes": image, "path": None},
                question="Please carefully observe the area circled in the image and come up with "
                         "a caption for the area.",
                answer=expressions, bbox=[left, top, right - left, bottom - top], iscrowd=0,
                segmentation=[left, top, right, top, right, bottom, left, bottom],
                file_name=f"COCO_train2014_{930000 + number:012d}_{len(rows)}.jpg"))
    text, reals = pyarrow.string(), pyarrow.list_(pyarrow.float32())
    schema = pyarrow.schema([
        ("question_id", text),
        ("image", pyarrow.struct([("bytes", pyarrow.binary()), ("path", text)])),
        ("question", text), ("answer", pyarrow.list_(text)), ("segmentation", reals),
        ("bbox", reals), ("iscrowd", pyarrow.int8()), ("file_name", text)])
    write_parquet(f"{folder}/data/testA-00000-of-00001.parquet", rows, schema)


def page_name(number):
    return hashlib.md5(str(number).encode()).hexdigest()


def ccpdf(folder):
    lines = []
    for number, page, (q,) in drawn("ccpdf"):
        name = f"{page_name(number)}_page0.png"
        image = encoded(page.canvas.image(), optimize=True)
        write(f"{folder}/val_imgs/CCpdf/pages/{name}", image)
        messages = [dict(role="user", content="<|image|>" + q.text),
                    dict(role="assistant", content=f"<doc> {q.answer} </doc>")]
        lines.append(json.dumps(dict(
            image=[f"./val_imgs/CCpdf/pages/{name}"], messages=messages,
            task_name="qa_sft", dataset_name="CCpdf")))
    write(f"{folder}/val.jsonl", "\n".join(lines) + "\n")


WRITERS = dict(docvqa=docvqa, chartqa=chartqa, infovqa=infovqa, ocrbench=ocrbench,
               textvqa=textvqa, mmbench=mmbench, mme=mme, refcoco=refcoco, ccpdf=ccpdf)


def checksums(folder):
    """One line a benchmark: the digest of its files' names and digests, in the order of names."""
    lines = []
    for benchmark in sorted(SETS):
        whole = hashlib.sha256()
        for path, _, names in sorted(os.walk(os.path.join(folder, benchmark))):
            for name in sorted(names):
                file_path = os.path.join(path, name)
                with open(file_path, "rb") as file:
                    digest = hashlib.sha256(file.read()).hexdigest()
                whole.update(f"{digest}  {os.path.relpath(file_path, folder)}\n".encode())
        lines.append(f"{whole.hexdigest()}  {benchmark}\n")
    return "".join(lines)


def main(folder):
    for name, writer in WRITERS.items():
        shutil.rmtree(os.path.join(folder, name), ignore_errors=True)
        writer(os.path.join(folder, name))
    write(os.path.join(folder, "SHA256SUMS"), checksums(folder))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m miniature.testsets FOLDER")
    main(sys.argv[1])
