"""Builds and reads the miniature's SentencePiece BPE model.

Whole lower-case words, single capitals, digits and signs: a page costs one token a character, a
question about one token a word. A byte that is no piece falls back to its byte token, as in Llama.
"""
import collections
import json
import os

import sentencepiece
from sentencepiece import sentencepiece_model_pb2 as model_file

from .words import (
    COLOURS, FIRST_SENTENCES, KEYS, LATER_SENTENCES, PAGE_CHARACTERS, SHAPES, SYSTEM)

SPACE = "\u2581"
BEGIN, END = 1, 2
# Words that follow a sign instead of a space, as in "(top-left x".
INNER_WORDS = ["top", "left", "bottom", "right"]


def spaced_words(text):
    """The words of a text that become one piece each, with the mark of the space before them."""
    words = set()
    for word in text.split():
        word = word.strip(".,:?;'\"()[]0123456789").split("'")[0]
        if len(word) > 1 and word.isalpha() and word[1:].islower():
            words.add(SPACE + word)
    return sorted(words)


def merged(word, ranks):
    """A word's pieces under the merges so far: the best-ranked pair first, as SentencePiece does."""
    pieces = list(word)
    while True:
        pairs = [(ranks[a + b], i) for i, (a, b) in enumerate(zip(pieces, pieces[1:]))
                 if a + b in ranks]
        if not pairs:
            return pieces
        _, i = min(pairs)
        pieces[i:i + 2] = [pieces[i] + pieces[i + 1]]


def learn_merges(words, before):
    """Merges until every word is one piece: the most frequent pair first, ties by text."""
    ranks = {merge: i for i, merge in enumerate(before)}
    merges = list(before)
    pieces = {word: merged(word, ranks) for word in words}
    while True:
        pairs = collections.Counter()
        for parts in pieces.values():
            for a, b in zip(parts, parts[1:]):
                pairs[a + b] += 1
        if not pairs:
            return merges
        merges.append(min(pairs, key=lambda pair: (-pairs[pair], pair)))
        ranks[merges[-1]] = len(ranks)
        pieces = {word: merged(word, ranks) for word in words}


def build(folder):
    """Writes `tokenizer.model` and `tokenizer_config.json`, and returns the number of pieces."""
    os.makedirs(folder, exist_ok=True)
    first_text = " ".join(
        [SYSTEM] + FIRST_SENTENCES + [key.lower() for key in KEYS] + COLOURS + SHAPES)
    first = learn_merges(spaced_words(first_text), [])
    later_words = spaced_words(" ".join(LATER_SENTENCES)) + INNER_WORDS
    later = learn_merges(later_words, first)[len(first):]
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    characters = sorted((set(first_text) | set(PAGE_CHARACTERS) | set(letters)) - set(" \n"))

    kinds = model_file.ModelProto.SentencePiece
    model = model_file.ModelProto()

    def add(piece, score, kind):
        entry = model.pieces.add()
        entry.piece, entry.score, entry.type = piece, score, kind

    add("<unk>", 0, kinds.UNKNOWN)
    add("<s>", 0, kinds.CONTROL)
    add("</s>", 0, kinds.CONTROL)
    for byte in range(256):
        add(f"<0x{byte:02X}>", 0, kinds.BYTE)
    for rank, piece in enumerate(first + [SPACE] + characters + later):
        add(piece, -float(rank), kinds.NORMAL)
    trainer = model.trainer_spec
    trainer.model_type = model_file.TrainerSpec.BPE
    trainer.vocab_size = len(model.pieces)
    trainer.byte_fallback, trainer.split_digits = True, True
    trainer.unk_id, trainer.bos_id, trainer.eos_id, trainer.pad_id = 0, BEGIN, END, -1
    trainer.character_coverage = 1.0
    normalizer = model.normalizer_spec
    normalizer.name, normalizer.add_dummy_prefix = "identity", True
    normalizer.remove_extra_whitespaces, normalizer.escape_whitespaces = False, True
    with open(f"{folder}/tokenizer.model", "wb") as file:
        file.write(model.SerializeToString(deterministic=True))

    def token(content):
        return {"__type": "AddedToken", "content": content, "lstrip": False, "normalized": False,
                "rstrip": False, "single_word": False}

    configuration = {
        "tokenizer_class": "LlamaTokenizer", "add_bos_token": True, "add_eos_token": False,
        "clean_up_tokenization_spaces": False, "unk_token": token("<unk>"),
        "bos_token": token("<s>"), "eos_token": token("</s>"), "pad_token": None, "legacy": False,
        "model_max_length": 4096, "padding_side": "right", "sp_model_kwargs": {}}
    with open(f"{folder}/tokenizer_config.json", "w") as file:
        json.dump(configuration, file, indent=2)
    reader = Tokenizer(folder)
    for word in spaced_words(first_text + " " + " ".join(LATER_SENTENCES)):
        ids = reader.ids(word[1:])
        assert len(ids) == 1, f"{word} is not one piece but {len(ids)}"
    return len(model.pieces)


class Tokenizer:
    """The chunks of a prompt, as the official code tokenizes the text around <image>."""

    def __init__(self, folder):
        self.pieces = sentencepiece.SentencePieceProcessor(model_file=f"{folder}/tokenizer.model")
        self.size = self.pieces.vocab_size()

    def ids(self, text):
        return self.pieces.encode(text)

    def before_image(self):
        return [BEGIN] + self.ids(SYSTEM)

    def after_image(self, prompt):
        return self.ids("\n" + prompt + " ASSISTANT:")

    def answer(self, text):
        return self.ids(text) + [END]

    def text(self, ids):
        return self.pieces.decode([i for i in ids if i > 2]).strip()
