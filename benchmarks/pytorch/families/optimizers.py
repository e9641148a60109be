"""Parameters after each of ten steps."""

import torch

SGD = [{"lr": 0.1}, {"lr": 0.1, "momentum": 0.9}, {"lr": 0.05, "weight_decay": 0.01},
       {"lr": 0.05, "momentum": 0.8, "weight_decay": 0.1}]
ADAM = [{"lr": 1e-3}, {"lr": 0.1, "betas": [0.8, 0.99]}, {"lr": 0.01, "weight_decay": 0.1},
        {"lr": 0.01, "eps": 1e-3}]


def cases(g):
    for options in SGD:
        g.optimizer("SGD", options, lambda p: torch.optim.SGD(p, **options))
    for options in ADAM:
        g.optimizer("Adam", options, lambda p: torch.optim.Adam(p, **options))
