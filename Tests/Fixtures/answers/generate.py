#!/usr/bin/env python3
"""Writes the small answers files of this folder. Questions and answers are made up. Needs only Python's standard library."""
import io, json, os, struct, zipfile

HERE = os.path.dirname(os.path.abspath(__file__))


def path(name):
    full = os.path.join(HERE, name)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    return full


def archive(name, parts, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as z:
        for part, text in parts.items():
            z.writestr(zipfile.ZipInfo(part, (2026, 1, 1, 0, 0, 0)), text, method)
    data = buffer.getvalue()
    with open(path(name), "wb") as f:
        f.write(data)
    return bytearray(data)


def workbook(sheet, strings=None, sheet_name="worksheets/sheet7.xml"):
    parts = {
        "xl/workbook.xml": '<?xml version="1.0"?><workbook xmlns="m" xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="rId9"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships><Relationship Id="rId9" Type="w" Target="{sheet_name}"/></Relationships>',
        "xl/" + sheet_name: '<?xml version="1.0"?><worksheet><sheetData>' + sheet + "</sheetData></worksheet>",
    }
    if strings is not None:
        parts["xl/sharedStrings.xml"] = "<sst>" + strings + "</sst>"
    return parts


def inline(cells):
    return "".join(f'<c t="inlineStr"><is><t>{c}</t></is></c>' for c in cells)


# ChartQA with shared, inline, numeric and boolean cells, one that is missing, escapes, and texts that pandas would lose.
strings = ["index", "question", "answer", "split", "prediction", "How many bars?", "Tom &amp; &#x4A;erry", "007", "None", "a_x000B_b_x005F_c", "test_human", "test_augmented"]
shared = "".join(f"<si><t>{s}</t></si>" for s in strings) + '<si><r><t>ri</t></r><r><t xml:space="preserve">ch </t></r><rPh><t>no</t></rPh></si>'
rows = [
    '<row r="1">' + "".join(f'<c r="{"ABCDE"[i]}1" t="s"><v>{i}</v></c>' for i in range(5)) + "</row>",
    '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="s"><v>5</v></c><c r="C2" t="s"><v>7</v></c><c r="D2" t="s"><v>10</v></c><c r="E2" t="s"><v>7</v></c></row>',
    '<row r="3"><c r="A3"><v>2</v></c><c r="B3" t="s"><v>6</v></c><c r="C3"><v>0.57</v></c><c r="D3" t="s"><v>10</v></c><c r="E3" t="s"><v>8</v></c></row>',
    '<row r="4"><c r="A4"><v>3</v></c><c r="B4" t="s"><v>12</v></c><c r="C4" t="b"><v>1</v></c><c r="D4" t="s"><v>11</v></c></row>',
    '<row r="6"><c r="A6"><v>4</v></c><c r="B6" t="inlineStr"><is><t>two\r\nlines</t></is></c><c r="C6" t="str"><v>x</v></c><c r="D6" t="s"><v>11</v></c><c r="E6" t="s"><v>9</v></c></row>',
]
good = archive("vlmevalkit/model_ChartQA_TEST.xlsx", workbook("".join(rows), shared))
archive("xlsx/stored.xlsx", workbook("<row>" + inline(["index", "prediction"]) + "</row><row>" + inline(["1", "é"]) + "</row>"), zipfile.ZIP_STORED)
archive("xlsx/doctype.xlsx", workbook('<!DOCTYPE x [<!ENTITY a "b">]>'))
archive("xlsx/empty.xlsx", workbook(""))
archive("xlsx/bad-string.xlsx", workbook('<row r="1"><c t="s"><v>99</v></c></row>', "<si><t>x</t></si>"))
archive("xlsx/no-workbook.xlsx", {"hello.txt": "hello"})
with open(path("xlsx/not-a-zip.xlsx"), "w") as f:
    f.write("index,prediction\n1,yes\n")
with open(path("xlsx/cut-off.xlsx"), "wb") as f:
    f.write(good[: len(good) // 2])


def patched(name, parts, part, size):
    """An archive whose directory claims another size for one part."""
    data = archive(name, parts)
    position = data.rindex(b"PK\x01\x02", 0, data.rindex(part.encode()))
    data[position + 24 : position + 28] = struct.pack("<I", size)
    with open(path(name), "wb") as f:
        f.write(data)


bomb = workbook("<row><c><v>" + "0" * 4_000_000 + "</v></c></row>")
patched("xlsx/bomb-declared.xlsx", bomb, "xl/worksheets/sheet7.xml", 3 << 30)
patched("xlsx/bomb-ratio.xlsx", bomb, "xl/worksheets/sheet7.xml", 400 << 20)
patched("xlsx/bomb-actual.xlsx", bomb, "xl/worksheets/sheet7.xml", 1000)

# DocVQA in all four generations of lmms-eval's samples, one model, the same answers.
documents = [
    {"questionId": "337", "question": "What time is the 'coffee break'?", "answers": ["11:14 to 11:39 a.m.", "11:14 to 11:39"], "prediction": "11:14 to 11:39"},
    {"questionId": "338", "question": "Who's speaking?\nSecond line", "answers": ["Lee A. Waller"], "prediction": " Lee Waller "},
    {"questionId": "339", "question": "Which page?", "answers": ["1\"2", "12"], "prediction": "17"},
]
post = "\nAnswer the question using a single word or phrase."


def lmms(generation, place, d):
    target = str(d["answers"])
    doc = {k: d[k] for k in ("questionId", "question", "answers")}
    scores = {"anls": 1.0}
    if generation == 1:
        return {"doc_id": place, "target": target, "doc": doc, "arguments": [[d["question"] + post, {"max_new_tokens": 32}]], "resps": [[d["prediction"]]], "filtered_resps": [d["prediction"]], **scores}
    if generation == 2:
        return {"doc_id": place, "doc": doc, "target": target, "arguments": {"0": d["question"] + post}, "resps": [[d["prediction"]]], "filtered_resps": [d["prediction"]], "doc_hash": "0", "prompt_hash": "1", "target_hash": "2", **scores, "input": d["question"] + post}
    if generation == 3:
        return {"doc_id": place, "target": target, "filtered_resps": [d["prediction"]], "doc_hash": "0", **scores, "input": d["question"] + post}
    return {"doc_id": place, "target": target, "filtered_resps": d["prediction"], "token_counts": [{"input_tokens": 9, "output_tokens": 2}], "doc_hash": "0", **scores, "input": d["question"] + post}


def lines(name, items):
    with open(path(name), "w") as f:
        f.writelines(json.dumps(i, ensure_ascii=False) + "\n" for i in items)


with open(path("lmms-eval/1/0912_1010_run_llava_model_args_abc123/docvqa_val.json"), "w") as f:
    json.dump({"args": {}, "model_configs": {}, "logs": [lmms(1, i, d) for i, d in enumerate(documents)], "time": "0912"}, f)
lines("lmms-eval/2/samples_docvqa_val_20250101_101010.jsonl", [lmms(2, i, d) for i, d in enumerate(documents)])
lines("lmms-eval/3/20250901_101010_samples_docvqa_val.jsonl", [lmms(3, i, d) for i, d in reversed(list(enumerate(documents)))])
lines("lmms-eval/4/20260301_101010_samples_docvqa_val.jsonl", [lmms(4, i, d) for i, d in enumerate(documents)])
lines("lmms-eval/4/20260301_101010_samples_chartqa.jsonl", [{"doc_id": 0, "target": "14", "filtered_resps": "14", "relaxed_overall": 1.0, "relaxed_human_split": 1.0, "input": "How many?" + post}, {"doc_id": 1, "target": "Yes", "filtered_resps": "No", "relaxed_overall": 0.0, "relaxed_augmented_split": 0.0, "input": "Is it?" + post}])

# The data that these answers are about, as the original release has it, without images.
with open(path("data/docvqa/val_v1.0.json"), "w") as f:
    json.dump({"dataset_name": "docvqa", "data": [{"questionId": int(d["questionId"]), "question": d["question"], "answers": d["answers"], "image": "documents/a.png"} for d in documents]}, f)

# Submissions and LLaVA's answers.
with open(path("rrc/docvqa.json"), "w") as f:
    json.dump([{"questionId": int(d["questionId"]), "answer": d["prediction"]} for d in reversed(documents)], f)
lines("llava/docvqa.jsonl", [{"question_id": int(d["questionId"]), "prompt": d["question"] + post, "text": d["prediction"], "answer_id": "x", "model_id": "m", "metadata": {}} for d in documents])
lines("llava/twice.jsonl", [{"question_id": 337, "prompt": documents[0]["question"] + post, "text": "a"}] * 2)
lines("llava/other-benchmark.jsonl", [{"question_id": 1, "prompt": "What is the brand of this camera?" + post, "text": "a"}])

# VLMEvalKit's tsv and json of the same answers; the index is a number of its own.
with open(path("vlmevalkit/model_DocVQA_VAL.tsv"), "w", newline="") as f:
    f.write("index\tquestion\tanswer\tprediction\n")
    for i, d in enumerate(documents):
        cells = [str(i), d["question"], str(d["answers"]), d["prediction"]]
        f.write("\t".join('"' + c.replace('"', '""') + '"' for c in cells) + "\n")
with open(path("vlmevalkit/model_DocVQA_VAL.json"), "w") as f:
    json.dump([{"index": i, "question": d["question"], "answer": str(d["answers"]), "prediction": d["prediction"]} for i, d in enumerate(documents)], f)

# MME's result folder: one image with two questions in two categories.
for category in ("existence", "code_reasoning"):
    with open(path(f"mme/{category}.txt"), "w") as f:
        f.write("1.jpg\tIs there a cat? Please answer yes or no.\tYes\tyes, there is\n1.jpg\tIs there a dog? Please answer yes or no.\tNo\tYes\n")

# Boxes of referring expressions.
with open(path("rec/boxes.json"), "w") as f:
    json.dump({"refcoco": {"model": [{"text": "left man", "prediction": {"box": [0.0, 10.0, 20.0, 30.0]}, "gt_bbox": [0.0, 10.0, 20.0, 20.0]}, {"text": "right man", "prediction": {"box": [0.0, 0.0, 5.0, 5.0]}, "gt_bbox": [100.0, 100.0, 10.0, 10.0]}]}}, f)
