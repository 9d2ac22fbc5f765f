"""From nothing to checkpoints: the stages, their steps and rates.

    python -m miniature.recipe OUTPUT [--seed N] [--from CHECKPOINT] [--steps-of STAGE=N ...]

The same command again continues where it stopped. OUTPUT holds a state and a learning curve per
stage, and the exported checkpoints `baseline` and `proxyv`.
"""
import argparse
import os

import torch
from safetensors.torch import load_file

from . import checkpoint, tasks, tokenizer
from .alignment import align
from .model import Miniature, Sizes
from .seeing import see
from .tuning import tune

STEPS = dict(tower=600, sideways=1200, align=700, reading=1000, strips=600, joint=1500, last=300)


def arguments():
    parser = argparse.ArgumentParser(prog="Scripts/miniature/train")
    parser.add_argument("output", help="folder for states, curves and checkpoints")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1, help="threads of PyTorch (default: 1)")
    parser.add_argument("--start-layer", type=int, default=3, help="first layer of ProxyV")
    parser.add_argument(
        "--from", dest="origin", metavar="CHECKPOINT",
        help="start instruction tuning from a miniature instead of training the stages before it")
    parser.add_argument(
        "--proxyv-from", dest="proxyv_origin", metavar="CHECKPOINT",
        help="start ProxyV's vision-specific modules from a miniature's")
    parser.add_argument(
        "--steps-of", action="append", default=[], metavar="STAGE=N",
        help="other numbers of steps, for trials: " + ", ".join(STEPS))
    given = parser.parse_args()
    for item in given.steps_of:
        stage, _, count = item.partition("=")
        if stage not in STEPS or not count.isdigit() or (count == "0" and stage != "last"):
            parser.error(f'--steps-of {item}: write STAGE=N with one of {", ".join(STEPS)}')
        STEPS[stage] = int(count)
    if given.threads < 1 or not 0 < given.start_layer < Sizes.layers:
        parser.error("--threads is at least 1, and --start-layer lies between 1 and "
                     f"{Sizes.layers - 1}")
    return given


def start_from(folder, network, only=""):
    weights = os.path.join(folder, "model.safetensors")
    if not os.path.exists(weights):
        raise SystemExit(f"miniature: {weights} is missing; --from names a miniature's folder, "
                         "such as Samples/miniature/forms")
    try:
        state = load_file(weights)
        checkpoint.adopt(network, {name: value for name, value in state.items() if only in name})
    except Exception as error:  # the library's errors are of many types
        raise SystemExit(f"miniature: {weights} is no miniature's weights ({error})") from None


def main():
    given = arguments()
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    out, seed = given.output, given.seed
    try:
        os.makedirs(out, exist_ok=True)
        words_folder = os.path.join(out, "tokenizer")
        size = tokenizer.build(words_folder)
    except OSError as error:
        raise SystemExit(f"miniature: {out} cannot be written ({error})") from None
    words = tokenizer.Tokenizer(words_folder)
    sizes = Sizes(vocabulary=size, start=given.start_layer)
    network = Miniature(sizes)
    if given.origin:
        start_from(given.origin, network)
    else:
        see("tower", out, seed, STEPS["tower"], network)
        network.tower.look_sideways()
        see("sideways", out, seed, STEPS["sideways"], network)
        align("align", out, seed, STEPS["align"], network, words)
        tune("reading", out, seed, STEPS["reading"], network, words, 1e-3, tasks.READING_SHORT, 0)
        tune("strips", out, seed, STEPS["strips"], network, words, 1e-3, tasks.READING, 0)
    for parameter in network.parameters():
        parameter.requires_grad_(True)
    network.add_proxyv()
    if given.proxyv_origin:
        start_from(given.proxyv_origin, network, only="vision_mlp_layers")
    tune("joint", out, seed, STEPS["joint"], network, words, 6e-4, in_turn=True)

    # Baseline and ProxyV go the same number of steps from the same weights, on the same pages.
    after = {name: value.clone() for name, value in network.state_dict().items()}
    for name in ("baseline", "proxyv"):
        torch.manual_seed(seed)
        network = Miniature(sizes, proxyv=name == "proxyv")
        checkpoint.adopt(network, {n: v for n, v in after.items() if n in network.state_dict()})
        if STEPS["last"] > 0:
            tune(f"last-{name}", out, seed, STEPS["last"], network, words, 3e-4)
        folder = os.path.join(out, name)
        try:
            size = checkpoint.export(network, words_folder, folder)
        except Exception as error:  # the library reports a full disk in types of its own
            raise SystemExit(f"miniature: {folder} cannot be written ({error}); make room and start "
                             "the same command again") from None
        print(f"{folder}: {size} bytes of weights")


if __name__ == "__main__":
    main()
