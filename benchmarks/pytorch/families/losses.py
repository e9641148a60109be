"""Losses of numbers with their reductions and options; those of classes are in class_losses."""

import torch
import torch.nn.functional as F

from golden import integers, uniform, values

INF = float("inf")
REDUCTIONS = ("mean", "sum", "none")
TYPES = {"mean": ("float32", "float64"), "sum": ("float64",), "none": ("float32",), "batchmean": ("float64",)}


def case(g, op, attrs, inputs, fn, **more):
    """Not every reduction in both types, which would only make the file large."""
    g.case(op, attrs, inputs, fn, **{"dtypes": TYPES[attrs["reduction"]], **more})


def signs(*shape):
    """-1 or 1, of the case's floating type."""
    whole = integers(*shape, low=0, high=2)
    return lambda generator, dtype: (whole(generator, dtype) * 2 - 1).to(dtype)


def distribution(*shape, dim=1, log=False):
    """Positive numbers that sum to 1 along a dimension."""
    raw = uniform(*shape)
    def make(generator, dtype):
        logs = F.log_softmax(raw(generator, torch.float64), dim)
        return (logs if log else logs.exp()).to(torch.float32).to(dtype)
    return make


def elements(g):
    fns = [
        ("mse", {}, F.mse_loss), ("l1", {}, F.l1_loss), ("huber", {"delta": 1}, F.huber_loss),
        ("huber", {"delta": 0.5}, lambda x, t, reduction: F.huber_loss(x, t, reduction=reduction, delta=0.5)),
        ("smooth_l1", {"beta": 1}, F.smooth_l1_loss),
        ("smooth_l1", {"beta": 0.3}, lambda x, t, reduction: F.smooth_l1_loss(x, t, reduction=reduction, beta=0.3)),
        ("smooth_l1", {"beta": 0}, lambda x, t, reduction: F.smooth_l1_loss(x, t, reduction=reduction, beta=0)),
    ]
    for op, attrs, fn in fns:
        for reduction in REDUCTIONS:
            for shape in ((17,), (2, 3, 4), ()):
                case(g, op, {**attrs, "reduction": reduction}, {"x": uniform(*shape), "target": uniform(*shape)},
                       lambda x, t: fn(x, t, reduction=reduction))
        case(g, op, {**attrs, "reduction": "none"},
               {"x": values(0, 1, -1, 0.5, 0.3, INF), "target": values(0, 0, 0, 0, 0, 0)},
               lambda x, t: fn(x, t, reduction="none"), grads=("x",), note="kinks")
    for reduction in REDUCTIONS + ("batchmean",):
        for log in (False, True):
            case(g, "kl_div", {"log_target": log, "reduction": reduction},
                   {"x": distribution(4, 5, log=True), "target": distribution(4, 5, log=log)},
                   lambda x, t: F.kl_div(x, t, reduction=reduction, log_target=log))
    case(g, "kl_div", {"log_target": False, "reduction": "sum"}, {"x": values(-2, 0, -1), "target": values(0, 0.5, 0)},
           lambda x, t: F.kl_div(x, t, reduction="sum"), grads=("x",), note="zeros")


def yes_and_no(g):
    for reduction in REDUCTIONS:
        for shape, weight in (((5, 3), None), ((5, 3), (3,)), ((2, 3, 4), (2, 1, 4)), ((7,), (1,))):
            p = uniform(*shape, low=0.05, high=0.95)
            x = uniform(*shape, low=-6, high=6)
            t = uniform(*shape, low=0, high=1)
            w = {} if weight is None else {"weight": uniform(*weight, low=0.1, high=2)}
            case(g, "bce", {"reduction": reduction}, {"x": p, "target": t, **w},
                   lambda x, t, w=None: F.binary_cross_entropy(x, t, w, reduction=reduction), grads=("x", "target"))
            case(g, "bce_with_logits", {"reduction": reduction}, {"x": x, "target": t, **w},
                   lambda x, t, w=None: F.binary_cross_entropy_with_logits(x, t, w, reduction=reduction),
                   grads=("x", "target"))
            pos = uniform(shape[-1], low=0.1, high=3)
            case(g, "bce_with_logits", {"reduction": reduction}, {"x": x, "target": t, **w, "pos_weight": pos},
                   lambda x, t, *ws: F.binary_cross_entropy_with_logits(x, t, *ws[:-1], pos_weight=ws[-1],
                                                                        reduction=reduction), grads=("x", "target"))
        case(g, "hinge_embedding", {"margin": 1, "reduction": reduction}, {"x": uniform(4, 5), "target": signs(4, 5)},
               lambda x, t: F.hinge_embedding_loss(x, t, 1, reduction=reduction), grads=("x",))
        case(g, "hinge_embedding", {"margin": 0.5, "reduction": reduction}, {"x": uniform(17), "target": signs(17)},
               lambda x, t: F.hinge_embedding_loss(x, t, 0.5, reduction=reduction), grads=("x",))
    case(g, "bce", {"reduction": "none"}, {"x": values(0, 1, 0, 1, 0.5), "target": values(0, 1, 1, 0, 0.5)},
           lambda x, t: F.binary_cross_entropy(x, t, reduction="none"), grads=("x",), note="certain",
           dtypes=("float32",))  # for float64, too, PyTorch holds by a number in float32
    case(g, "bce_with_logits", {"reduction": "none"},
           {"x": values(100, -100, 0, 1000), "target": values(0, 1, 1, 1), "pos_weight": values(2)},
           lambda x, t, p: F.binary_cross_entropy_with_logits(x, t, pos_weight=p, reduction="none"), grads=("x",),
           note="large")
    case(g, "hinge_embedding", {"margin": 1, "reduction": "none"}, {"x": values(1, 2, 0, -1), "target": values(-1, -1, -1, 1)},
           lambda x, t: F.hinge_embedding_loss(x, t, 1, reduction="none"), grads=("x",), note="kinks")


def triples(g):
    for reduction in REDUCTIONS:
        for margin in (0, 0.4):
            case(g, "margin_ranking", {"margin": margin, "reduction": reduction},
                   {"x1": uniform(17), "x2": uniform(17), "y": signs(17)},
                   lambda a, b, y: F.margin_ranking_loss(a, b, y, margin, reduction=reduction), grads=("x1", "x2"))
            case(g, "cosine_embedding", {"margin": margin, "reduction": reduction},
                   {"x1": uniform(5, 3), "x2": uniform(5, 3), "y": signs(5)},
                   lambda a, b, y: F.cosine_embedding_loss(a, b, y, margin, reduction=reduction), grads=("x1", "x2"))
        case(g, "cosine_embedding", {"margin": 0, "reduction": reduction},
               {"x1": uniform(4), "x2": uniform(4), "y": signs()},
               lambda a, b, y: F.cosine_embedding_loss(a, b, y, 0, reduction=reduction), grads=("x1", "x2"))
        for p in (1, 2, 3):
            for swap in (False, True):
                case(g, "triplet_margin", {"margin": 1, "p": p, "swap": swap, "reduction": reduction},
                       {"anchor": uniform(5, 4), "positive": uniform(5, 4), "negative": uniform(5, 4)},
                       lambda a, b, c: F.triplet_margin_loss(a, b, c, 1, p, swap=swap, reduction=reduction))
    case(g, "margin_ranking", {"margin": 0, "reduction": "none"},
           {"x1": values(1, 2, 3), "x2": values(1, 3, 2), "y": values(1, 1, 1)},
           lambda a, b, y: F.margin_ranking_loss(a, b, y, reduction="none"), grads=("x1", "x2"), note="kinks")


def cases(g):
    elements(g)
    yes_and_no(g)
    triples(g)
