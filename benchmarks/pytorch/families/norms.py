"""Layers that normalise, by their state dicts, in training and evaluation; embeddings and bilinear layers."""

from torch import nn
import torch.nn.functional as F

from golden import integers, uniform, values


def given(**attrs):
    """Those that are not None."""
    return {name: value for name, value in attrs.items() if value is not None}


def float64(g):
    """The functions in both types; modules are run in float32."""
    for shape in ((5, 9), (2, 3, 17), (1, 2, 5), (4, 3, 1)):
        c = shape[1]
        g.case("batch_norm", {"eps": 1e-5}, {"x": uniform(*shape), "weight": uniform(c), "bias": uniform(c)},
               lambda x, w, b: F.batch_norm(x, None, None, w, b, training=True, eps=1e-5))
        g.case("batch_norm", {"eps": 0.1}, {"x": uniform(*shape)},
               lambda x: F.batch_norm(x, None, None, training=True, eps=0.1))
    for shape, last in (((5, 9), (9,)), ((2, 3, 17), (17,)), ((2, 3, 5), (3, 5)), ((7,), (7,)), ((130, 3), (3,))):
        g.case("layer_norm", {"dims": len(last), "eps": 1e-5},
               {"x": uniform(*shape), "weight": uniform(*last), "bias": uniform(*last)},
               lambda x, w, b: F.layer_norm(x, last, w, b, 1e-5))
        g.case("layer_norm", {"dims": len(last), "eps": 0.1}, {"x": uniform(*shape), "weight": uniform(*last)},
               lambda x, w: F.layer_norm(x, last, w, None, 0.1))
        g.case("layer_norm", {"dims": len(last), "eps": 1e-5}, {"x": uniform(*shape)},
               lambda x: F.layer_norm(x, last))
    # The variance of rows that are all alike is 0, and eps alone is left.
    g.case("layer_norm", {"dims": 1, "eps": 1e-5}, {"x": values(2, 2, 2, -1, -1, -1, shape=(2, 3))},
           lambda x: F.layer_norm(x, (3,)), note="equal")


def cases(g):
    float64(g)
    for training in (False, True):
        for shape in ((5, 7), (17, 1), (4, 3, 5)):
            c = shape[1]
            for momentum in (0.1, 0.7, None):
                g.module("BatchNorm1d", {"features": c, **given(momentum=momentum), "affine": True, "track": True},
                         {"x": uniform(*shape)}, lambda: nn.BatchNorm1d(c, momentum=momentum), training=training,
                         note="training" if training else "")
            g.module("BatchNorm1d", {"features": c, "momentum": 0.1, "affine": False, "track": True},
                     {"x": uniform(*shape)}, lambda: nn.BatchNorm1d(c, affine=False), training=training,
                     note="training" if training else "")
            g.module("BatchNorm1d", {"features": c, "momentum": 0.1, "affine": True, "track": False},
                     {"x": uniform(*shape)}, lambda: nn.BatchNorm1d(c, track_running_stats=False), training=training,
                     note="training" if training else "")
        for shape in ((2, 3, 5, 4), (1, 1, 3, 3), (3, 4, 1, 1)):
            g.module("BatchNorm2d", {"features": shape[1]}, {"x": uniform(*shape)},
                     lambda: nn.BatchNorm2d(shape[1]), training=training, note="training" if training else "")
    for shape, last in (((3, 5), [5]), ((2, 3, 4), [3, 4]), ((2, 3, 17), [17])):
        g.module("LayerNorm", {"shape": last, "eps": 1e-5, "affine": True, "bias": True}, {"x": uniform(*shape)},
                 lambda: nn.LayerNorm(last))
        g.module("LayerNorm", {"shape": last, "eps": 1e-2, "affine": True, "bias": False}, {"x": uniform(*shape)},
                 lambda: nn.LayerNorm(last, eps=1e-2, bias=False))
        g.module("LayerNorm", {"shape": last, "eps": 1e-5, "affine": False, "bias": True}, {"x": uniform(*shape)},
                 lambda: nn.LayerNorm(last, elementwise_affine=False))
    for shape in ((5,), (2, 3), (2, 2, 4), (0,)):
        for padding in (None, 2, -1):
            g.module("Embedding", {"rows": 7, "columns": 3, **given(padding=padding)}, {"x": integers(*shape, high=7)},
                     lambda: nn.Embedding(7, 3, padding_idx=padding))
    for batch in ((4,), (2, 3)):
        for bias in (True, False):
            g.module("Bilinear", {"in1": 5, "in2": 3, "out": 2, "bias": bias},
                     {"x1": uniform(*batch, 5), "x2": uniform(*batch, 3)}, lambda: nn.Bilinear(5, 3, 2, bias=bias))
    for channels in (1, 3):
        g.module("PReLU", {"channels": channels}, {"x": uniform(4, 3, 5)}, lambda: nn.PReLU(channels))
    for shape in ((5, 9), (67, 3), (2, 3, 17)):
        c = shape[1]
        g.case("batch_norm_relu", {"eps": 1e-5}, {"x": uniform(*shape), "weight": uniform(c), "bias": uniform(c)},
               lambda x, w, b: F.relu(F.batch_norm(x, None, None, w, b, training=True, eps=1e-5)))
        g.case("batch_norm_relu", {"eps": 0.1},
               {"x": uniform(*shape), "weight": uniform(c), "bias": uniform(c), "residual": uniform(*shape)},
               lambda x, w, b, r: F.relu(F.batch_norm(x, None, None, w, b, training=True, eps=0.1) + r))
