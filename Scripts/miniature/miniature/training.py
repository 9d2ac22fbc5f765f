"""One stage of training: seeded, resumable, with its learning curve.

The pages of a step depend on the seed, the stage and the step alone, so that an interrupted
training that continues sees what it would have seen.
"""
import json
import math
import os
import time
import zlib

import numpy as np
import torch

SAVE_SECONDS, PRINT_STEPS = 60, 25


def random_of(seed, stage, step):
    return np.random.default_rng([seed, zlib.crc32(stage.encode()), step])


def parameter_groups(named, rate):
    """Matrices decay, vectors and positions do not."""
    matrices, others = [], []
    for name, parameter in named:
        is_matrix = parameter.ndim >= 2 and "position" not in name
        (matrices if is_matrix else others).append(parameter)
    return [dict(params=matrices, lr=rate, base=rate, weight_decay=0.05),
            dict(params=others, lr=rate, base=rate, weight_decay=0.0)]


def set_rate(optimizer, step, steps, warm=30, final=0.05):
    """A short warm-up, then half a cosine."""
    share = final + (1 - final) * 0.5 * (1 + math.cos(math.pi * step / steps))
    for group in optimizer.param_groups:
        group["lr"] = group["base"] * min(1, (step + 1) / warm) * share


def write_whole(path, content):
    """A state is written beside its place and moved there: an interrupted writing, or a full disk,
    leaves the one before."""
    part = path + ".part"
    try:
        torch.save(content, part)
        os.replace(part, path)
    except (OSError, RuntimeError) as error:
        if os.path.exists(part):
            os.remove(part)
        # PyTorch's own writer tells a full disk as a wrong position in the file.
        reason = getattr(error, "strerror", None) or "is the disk full?"
        raise SystemExit(
            f"miniature: {path} could not be written ({reason}); make room on the disk and start the "
            "same command again: it continues from the last state that was written whole") from None


def read_whole(path):
    try:
        return torch.load(path, weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError) as error:
        raise SystemExit(
            f"miniature: {path} cannot be read as a training state ({error}); remove that file, and "
            "its stage is trained again") from None


class Stage:
    """Runs `step(random, number)` -> (name, loss, notes) a number of times with AdamW."""

    def __init__(self, name, folder, seed, steps, module, groups):
        self.name, self.seed, self.steps, self.module = name, seed, steps, module
        self.state = os.path.join(folder, name + ".state")
        self.curve = os.path.join(folder, name + ".curve.jsonl")
        self.optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98))
        self.done, self.seconds = 0, 0.0
        if os.path.exists(self.state):
            kept = read_whole(self.state)
            module.load_state_dict(kept["module"])
            self.done, self.seconds = kept["done"], kept["seconds"]
            if self.done < steps:
                self.optimizer.load_state_dict(kept["optimizer"])
                print(f"{name}: continues behind step {self.done} of {steps}", flush=True)

    def save(self):
        write_whole(self.state, dict(
            module=self.module.state_dict(), optimizer=self.optimizer.state_dict(), done=self.done,
            seconds=self.seconds))

    def run(self, step):
        """Trains what is left, and returns the module."""
        averages, saved = {}, time.monotonic()
        clock = time.process_time() - self.seconds
        parameters = [p for group in self.optimizer.param_groups for p in group["params"]]
        while self.done < self.steps:
            torch.manual_seed(self.seed * 1_000_003 + self.done)
            task, loss, notes = step(random_of(self.seed, self.name, self.done), self.done)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            set_rate(self.optimizer, self.done, self.steps)
            self.optimizer.step()
            self.optimizer.zero_grad(set_to_none=True)
            self.done += 1
            self.seconds = time.process_time() - clock
            before = averages.get(task, loss.item())
            averages[task] = 0.8 * before + 0.2 * loss.item()
            if self.done % PRINT_STEPS == 0 or self.done == self.steps:
                self.report(averages, notes)
            if time.monotonic() - saved > SAVE_SECONDS or self.done == self.steps:
                self.save()
                saved = time.monotonic()
        return self.module

    def report(self, averages, notes):
        losses = " ".join(f"{task} {loss:.2f}" for task, loss in sorted(averages.items()))
        print(f"{self.name} {self.done}/{self.steps} {self.seconds:.0f}s {losses} {notes}".rstrip(),
              flush=True)
        line = dict(stage=self.name, step=self.done, cpu_seconds=round(self.seconds, 1),
                    loss={task: round(loss, 4) for task, loss in sorted(averages.items())})
        try:
            with open(self.curve, "a") as file:
                file.write(json.dumps(line) + "\n")
        except OSError as error:
            raise SystemExit(f"miniature: {self.curve} cannot be written ({error}); make room and "
                             "start the same command again: it continues") from None
