"""Scoring and parquet scans in alternation with Python's tools, on the very same texts and files."""

import argparse
import json
import os
import random
import subprocess
import tempfile
import time

import nltk
import numpy
import pyarrow as pa
import pyarrow.parquet as pq
import rapidfuzz
import scipy
import scipy.stats
from nltk.translate.bleu_score import sentence_bleu
from rapidfuzz.distance import Levenshtein

import lmms_eval_functions as lmms
from paced import paced
from ratios import ratio, shown, table

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--proxyv-eval", required=True)
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--parquet", action="append", default=[], help="a file of one's own to scan too")
parser.add_argument("--row-image-bytes", type=int, default=60_000, help="of the parquet files written here")
arguments = parser.parse_args()
COLUMNS = ["questionId", "question", "answers"]


def seconds(call, shortest=0.02):
    total, calls = 0.0, 0
    while total < shortest:
        start = time.perf_counter()
        call()
        total += time.perf_counter() - start
        calls += 1
    return total / calls


def write_parquet(path, items, row_groups, **options):
    """As DocVQA's: questions beside images that a scan must not touch."""
    noise = random.Random(0).randbytes(arguments.row_image_bytes + 4096)
    schema = pa.schema([
        ("questionId", pa.string()), ("question", pa.string()), ("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())])),
        ("docId", pa.int64()), ("answers", pa.list_(pa.string()))])
    with pq.ParquetWriter(path, schema, **options) as writer:
        step = -(-len(items) // row_groups)
        for start in range(0, len(items), step):
            part = list(enumerate(items))[start:start + step]
            writer.write_table(pa.table({
                "questionId": [str(49000 + i) for i, _ in part],
                "question": [f"What is the {item['answers'][0]} of {item['answers'][-1]}?" for _, item in part],
                "image": [{"bytes": noise[i % 4096:i % 4096 + arguments.row_image_bytes], "path": f"{i}.png"} for i, _ in part],
                "docId": [i for i, _ in part], "answers": [item["answers"] for _, item in part]}, schema=schema))


def columns_of(path):
    names = pq.read_schema(path).names
    return [name for name in COLUMNS if name in names]


with tempfile.TemporaryDirectory(prefix="bench-peers-") as folder:
    subprocess.run([arguments.proxyv_eval, "bench", "scoring", "--write-data", folder], check=True, stdout=subprocess.DEVNULL)
    data = {}
    for name in ["anls", "vqa", "pages", "unlike-pages", "documents"]:
        with open(os.path.join(folder, name + ".jsonl"), encoding="utf-8") as file:
            data[name] = [json.loads(line) for line in file]
    files = {os.path.join(folder, "snappy.parquet"): dict(compression="snappy"), os.path.join(folder, "zstd.parquet"): dict(compression="zstd")}
    for path, options in files.items():
        write_parquet(path, data["anls"], row_groups=11, **options)
    parquet = list(files) + arguments.parquet

    with open(os.path.join(folder, "comparison.jsonl"), encoding="utf-8") as file:
        pairs = [json.loads(line) for line in file]
    clusters = {}
    for pair in pairs:
        sums = clusters.setdefault(pair["cluster"], [0, 0.0])
        sums[0] += 1
        sums[1] += pair["b"] - pair["a"]
    sizes, sums = (numpy.array(column, dtype=float) for column in zip(*clusters.values()))

    def compare_with_scipy():
        """The same two resamplings of whole images; the mean difference."""
        scipy.stats.bootstrap((sums, sizes), lambda s, n, axis: s.sum(axis) / n.sum(axis), paired=True, vectorized=True, n_resamples=10_000,
                              batch=500, method="percentile", random_state=1)
        scipy.stats.permutation_test((sums,), lambda s, axis: s.sum(axis), permutation_type="samples", n_resamples=9_999, batch=500,
                                     vectorized=True, random_state=1)
        return sums.sum() / sizes.sum() * len(pairs)

    def total_anls(distance):
        return sum(lmms.anls(item["prediction"], item["answers"], distance) for item in data["anls"])

    def page_distance(prediction, reference):
        prediction, reference = prediction.strip(), reference.strip()
        return Levenshtein.distance(prediction, reference) / max(len(prediction), len(reference))

    # Name of ours, name of theirs, the call.
    peers = [
        ("ANLS", "lmms-eval's Python", lambda: total_anls(lmms.levenshtein)),
        ("ANLS", "the same with rapidfuzz", lambda: total_anls(Levenshtein.distance)),
        ("VQA accuracy", "lmms-eval's Python", lambda: sum(lmms.vqa_accuracy(i["prediction"], i["answers"]) for i in data["vqa"])),
        ("edit distance of pages", "rapidfuzz",
         lambda: sum(page_distance(i["prediction"], i["answers"][0]) for i in data["pages"])),
        ("edit distance of unlike pages", "rapidfuzz",
         lambda: sum(page_distance(i["prediction"], i["answers"][0]) for i in data["unlike-pages"])),
        ("sentence BLEU of documents", "nltk", lambda: sum(sentence_bleu([i["answers"][0].split()], i["prediction"].split()) for i in data["documents"])),
    ]
    peers.append(("comparison of two runs (10,000 replicates, 9,999 sign flips)", "scipy", compare_with_scipy))
    for path in parquet:
        ours = "parquet scan of " + os.path.basename(path)
        peers.append((ours, "pyarrow, 1 thread", lambda path=path: pq.read_table(path, columns=columns_of(path), use_threads=False)))
        peers.append((ours, "pyarrow, its threads", lambda path=path: pq.read_table(path, columns=columns_of(path))))
        ours = "parquet rows of " + os.path.basename(path)
        peers.append((ours, "pyarrow to Python strings", lambda path=path: pq.read_table(path, columns=columns_of(path)).to_pylist()))

    command = [arguments.proxyv_eval, "bench", "scoring", "--runs", str(arguments.rounds)]
    for path in parquet:
        command += ["--parquet", path]
    values = {(ours, theirs): call() for ours, theirs, call in peers}  # warms up
    times = {}
    with paced(command) as mine:
        for _ in range(arguments.rounds):
            mine.round()
            for ours, theirs, call in peers:
                times.setdefault((ours, theirs), []).append(seconds(call))
        results = {row["what"]: row for row in mine.finish()["rows"]}

    rows = []
    for (ours, theirs), measured in times.items():
        agreed = ""
        if not ours.startswith("parquet"):
            items = results[ours]["items"]
            agreed = f"{values[ours, theirs] / items - results[ours]['mean score']:+.1e}"
        rows.append([ours, theirs, shown(mine.times[ours], 1e3), shown(measured, 1e3), ratio(mine.times[ours], measured), agreed])
    table(
        f"Scoring: rapidfuzz {rapidfuzz.__version__}, nltk {nltk.__version__}, pyarrow {pa.__version__}, scipy {scipy.__version__}, {arguments.rounds} rounds", rows,
        ["what", "beside", "ours, ms", "theirs, ms", "× as fast", "difference of the mean score"])
