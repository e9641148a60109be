"""Learning rates of twenty steps and more."""

from torch.optim import lr_scheduler as s

SIMPLE = {
    "StepLR": [{"step_size": 3}, {"step_size": 1, "gamma": 0.5}, {"step_size": 7, "gamma": 0.9}],
    "MultiStepLR": [{"milestones": [3, 8, 15]}, {"milestones": [5, 5, 6], "gamma": 0.5}],
    "ConstantLR": [{}, {"factor": 0.5, "total_iters": 4}],
    "LinearLR": [{}, {"start_factor": 0.1, "end_factor": 0.7, "total_iters": 9}],
    "ExponentialLR": [{"gamma": 0.9}],
    "PolynomialLR": [{}, {"total_iters": 12, "power": 2.5}],
    "CosineAnnealingLR": [{"T_max": 20}, {"T_max": 7, "eta_min": 0.01}],
    "CosineAnnealingWarmRestarts": [{"T_0": 6}, {"T_0": 2, "T_mult": 2, "eta_min": 0.01},
                                    {"T_0": 3, "T_mult": 3}],
    "OneCycleLR": [{"max_lr": 0.3, "total_steps": 26}, {"max_lr": 0.3, "total_steps": 30, "anneal_strategy": "linear"},
                   {"max_lr": 1.0, "total_steps": 27, "pct_start": 0.25, "div_factor": 10, "final_div_factor": 100},
                   {"max_lr": 0.3, "total_steps": 33, "three_phase": True}],
}


def cases(g):
    for name, all_options in SIMPLE.items():
        for options in all_options:
            g.schedule(name, options, lambda o: getattr(s, name)(o, **options), steps=25)
    g.schedule("LambdaLR", {}, lambda o: s.LambdaLR(o, lambda t: 1 / (1 + 0.1 * t)))
    g.schedule("SequentialLR", {}, lambda o: s.SequentialLR(
        o, [s.LinearLR(o, 0.1, 1, 5), s.CosineAnnealingLR(o, 10), s.ExponentialLR(o, 0.8)], [5, 15]), steps=25)
    g.schedule("ChainedScheduler", {}, lambda o: s.ChainedScheduler(
        [s.ConstantLR(o, 0.2, 4), s.ExponentialLR(o, 0.9), s.StepLR(o, 6, 0.5)]), steps=25)
    for values, options in PLATEAUS:
        g.schedule("ReduceLROnPlateau", {"values": values, **options}, lambda o: Watching(o, values, options),
                   steps=len(values))


FALLING = [5.0, 4.0, 4.0, 4.0, 3.9999, 4.1, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 2.0, 2.0, 2.0, 2.0]
RISING = [0.1, 0.2, 0.2, 0.25, 0.2, 0.2, 0.2, 0.2, 0.2, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.301, 0.3, 0.3]
PLATEAUS = [(FALLING, {"patience": 2}), (FALLING, {"patience": 1, "factor": 0.5, "cooldown": 2, "min_lr": 0.02}),
            (FALLING, {"patience": 0, "threshold": 0.5, "threshold_mode": "abs", "eps": 1e-3}),
            (RISING, {"patience": 1, "mode": "max", "threshold": 0.1}),
            (RISING, {"patience": 1, "mode": "max", "threshold": 0.01, "threshold_mode": "abs", "factor": 0.3})]


class Watching:
    """ReduceLROnPlateau, told of one value after the other."""

    def __init__(self, optimizer, values, options):
        self.scheduler, self.values = s.ReduceLROnPlateau(optimizer, **options), iter(values)

    def step(self):
        self.scheduler.step(next(self.values))
