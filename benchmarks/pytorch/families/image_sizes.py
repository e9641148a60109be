"""Images in other sizes: modes of padding, also of convolutions; interpolation; pixels as channels."""

from torch import nn
import torch.nn.functional as F

from golden import uniform


def padding(g):
    for mode in ("reflect", "replicate", "circular"):
        for shape, amounts in (((2, 3, 5), [2, 1]), ((1, 2, 4, 5), [1, 2, 3, 0]), ((1, 1, 3, 3, 4), [1, 1, 2, 0, 0, 1])):
            g.case("pad", {"mode": mode, "amounts": amounts}, {"x": uniform(*shape)}, lambda x: F.pad(x, amounts, mode=mode))
        g.case("conv2d", {"mode": mode, "padding": [1, 2]},
               {"x": uniform(2, 2, 4, 5), "weight": uniform(3, 2, 3, 3, low=-1, high=1), "bias": uniform(3)},
               lambda x, w, b: F.conv2d(F.pad(x, [2, 2, 1, 1], mode=mode), w, b))
        g.module("Conv2d", {"mode": mode}, {"x": uniform(1, 2, 5, 4)},
                 lambda: nn.Conv2d(2, 3, 3, padding=1, padding_mode=mode))
        g.module("Conv1d same", {"mode": mode}, {"x": uniform(1, 2, 7)},
                 lambda: nn.Conv1d(2, 3, 4, padding="same", padding_mode=mode))
    for amounts in ([1, 2], [0, 1, 2, 0], [-1, 2], [-1, -2, 1, 0]):
        for value in (0.0, -2.5):
            g.case("pad", {"value": value, "amounts": amounts}, {"x": uniform(2, 3, 5)}, lambda x: F.pad(x, amounts, value=value))


def resizing(g):
    for shape, size in (((1, 2, 3, 4), [6, 8]), ((1, 2, 5, 4), [7, 3]), ((2, 1, 3), [8]), ((1, 1, 2, 3, 2), [4, 5, 3]), ((1, 2, 4, 4), [1, 1])):
        g.case("interpolate", {"size": size, "mode": "nearest"}, {"x": uniform(*shape)},
               lambda x: F.interpolate(x, size=size, mode="nearest"))
        linear = {3: "linear", 4: "bilinear", 5: "trilinear"}[len(shape)]
        for align in (False, True):
            g.case("interpolate", {"size": size, "mode": "linear", "align": align}, {"x": uniform(*shape)},
                   lambda x: F.interpolate(x, size=size, mode=linear, align_corners=align))
    for scale in (2, 3, 1.7, 0.6):
        g.case("interpolate", {"scale": scale, "mode": "nearest"}, {"x": uniform(1, 2, 5, 7)},
               lambda x: F.interpolate(x, scale_factor=scale, mode="nearest"))
        for align in (False, True):
            g.case("interpolate", {"scale": scale, "mode": "linear", "align": align}, {"x": uniform(1, 2, 5, 7)},
                   lambda x: F.interpolate(x, scale_factor=scale, mode="bilinear", align_corners=align))
    g.case("pixel_shuffle", {"factor": 2}, {"x": uniform(2, 8, 3, 2)}, lambda x: F.pixel_shuffle(x, 2))
    g.case("pixel_shuffle", {"factor": 3}, {"x": uniform(9, 1, 2)}, lambda x: F.pixel_shuffle(x, 3))
    g.case("pixel_unshuffle", {"factor": 2}, {"x": uniform(1, 2, 4, 6)}, lambda x: F.pixel_unshuffle(x, 2))


def cases(g):
    padding(g)
    resizing(g)
