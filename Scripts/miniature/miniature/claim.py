"""Measures the paper's claim on the embedded miniatures, with the product alone.

    Scripts/miniature/claim OUTPUT [--limit N] [--report FOLDER]

Baseline and ProxyV on all nine benchmarks, rivals without training on some of them, the masking
study, FLOPs and seconds of prefill. Runs lie under OUTPUT and are continued by the same command.
Scores carry intervals clustered by page, differences are paired with the baseline's answers.
Only Python's standard library is used.
"""
import argparse
import datetime
import json
import os
import shutil
import subprocess

BENCHMARKS = "docvqa chartqa infovqa ocrbench textvqa mmbench mme refcoco ccpdf".split()
# What a score is read from; the others of a benchmark are in its run's scores.json.
FIGURES = dict(
    docvqa="anls", chartqa="relaxed_overall", infovqa="anls", ocrbench="final_score",
    textvqa="exact_match", mmbench="overall", mme="mme_perception_score",
    refcoco="refcoco_ACC@0.5", ccpdf="edit_distance")
# Name -> (checkpoint, method, benchmarks). Rivals were not trained with their method.
RIVAL_SETS = ["docvqa", "chartqa", "ocrbench"]
CONTESTANTS = {
    "baseline": ("baseline", "baseline", BENCHMARKS),
    "ProxyV from layer 3": ("proxyv", "proxyv", BENCHMARKS),
    "VisionZip, not trained": ("baseline", "visionzip:dominant=360,contextual=40", RIVAL_SETS),
    "PyramidDrop 3/4/5, not trained": (
        "baseline", "pyramiddrop:layers=3/4/5,ratios=0.5/0.25/0.125", RIVAL_SETS),
    "no vision FFN and attention from 3, not trained": (
        "baseline", "skip-attention-ffn:from=3,mlp=none", RIVAL_SETS),
}


class Product:
    def __init__(self, program, samples, threads):
        self.program, self.samples, self.threads = program, samples, threads

    def call(self, *arguments, read=False):
        done = subprocess.run(
            [self.program, *arguments], stdout=subprocess.PIPE if read else subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        if done.returncode not in (0, 101):
            raise SystemExit(f"miniature: {' '.join(arguments[:3])} failed:\n{done.stderr[-2000:]}")
        return done.stdout

    def checkpoint(self, name):
        return os.path.join(self.samples, name)

    def run(self, contestant, folder, limit):
        checkpoint, method, benchmarks = CONTESTANTS[contestant]
        for benchmark in benchmarks:
            options = ["--limit", str(limit)] if limit else []
            if limit and benchmark == "chartqa":  # the first questions are those of one split
                options = ["--samples", ",".join(
                    f"{split}-{i}" for split in ("human", "augmented") for i in range(limit // 2))]
            self.call("run", benchmark, "--model", self.checkpoint(checkpoint), "--method", method,
                      "--data", os.path.join(self.samples, "data"), "--output", folder,
                      "--name", contestant, "--threads", str(self.threads), *options)

    def costs(self):
        """FLOPs of the paper's count and seconds of prefill, on ProxyV's checkpoint."""
        methods = [method for _, method, _ in CONTESTANTS.values()]
        text = self.call("efficiency", "--model", self.checkpoint("proxyv"), "--methods",
                         " ".join(methods), "--crops", "1", "--text-tokens", "70", "--runs", "5",
                         "--threads", str(self.threads), "--format", "json", read=True)
        return dict(zip(CONTESTANTS, json.loads(text)["rows"]))


def figures(folder):
    """Benchmark -> the metric's estimate with its interval."""
    found = {}
    for benchmark in BENCHMARKS:
        path = os.path.join(folder, benchmark, "scores.json")
        if os.path.exists(path):
            with open(path) as file:
                metrics = json.load(file)["metrics"]
            named = [m for m in metrics if m["name"] == FIGURES[benchmark]]
            found[benchmark] = (named or metrics)[0]
    return found


def differences(product, baseline, other):
    """Benchmark -> (points, low, high) of other minus baseline, paired and clustered by page."""
    text = product.call("compare", baseline, other, "--format", "json", "--replicates", "0",
                        read=True)
    found = {}
    for benchmark in json.loads(text)["benchmarks"]:
        for figure in benchmark["figures"]:
            delta = figure["delta"]
            if figure["name"].split("/")[-1] == FIGURES[benchmark["benchmark"]] and delta:
                found[benchmark["benchmark"]] = (
                    delta["value"], delta["low"], delta["high"], figure["lower_is_better"])
    return found


def machine():
    with open("/proc/cpuinfo") as file:
        names = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    return f"{len(names)} x {names[0]}" if names else "unknown processor"


def estimate(metric):
    if isinstance(metric["value"], str):  # "NaN": no answer of the kind
        return "n/a"
    scale = metric["paper_value"] / metric["value"] if metric["value"] else 1.0
    text = f"{metric['paper_value']:.1f}" if metric["paper_value"] >= 2 else (
        f"{metric['paper_value']:.3f}")
    if metric.get("low") is None or metric.get("high") is None or not metric["value"]:
        return text
    digits = 1 if metric["paper_value"] >= 2 else 3
    low, high = metric["low"] * scale, metric["high"] * scale
    return f"{text} [{low:.{digits}f}, {high:.{digits}f}]"


def score_table(scores):
    lines = ["| benchmark | figure | n | pages | " + " | ".join(scores) + " |",
             "|---|---|--:|--:|" + "--:|" * len(scores)]
    for benchmark in BENCHMARKS:
        first = scores["baseline"].get(benchmark)
        if first is None:
            continue
        cells = [estimate(s[benchmark]) if benchmark in s else "" for s in scores.values()]
        lines.append(f"| {benchmark} | {first['name']} | {first['count']} | "
                     f"{first.get('clusters') or ''} | " + " | ".join(cells) + " |")
    return lines


def difference_table(found):
    lines = ["More is better: the sign of an error rate is turned.", "", "| against the baseline | benchmark | difference [95 %] | told apart |",
             "|---|---|--:|---|"]
    for name, benchmarks in found.items():
        for benchmark, (value, low, high, _) in benchmarks.items():
            apart = "no" if low is None or low <= 0 <= high else "yes"
            bounds = "" if low is None else f" [{low:+.2f}, {high:+.2f}]"
            lines.append(f"| {name} | {benchmark} | {value:+.2f}{bounds} | {apart} |")
    return lines


def cost_table(costs):
    lines = ["| method | FLOPs reduced (paper's count) | prefill time reduced | vision tokens in "
             "the FFN |", "|---|--:|--:|---|"]
    for name, row in costs.items():
        def share(key):
            return f"{100 * row[key]['median']:.1f} %" if row.get(key) else ""
        lines.append(f"| {name} | {share('FLOPs reduced')} | {share('Time reduced')} | "
                     f"{row['Vision tokens in the FFN, layer by layer']} |")
    return lines


def rounded(cell):
    whole, point, _ = cell.partition(".")
    return f"{float(cell):.1f}" if point and whole.isdigit() else cell


def masking_table(folder):
    with open(os.path.join(folder, "masking.csv")) as file:
        rows = [[rounded(cell) for cell in line.rstrip("\n").split(",")] for line in file]
    return ["| " + " | ".join(rows[0]) + " |", "|" + "---|" * len(rows[0])] + [
        "| " + " | ".join(row) + " |" for row in rows[1:]]


def main():
    parser = argparse.ArgumentParser(prog="Scripts/miniature/claim")
    parser.add_argument("output")
    parser.add_argument("--program", default=".build/release/proxyv-eval")
    parser.add_argument("--samples", default="Samples/miniature")
    parser.add_argument("--limit", type=int, help="at most this many questions a benchmark")
    parser.add_argument("--masking-limit", default="60")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--report", help="also write table and figure into this folder")
    given = parser.parse_args()
    if not os.access(given.program, os.X_OK):
        raise SystemExit(f"miniature: {given.program} is missing; build it with swift build -c "
                         "release --product proxyv-eval, or name it with --program")
    product = Product(given.program, given.samples, given.threads)
    folders = {}
    for name in CONTESTANTS:
        folders[name] = os.path.join(given.output, name.replace(" ", "-").replace("/", "-"))
        product.run(name, folders[name], given.limit)
        print(f"{name}: answered", flush=True)
    masking = os.path.join(given.output, "masking")
    product.call("study", "masking", "docvqa", "--model", product.checkpoint("baseline"), "--data",
                 os.path.join(given.samples, "data"), "--output", masking, "--from", "0,1,2,3,4,5",
                 "--limit", given.masking_limit, "--threads", str(given.threads))
    scores = {name: figures(folder) for name, folder in folders.items()}
    apart = {name: differences(product, folders["baseline"], folder)
             for name, folder in folders.items() if name != "baseline"}
    version = product.call("--version", read=True).strip()
    part = f", at most {given.limit} questions a benchmark" if given.limit else ""
    text = "\n".join([
        f"Measured {datetime.date.today()} with version {version} on {machine()}, "
        f"{given.threads} threads{part}; one seed.", "", "## Scores", "", *score_table(scores), "",
        "## Differences", "", *difference_table(apart), "", "## Cost", "",
        *cost_table(product.costs()), "", "## Masking", "",
        f"DocVQA, the first {given.masking_limit} questions, baseline checkpoint, vision-to-vision "
        "attention cut from a layer on.", "", *masking_table(masking), ""])
    print(text)
    if given.report:
        os.makedirs(given.report, exist_ok=True)
        with open(os.path.join(given.report, "table.md"), "w") as file:
            file.write(text)
        shutil.copy(os.path.join(masking, "masking.svg"), given.report)


if __name__ == "__main__":
    main()
