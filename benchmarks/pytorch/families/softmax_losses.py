"""Softmax, its logarithm, and the losses: means over all elements or samples."""

import torch
import torch.nn.functional as F

from golden import integers, uniform, values

INF = float("inf")
NAN = float("nan")


def softmax(g):
    for op, fn in (("softmax", F.softmax), ("log_softmax", F.log_softmax)):
        for shape, dim in [((130,), 0), ((5, 17), 1), ((5, 17), 0), ((3, 4, 2), 1), ((3, 1), -1), ((2, 0), 1), ((0, 3), 1)]:
            g.case(op, {"dim": dim}, {"x": uniform(*shape)}, lambda x: fn(x, dim))
        edges = {"large": values(1000, 999, -1000), "equal": values(2, 2, 2), "masked": values(-INF, 1, 2),
                 "nan": values(1, NAN, 2), "infinite": values(INF, 1, 2)}
        for note, edge in edges.items():
            g.case(op, {"dim": 0}, {"x": edge}, lambda x: fn(x, 0), note=note)


def classes(g):
    for n, c in ((1, 2), (17, 10), (3, 130), (5, 1)):
        g.case("cross_entropy", {}, {"x": uniform(n, c, low=-6, high=6), "labels": integers(n, high=c)}, F.cross_entropy)
        g.case("nll", {}, {"x": uniform(n, c, low=-6, high=0), "labels": integers(n, high=c)}, F.nll_loss)
    for note, logits in {"sure": (1000, 0, -1000, 0, 0, 1000), "equal": (3, 3, 3, 3, 3, 3),
                         "masked": (1, -INF, 2, -INF, 3, 0)}.items():
        g.case("cross_entropy", {}, {"x": values(*logits, shape=(2, 3)), "labels": values(0, 2, dtype=torch.int64)},
               F.cross_entropy, note=note)
    g.case("nll", {}, {"x": values(-1, -INF, -2, -INF, -3, -4, shape=(2, 3)), "labels": values(0, 1, dtype=torch.int64)},
           F.nll_loss, note="masked")


def elements(g):
    for shape in ((17,), (5, 3), (2, 3, 4), ()):
        g.case("mse", {}, {"x": uniform(*shape), "target": uniform(*shape)}, F.mse_loss)
        g.case("bce", {}, {"x": uniform(*shape, low=0.05, high=0.95), "target": uniform(*shape, low=0, high=1)},
               F.binary_cross_entropy, grads=("x",))
        g.case("bce_with_logits", {}, {"x": uniform(*shape, low=-6, high=6), "target": uniform(*shape, low=0, high=1)},
               F.binary_cross_entropy_with_logits)
    g.case("mse", {}, {"x": values(0, INF, 1), "target": values(0, 1, 1)}, F.mse_loss, note="infinite")
    # At 0 and 1 PyTorch holds the logarithm above -100. Where the value is held, its gradient is a convention of PyTorch's.
    g.case("bce", {}, {"x": values(0, 1, 0, 1), "target": values(0, 1, 1, 0)}, F.binary_cross_entropy, grads=False,
           note="held")
    g.case("bce_with_logits", {}, {"x": values(100, -100, 0, 1000), "target": values(0, 1, 1, 1)},
           F.binary_cross_entropy_with_logits, note="large")


def cases(g):
    softmax(g)
    classes(g)
    elements(g)
