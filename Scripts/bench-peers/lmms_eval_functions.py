"""The scoring functions that a user of lmms-eval runs, written anew from their published behaviour, in plain Python."""

import re
import statistics


def levenshtein(a, b):
    """lmms-eval's edit distance: one row of the table at a time."""
    if len(a) > len(b):
        a, b = b, a
    row = list(range(len(a) + 1))
    for i, y in enumerate(b):
        following = [i + 1]
        for j, x in enumerate(a):
            following.append(row[j] if x == y else 1 + min(row[j], row[j + 1], following[-1]))
        row = following
    return row[-1]


def anls(prediction, answers, distance=levenshtein, threshold=0.5):
    prediction = prediction.strip()
    shares = []
    for answer in answers:
        reference = " ".join(answer.strip().lower().split())
        found = " ".join(prediction.strip().lower().split())
        edits = distance(reference, found)
        length = max(len(answer.upper()), len(prediction.upper()))
        shares.append(0.0 if length == 0 else edits / length)
    score = 1 - min(shares)
    return score if score >= threshold else 0.0


CONTRACTIONS = {
    without.replace("'", ""): without
    for without in (
        "ain't aren't can't could've couldn't didn't doesn't don't hadn't hasn't haven't he'd he's how'd how'll how's i'd i'm i've isn't "
        "it'd it'll let's ma'am might've mightn't must've mustn't needn't o'clock oughtn't shan't she'd should've shouldn't somebody's "
        "someone's that's there's they'd they'll they're they've wasn't we've weren't what'll what're what's what've where'd where's "
        "who'd who'll who's who've why'll why're why's won't would've wouldn't you'd you'll you're you've").split()}
NUMBERS = {w: str(n) for n, w in enumerate("zero one two three four five six seven eight nine ten".split())} | {"none": "0"}
ARTICLES = ["a", "an", "the"]
PERIOD = re.compile(r"(?!<=\d)(\.)(?!\d)")
COMMA = re.compile(r"(\d)(\,)(\d)")
PUNCTUATION = [";", "/", "[", "]", '"', "{", "}", "(", ")", "=", "+", "\\", "_", "-", ">", "<", "@", "`", ",", "?", "!"]


def normalised(text):
    text = text.lower().replace(",", "").replace("?", "").replace("'s", " 's").strip()
    text = text.replace("\n", " ").replace("\t", " ").strip()
    out = text
    for mark in PUNCTUATION:
        if (mark + " " in text or " " + mark in text) or re.search(COMMA, text) is not None:
            out = out.replace(mark, "")
        else:
            out = out.replace(mark, " ")
    out = PERIOD.sub("", out, re.UNICODE)
    words = [NUMBERS.setdefault(word, word) for word in out.lower().split()]
    words = [CONTRACTIONS.get(word, word) for word in words if word not in ARTICLES]
    return " ".join(words)


def vqa_accuracy(prediction, answers):
    prediction = normalised(prediction)
    answers = [normalised(answer) for answer in answers]
    accuracies = []
    for i in range(len(answers)):
        others = [answers[j] for j in range(len(answers)) if j != i]
        accuracies.append(min(1, len([answer for answer in others if answer == prediction]) / 3))
    return statistics.mean(accuracies)
