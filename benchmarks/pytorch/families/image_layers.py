"""Transposed convolution, windows as columns, further pooling."""

import torch
from torch import nn
import torch.nn.functional as F

from golden import uniform


def transposed(g):
    def conv(shape, weight, bias=True, **options):
        rank = len(shape) - 2
        fn = (F.conv_transpose1d, F.conv_transpose2d)[rank - 1]
        inputs = {"x": uniform(*shape), "weight": uniform(*weight, low=-1, high=1)}
        if bias:
            inputs["bias"] = uniform(weight[1] * options.get("groups", 1))
        g.case(f"conv_transpose{rank}d", options, inputs, lambda x, w, b=None: fn(x, w, b, **options))

    conv((2, 3, 4, 5), (3, 2, 3, 3))
    conv((1, 2, 4, 3), (2, 3, 2, 3), bias=False, stride=2)
    conv((2, 4, 3, 3), (4, 3, 4, 4), stride=2, padding=1)
    conv((1, 3, 4, 4), (3, 2, 3, 3), stride=2, padding=1, output_padding=1)
    conv((1, 2, 3, 4), (2, 2, 2, 2), stride=3, output_padding=[2, 1])
    conv((1, 2, 3, 4), (2, 1, 2, 2), dilation=3, output_padding=2)
    conv((1, 2, 4, 3), (2, 3, 3, 2), dilation=2, padding=1)
    conv((1, 4, 3, 3), (4, 2, 3, 3), groups=2, stride=2)
    conv((2, 3, 3, 4), (3, 1, 2, 2), groups=3, stride=2, bias=False)
    conv((1, 17, 2, 2), (17, 5, 1, 1))
    conv((2, 3, 6), (3, 2, 4), stride=2, padding=1)
    conv((1, 2, 5), (2, 3, 3), stride=3, padding=2, output_padding=1, dilation=2)
    for name, make, shape in (("ConvTranspose1d", nn.ConvTranspose1d, (2, 3, 6)), ("ConvTranspose2d", nn.ConvTranspose2d, (2, 3, 3, 4))):
        g.module(name, {"in": 3, "out": 2, "kernel": 3}, {"x": uniform(*shape)}, lambda: make(3, 2, 3, stride=2))


def columns(g):
    for shape, kernel, options in (((2, 3, 5, 4), 3, {}), ((1, 2, 6, 5), [2, 3], {"stride": 2, "padding": [0, 1]}),
                                   ((1, 1, 7, 7), 2, {"dilation": 3, "padding": 1})):
        g.case("unfold", {"kernel": kernel, **options}, {"x": uniform(*shape)}, lambda x: F.unfold(x, kernel, **options))
        made = F.unfold(torch.zeros(shape), kernel, **options).shape
        g.case("fold", {"kernel": kernel, "size": list(shape[2:]), **options}, {"x": uniform(*made)},
               lambda x: F.fold(x, shape[2:], kernel, **options))


def pooling(g):
    for p in (1, 2, 3.5):
        g.case("lp_pool2d", {"p": p, "kernel": 2}, {"x": uniform(2, 3, 5, 6, low=0.1)}, lambda x: F.lp_pool2d(x, p, 2))
        g.case("lp_pool1d", {"p": p, "kernel": 3, "stride": 2, "ceil_mode": True}, {"x": uniform(2, 3, 8, low=0.1)},
               lambda x: F.lp_pool1d(x, p, 3, stride=2, ceil_mode=True))
    for shape in ((2, 3, 5), (2, 3, 4, 3), (1, 2, 3, 2, 2)):
        rank = len(shape) - 2
        avg = (F.adaptive_avg_pool1d, F.adaptive_avg_pool2d, F.adaptive_avg_pool3d)[rank - 1]
        largest = (F.adaptive_max_pool1d, F.adaptive_max_pool2d, F.adaptive_max_pool3d)[rank - 1]
        g.case("GlobalAvgPool", {}, {"x": uniform(*shape)}, lambda x: avg(x, 1))
        g.case("GlobalMaxPool", {}, {"x": uniform(*shape)}, lambda x: largest(x, 1))


def cases(g):
    transposed(g)
    columns(g)
    pooling(g)
