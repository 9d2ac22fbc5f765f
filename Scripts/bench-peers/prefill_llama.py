"""llama.cpp's prefill in alternation with ours, with the user's llama-bench binary and a GGUF model of the Llama-7B shape.

The number of layers is the GGUF model's and must be given, so that ours has as many.
"""

import argparse
import json
import os
import subprocess
import sys

from paced import paced
from ratios import ratio, shown, table

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--proxyv-eval", required=True)
parser.add_argument("--llama-bench", required=True, help="the binary")
parser.add_argument("--gguf", required=True, action="append", help="a model; repeat for several types of weights")
parser.add_argument("--layers", type=int, required=True, help="layers of the GGUF model")
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--crops", type=int, default=5)
parser.add_argument("--text-tokens", type=int, default=50)
parser.add_argument("--weights", default="bf16,int8", help="of ours")
parser.add_argument("--threads", type=int, default=os.cpu_count())
parser.add_argument("--settings", default="-fa 0|-fa 1|-fa 0 -ub 2048 -b 2048", help="options of llama-bench to try, separated by |")
arguments = parser.parse_args()
tokens = arguments.crops * 577 + arguments.text_tokens


def seconds(model, setting):
    command = [arguments.llama_bench, "-m", model, "-p", str(tokens), "-n", "0", "-r", "1", "-t", str(arguments.threads), "-o", "json"]
    done = subprocess.run(command + setting.split(), stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"bench-peers: llama-bench failed with exit code {done.returncode}; see its message above")
    return json.loads(done.stdout)[0]["avg_ns"] * 1e-9


contestants = {
    f"llama.cpp {os.path.basename(model)} {setting}": (model, setting) for model in arguments.gguf for setting in arguments.settings.split("|")}
command = [
    arguments.proxyv_eval, "bench", "prefill", "--shape", "vicuna-7b", "--layers", str(arguments.layers), "--methods", "baseline",
    "--weights", arguments.weights, "--crops", str(arguments.crops), "--text-tokens", str(arguments.text_tokens), "--threads",
    str(arguments.threads), "--runs", str(arguments.rounds)]
times = {}
with paced(command) as ours:
    for _ in range(arguments.rounds):
        ours.round()
        for name, (model, setting) in contestants.items():
            times.setdefault(name, []).append(seconds(model, setting))
    ours.finish()
own = {"proxyv-eval " + name: values for name, values in ours.times.items() if "vision tower" not in name}
rows = [[name, shown(values)] + [ratio(one, values) for one in own.values()] for name, values in (own | times).items()]
table(
    f"Prefill of the decoder: {arguments.layers} layers, {tokens} tokens, {arguments.threads} threads, {arguments.rounds} rounds", rows,
    ["what", "seconds"] + [f"× as fast is {one}" for one in own])
