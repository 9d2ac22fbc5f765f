"""Scores published answers and prints the published figures beside what came.

    python3 Scripts/published/derive.py --program .build/release/proxyv-eval --predictions FOLDER

FOLDER holds the files of derivations.json at any depth, packed with gzip or not. A set that is not
there is named and left out of the table.
"""

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def found(folder, name, inside=""):
    """The path of the file or folder called `name`; `inside` is part of the path's folders."""
    for parent, folders, files in os.walk(folder):
        folders.sort()
        if inside not in parent[len(folder):]:
            continue
        for candidate in (name, name + ".gz"):
            if candidate in files or candidate in folders:
                return os.path.join(parent, candidate)
    return None


def release_of_gqa(source, folder):
    """Lines of question, answer and image in the layout of GQA's release."""
    opened = gzip.open(source, "rt") if source.endswith(".gz") else open(source)
    with opened as lines:
        questions = {
            str(row["question_id"]): {
                "question": row["question"], "answer": row["answer"],
                "imageId": row["image"].replace(".jpg", "")}
            for row in map(json.loads, lines)}
    with open(os.path.join(folder, "testdev_balanced_questions.json"), "w") as file:
        json.dump(questions, file)
    return folder


def scores(program, entry, answers, data):
    """Every figure of the answers by name: as it is, and on the scale of papers."""
    command = [program, "score", entry["benchmark"], "--answers", answers, "--profile",
               entry["profile"], "--json"]
    done = subprocess.run(command + (["--data", data] if data else []), capture_output=True,
                          text=True)
    if done.returncode != 0:
        sys.exit(f"reports: {entry['title']}: {done.stderr.strip()}")
    metrics = json.loads(done.stdout)[0]["metrics"]
    return {metric["name"]: (metric["value"], metric["paper_value"]) for metric in metrics}


def row(name, published, values):
    """A line of the table: the figure here has the published figure's scale."""
    decimals = len(published.partition(".")[2])
    # Files of evaluators keep fractions of one, papers print points of a hundred.
    here = min(values, key=lambda value: abs(value - float(published)))
    if decimals > 4:
        agrees = abs(here - float(published)) <= 1e-9
        verdict = "equal to 1e-9" if agrees else f"{here - float(published):+.6f}"
        return f"| {name} | {float(published):.4f} | {here:.4f} | {verdict} |"
    agrees = abs(here - float(published)) <= 0.5 * 10 ** -decimals + 1e-9
    verdict = "equal" if agrees else f"{here - float(published):+.{decimals + 1}f}"
    shown = f"{here:.4f}" if decimals else f"{here:g}"
    return f"| {name} | {published} | {shown} | {verdict} |"


def section(entry, program, folder):
    """The text of one set of answers, or None where its files are not there."""
    answers = found(folder, entry["answers"], entry.get("inside", ""))
    data = found(folder, entry["data"], entry.get("inside", "")) if "data" in entry else None
    for name, path in [(entry["answers"], answers), (entry.get("data"), data)]:
        if name and not path:
            print(f"reports: skipped {entry['title']}: no {name} below {folder}", file=sys.stderr)
            return None
    with tempfile.TemporaryDirectory(prefix="reports-") as temporary:
        read = release_of_gqa(data, temporary) if entry.get("data_as") == "gqa" else data
        figures = scores(program, entry, answers, read)
    named = "GQA" if entry.get("data_as") == "gqa" else entry.get("data")
    command = f"proxyv-eval score {entry['benchmark']} --answers {entry['answers']}"
    command += (f" --data {named}" if named else "") + f" --profile {entry['profile']}"
    lines = [f"## {entry['title']}", "", f"From {entry['source']}. Licence: {entry['licence']}.", "",
             f"    {command}", "", "| Figure | Published | Here | Difference |", "|---|--:|--:|---|"]
    for name, published in entry["figures"]:
        if name not in figures:
            sys.exit(f"reports: {entry['title']}: the program has no figure {name}")
        lines.append(row(name, published, figures[name]))
    return "\n".join(lines + (["", entry["note"]] if "note" in entry else [])) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--predictions", required=True)
    arguments = parser.parse_args()
    with open(os.path.join(HERE, "derivations.json")) as file:
        entries = json.load(file)
    with open(os.path.join(HERE, "head.md")) as file:
        parts = [file.read()]
    written = [section(entry, arguments.program, arguments.predictions) for entry in entries]
    print("\n".join(parts + [text for text in written if text]), end="")


main()
