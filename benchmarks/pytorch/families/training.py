"""Ten steps of training on the same samples: the loss of each step, then what the trained network says."""

import torch
import torch.nn.functional as F
from torch import nn

from golden import integers, uniform

STEPS = 10
LOSSES = {"cross_entropy": F.cross_entropy, "mse": F.mse_loss, "bce_with_logits": F.binary_cross_entropy_with_logits}
OPTIMIZERS = {"SGD": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9), "Adam": lambda p: torch.optim.Adam(p, lr=0.01)}


def train(optimizer, loss):
    def run(model, x, target):
        stepper = OPTIMIZERS[optimizer](model.parameters())
        losses = []
        for _ in range(STEPS):
            stepper.zero_grad()
            value = LOSSES[loss](model(x), target)
            value.backward()
            stepper.step()
            losses.append(value.detach())
        return torch.stack(losses), model(x).detach()
    return run


def cases(g):
    targets = {"cross_entropy": integers(33, high=5), "mse": uniform(33, 5, low=-1, high=1),
               "bce_with_logits": uniform(33, 5, low=0, high=1)}
    for loss, target in targets.items():
        for optimizer in OPTIMIZERS:
            g.module("train", {"sizes": [7, 17, 13, 5], "activation": "ReLU", "loss": loss, "optimizer": optimizer},
                     {"x": uniform(33, 7), "target": target},
                     lambda: nn.Sequential(nn.Linear(7, 17), nn.ReLU(), nn.Linear(17, 13), nn.ReLU(), nn.Linear(13, 5)),
                     grads=False, training=True, fn=train(optimizer, loss))
