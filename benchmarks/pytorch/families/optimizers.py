"""Parameters after each of ten steps. Lion is not in torch.optim: it is written out here, after its paper."""

import torch

from golden import uniform

OPTIONS = {
    "SGD": [{"lr": 0.1}, {"lr": 0.1, "momentum": 0.9}, {"lr": 0.05, "weight_decay": 0.01},
            {"lr": 0.05, "momentum": 0.8, "weight_decay": 0.1}, {"lr": 0.1, "momentum": 0.9, "nesterov": True},
            {"lr": 0.1, "momentum": 0.9, "dampening": 0.5}, {"lr": 0.1, "momentum": 0.9, "dampening": 1},
            {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}],
    "Adam": [{"lr": 1e-3}, {"lr": 0.1, "betas": [0.8, 0.99]}, {"lr": 0.01, "weight_decay": 0.1},
             {"lr": 0.01, "eps": 1e-3}, {"lr": 0.1, "amsgrad": True}, {"lr": 0.1, "betas": [0.0, 0.9]},
             {"lr": 0.05, "betas": [0.6, 0.3], "amsgrad": True, "weight_decay": 0.1}],
    "AdamW": [{"lr": 1e-3}, {"lr": 0.1}, {"lr": 0.1, "weight_decay": 0.5}, {"lr": 0.09, "weight_decay": 0},
              {"lr": 0.1, "betas": [0.8, 0.3], "amsgrad": True, "eps": 1e-4}],
    "NAdam": [{"lr": 2e-3}, {"lr": 0.1, "betas": [0.8, 0.99]}, {"lr": 0.1, "momentum_decay": 0.3},
              {"lr": 0.05, "weight_decay": 0.1}, {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True}],
    "RMSprop": [{"lr": 0.01}, {"lr": 0.05, "alpha": 0.8}, {"lr": 0.01, "momentum": 0.9},
                {"lr": 0.01, "centered": True}, {"lr": 0.01, "centered": True, "momentum": 0.5, "alpha": 0.9},
                {"lr": 0.01, "weight_decay": 0.1, "eps": 1e-3}],
    "Adagrad": [{"lr": 0.01}, {"lr": 0.1, "lr_decay": 0.2}, {"lr": 0.1, "initial_accumulator_value": 0.5},
                {"lr": 0.1, "weight_decay": 0.1, "eps": 1e-3}],
    "Adadelta": [{"lr": 1.0}, {"lr": 0.5, "rho": 0.5}, {"lr": 0.9, "eps": 1e-2, "weight_decay": 0.1}],
    "Lion": [{"lr": 1e-4}, {"lr": 0.1, "betas": [0.5, 0.8]}, {"lr": 0.1, "weight_decay": 0.3}],
}


class Lion(torch.optim.Optimizer):
    """Chen et al.: Symbolic Discovery of Optimization Algorithms, algorithm 2."""

    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0):
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                direction = (beta1 * m + (1 - beta1) * p.grad).sign()
                p -= group["lr"] * (direction + group["weight_decay"] * p)
                m.copy_(beta2 * m + (1 - beta2) * p.grad)


class Clipped:
    """An optimizer whose gradients are clipped before each step."""

    def __init__(self, optimizer, parameters, clip):
        self.optimizer, self.parameters, self.clip = optimizer, parameters, clip

    def step(self):
        self.clip(self.parameters)
        self.optimizer.step()


def one_cycle(optimizer, **options):
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, total_steps=11, **options)
    return optimizer, scheduler.step


def cases(g):
    for name, all_options in OPTIONS.items():
        make = Lion if name == "Lion" else getattr(torch.optim, name)
        for options in all_options:
            g.optimizer(name, options, lambda p: make(p, **options))
        # PyTorch keeps NAdam's product of momenta in float32 whatever the parameters are.
        if name != "NAdam":
            g.optimizer(name, all_options[-1], lambda p: make(p, **all_options[-1]), dtype="float64")
    groups = {"first_lr": 0.1, "lr": 0.01, "weight_decay": 0.2}
    g.optimizer("AdamW in groups", groups, lambda p: torch.optim.AdamW(
        [{"params": p[:1], "lr": 0.1, "weight_decay": 0}, {"params": p[1:]}], lr=0.01, weight_decay=0.2))
    for options in [{"max_lr": 0.2}, {"max_lr": 0.2, "three_phase": True, "anneal_strategy": "linear"}]:
        g.optimizer("SGD in one cycle", options,
                    lambda p: one_cycle(torch.optim.SGD(p, lr=0.1, momentum=0.9), **options))
        g.optimizer("Adam in one cycle", options, lambda p: one_cycle(torch.optim.Adam(p, lr=0.1), **options))
    utils = torch.nn.utils
    for options in [{"max": 0.5}, {"max": 100}, {"max": 0.5, "norm_type": 1}, {"max": 0.5, "norm_type": 3},
                    {"max": 0.5, "norm_type": "inf"}]:
        kind = float(options.get("norm_type", 2))
        g.optimizer("SGD clipped by norm", options, lambda p: Clipped(
            torch.optim.SGD(p, lr=0.1), p, lambda p: utils.clip_grad_norm_(p, options["max"], kind)))
    g.optimizer("SGD clipped by value", {"limit": 0.3}, lambda p: Clipped(
        torch.optim.SGD(p, lr=0.1), p, lambda p: utils.clip_grad_value_(p, 0.3)))
    for options in [{"decay": 0.9}, {"decay": 0.3}, {}]:
        g.case("weight average", options, {"weights": uniform(6, 3, 5)}, lambda w: averaged(w, **options), grads=False)


def averaged(weights, decay=None):
    """The mean after each update, given the weights at each."""
    swa = torch.optim.swa_utils
    model = torch.nn.Linear(5, 3, bias=False, dtype=weights.dtype)
    average = swa.AveragedModel(model, multi_avg_fn=swa.get_ema_multi_avg_fn(decay) if decay else None)
    means = []
    for w in weights:
        with torch.no_grad():
            model.weight.copy_(w)
        average.update_parameters(model)
        means.append(average.module.weight.detach().clone())
    return torch.stack(means)
