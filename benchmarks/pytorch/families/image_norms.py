"""Norms of images and further ones, in training and evaluation; weight norm; channel dropout in evaluation."""

import torch
from torch import nn
import torch.nn.functional as F

from golden import uniform


def given(**attrs):
    """Those that say something."""
    return {name: value for name, value in attrs.items() if value is not None}


def cases(g):
    for training in (False, True):
        note = "training" if training else ""
        g.module("BatchNorm3d", {"features": 3}, {"x": uniform(2, 3, 2, 3, 2)}, lambda: nn.BatchNorm3d(3), training=training,
                 note=note)
        for affine in (False, True):
            for track in (False, True):
                for shape in ((2, 3, 5), (3, 7)):
                    c = shape[-2]
                    g.module("InstanceNorm1d", {"features": c, "affine": affine, "track": track}, {"x": uniform(*shape)},
                             lambda: nn.InstanceNorm1d(c, affine=affine, track_running_stats=track), training=training, note=note)
                g.module("InstanceNorm2d", {"features": 2, "affine": affine, "track": track}, {"x": uniform(2, 2, 3, 4)},
                         lambda: nn.InstanceNorm2d(2, affine=affine, track_running_stats=track), training=training, note=note)
    for shape, groups in (((2, 6, 3, 4), 3), ((3, 6), 2), ((2, 4, 5), 1), ((1, 3, 2, 2, 3), 3)):
        g.module("GroupNorm", {"groups": groups, "channels": shape[1], "affine": True}, {"x": uniform(*shape)},
                 lambda: nn.GroupNorm(groups, shape[1]))
        g.module("GroupNorm", {"groups": groups, "channels": shape[1], "affine": False}, {"x": uniform(*shape)},
                 lambda: nn.GroupNorm(groups, shape[1], affine=False))
    for shape, last in (((3, 5), [5]), ((2, 3, 17), [17]), ((2, 3, 4), [3, 4]), ((2, 130), [130])):
        for eps in (None, 1e-2):
            g.module("RMSNorm", {"shape": last, "affine": True, **given(eps=eps)}, {"x": uniform(*shape)},
                     lambda: nn.RMSNorm(last, eps=eps))
        g.module("RMSNorm", {"shape": last, "affine": False}, {"x": uniform(*shape)},
                 lambda: nn.RMSNorm(last, elementwise_affine=False))
        g.case("rms_norm", {"dims": len(last), "eps": 1e-6}, {"x": uniform(*shape), "weight": uniform(*last)},
               lambda x, w: F.rms_norm(x, last, w, 1e-6))
    weight_norm = torch.nn.utils.weight_norm
    g.module("WeightNorm", {"of": "Linear"}, {"x": uniform(4, 5)}, lambda: weight_norm(nn.Linear(5, 3)))
    g.module("WeightNorm", {"of": "Conv2d"}, {"x": uniform(2, 2, 5, 4)}, lambda: weight_norm(nn.Conv2d(2, 3, 3, bias=False)))
    g.module("WeightNorm", {"of": "ConvTranspose2d"}, {"x": uniform(2, 2, 3, 4)},
             lambda: weight_norm(nn.ConvTranspose2d(2, 3, 2)))
    for name in ("Dropout2d", "AlphaDropout"):
        g.module(name, {"p": 0.3}, {"x": uniform(2, 3, 2, 2)}, lambda: getattr(nn, name)(0.3))
