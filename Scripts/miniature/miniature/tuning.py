"""The paper's stage 2, instruction tuning: every parameter learns, on all benchmarks' questions."""
import torch
import torch.nn.functional as F

from . import tasks
from .training import Stage, parameter_groups


def tuning_groups(network, rate, tower_share=0.5):
    tower = [(n, p) for n, p in network.named_parameters() if "vision_tower" in n]
    rest = [(n, p) for n, p in network.named_parameters() if "vision_tower" not in n]
    if tower_share == 0:
        for _, parameter in tower:
            parameter.requires_grad_(False)
        return parameter_groups(rest, rate)
    return parameter_groups(rest, rate) + parameter_groups(tower, rate * tower_share)


def tune(name, folder, seed, steps, network, tokenizer, rate, mixture=tasks.JOINT, tower_share=0.5,
         in_turn=False):
    """Trains `network` in place for `steps` steps of one task each. With `in_turn` every second step
    goes through ProxyV's layers and the others through the baseline's: one set of weights serves
    both, for little more than the price of one."""
    prefix = torch.tensor(tokenizer.before_image())

    def step(random, number):
        if in_turn:
            network.proxyv = number % 2 == 1
        task = tasks.choose(random, mixture)
        pixels, asked = tasks.draw_batch(random, task)
        ids, labels = tasks.encode(tokenizer, asked)
        cache = network.head(pixels, tasks.top_row(random, task.rows), prefix)
        x = network.tail(ids, cache, len(prefix) + tasks.vision_tokens(task.rows))
        learned = labels != tasks.IGNORED
        return task.name, F.cross_entropy(network.logits(x[learned]), labels[learned]), ""

    groups = tuning_groups(network, rate, tower_share)
    return Stage(name, folder, seed, steps, network, groups).run(step)
