"""Losses of classes with their reductions and options. The plain means are in softmax_losses."""

import torch
import torch.nn.functional as F

from families.losses import INF, REDUCTIONS, case, distribution
from golden import integers, uniform, values


def cases(g):
    shapes = (((5, 7), (5,)), ((3, 4, 2, 3), (3, 2, 3)), ((6,), ()))
    for reduction in REDUCTIONS:
        for shape, labels in shapes:
            c = shape[1] if len(shape) > 1 else shape[0]
            y = integers(*labels, high=c)
            w = uniform(c, low=0.2, high=2)
            # In mean all may be ignored, and the result is NaN.
            for weighted in (False, True):
                for ignore in (None, 1):
                    attrs = {"reduction": reduction, **({} if ignore is None else {"ignore": ignore})}
                    extra = {"weight": w} if weighted else {}
                    index = -100 if ignore is None else ignore
                    case(g, "nll", attrs, {"x": uniform(*shape, low=-6, high=0), "labels": y, **extra},
                           lambda x, y, w=None: F.nll_loss(x, y, w, ignore_index=index, reduction=reduction), grads=("x",))
                    for smoothing in (0, 0.2):
                        case(g, "cross_entropy", {**attrs, "smoothing": smoothing},
                               {"x": uniform(*shape), "labels": y, **extra},
                               lambda x, y, w=None: F.cross_entropy(x, y, w, ignore_index=index, reduction=reduction,
                                                                    label_smoothing=smoothing), grads=("x",))
            for smoothing in (0, 0.2):
                p = distribution(*shape, dim=1 if len(shape) > 1 else 0)
                for extra in ({}, {"weight": w}):
                    case(g, "cross_entropy", {"reduction": reduction, "smoothing": smoothing},
                           {"x": uniform(*shape), "probabilities": p, **extra},
                           lambda x, t, w=None: F.cross_entropy(x, t, w, reduction=reduction, label_smoothing=smoothing),
                           grads=("x", "probabilities"))
        case(g, "cross_entropy", {"reduction": reduction, "ignore": -100, "smoothing": 0},
               {"x": uniform(4, 3), "labels": values(-100, 2, -100, 0, dtype=torch.int64)},
               lambda x, y: F.cross_entropy(x, y, reduction=reduction), note="no class")
        for p, margin in ((1, 1), (2, 0.5)):
            for extra in ({}, {"weight": uniform(7, low=0.2, high=2)}):
                case(g, "multi_margin", {"p": p, "margin": margin, "reduction": reduction},
                       {"x": uniform(5, 7), "labels": integers(5, high=7), **extra},
                       lambda x, y, w=None: F.multi_margin_loss(x, y, p, margin, w, reduction=reduction), grads=("x",))
    case(g, "cross_entropy", {"reduction": "mean", "ignore": 2, "smoothing": 0},
           {"x": uniform(2, 3), "labels": values(2, 2, dtype=torch.int64)},
           lambda x, y: F.cross_entropy(x, y, ignore_index=2), grads=False, note="all ignored")
    case(g, "cross_entropy", {"reduction": "none", "ignore": -100, "smoothing": 0},
           {"x": values(1, -INF, 2, -INF, 3, 0, shape=(2, 3)), "labels": values(0, -100, dtype=torch.int64)},
           lambda x, y: F.cross_entropy(x, y, reduction="none"), note="masked")
    case(g, "multi_margin", {"p": 1, "margin": 1, "reduction": "none"},
           {"x": values(1, 2, 0, 1, 0, 0, shape=(2, 3)), "labels": values(1, 0, dtype=torch.int64)},
           lambda x, y: F.multi_margin_loss(x, y, reduction="none"), note="kinks")
