"""Convolutions and pooling: strides, padding, dilation, groups, odd sizes; ties and NaN of the largest."""

from torch import nn
import torch.nn.functional as F

from golden import uniform, values

INF = float("inf")
NAN = float("nan")


def conv(g, shape, weight, bias=True, **options):
    rank = len(shape) - 2
    fn = (F.conv1d, F.conv2d, F.conv3d)[rank - 1]
    inputs = {"x": uniform(*shape), "weight": uniform(*weight, low=-1, high=1)}
    if bias:
        inputs["bias"] = uniform(weight[0])
    g.case(f"conv{rank}d", options, inputs, lambda x, w, b=None: fn(x, w, b, **options))


def convolutions(g):
    conv(g, (2, 1, 7, 6), (3, 1, 3, 3))
    conv(g, (1, 2, 5, 4), (17, 2, 3, 2), bias=False)
    conv(g, (2, 3, 7, 7), (4, 3, 3, 3), stride=2, padding=1)
    conv(g, (1, 3, 9, 8), (2, 3, 3, 2), stride=[2, 3], padding=[0, 1])
    conv(g, (1, 2, 9, 7), (3, 2, 3, 3), dilation=2, padding=2)
    conv(g, (1, 2, 8, 9), (3, 2, 2, 3), dilation=[3, 2], stride=2, bias=False)
    conv(g, (1, 6, 5, 4), (4, 3, 2, 2), groups=2)
    conv(g, (2, 5, 4, 5), (10, 1, 3, 3), groups=5, padding=1)
    conv(g, (1, 2, 5, 6), (3, 2, 2, 3), padding="same")
    conv(g, (1, 1, 6, 6), (2, 1, 4, 3), padding="same", dilation=2)
    conv(g, (1, 9, 4, 3), (17, 9, 1, 1))
    conv(g, (2, 4, 5, 5), (5, 4, 1, 1), stride=2)
    conv(g, (1, 1, 3, 3), (1, 1, 3, 3))
    conv(g, (1, 1, 2, 2), (1, 1, 2, 2), padding=2)
    conv(g, (3, 2, 4), (4, 2, 3))
    conv(g, (1, 3, 11), (2, 3, 4), stride=3, padding=2, dilation=2)
    conv(g, (1, 4, 7), (6, 2, 3), groups=2, padding="same")
    conv(g, (1, 2, 3, 4, 5), (3, 2, 2, 3, 2), padding=1)
    conv(g, (1, 2, 5, 4, 3), (2, 1, 3, 2, 1), stride=[2, 1, 1], groups=2, bias=False)


def pool(g, op, shape, kernel, note="", given=None, **options):
    rank = int(op[-2])
    fn = getattr(F, op)
    words = {"divisor_override": "divisor"}
    attrs = {"kernel": kernel, **{words.get(k, k): v for k, v in options.items()}}
    g.case(op, attrs, {"x": given or uniform(*shape)}, lambda x: fn(x, kernel, **options), note=note)


def pooling(g):
    for op in ("max_pool", "avg_pool"):
        pool(g, op + "2d", (2, 3, 6, 5), 2)
        pool(g, op + "2d", (1, 5, 7, 7), 3, stride=2, padding=1)
        pool(g, op + "2d", (1, 2, 6, 8), [2, 3], stride=[1, 2])
        pool(g, op + "2d", (1, 2, 5, 5), 2, ceil_mode=True)
        pool(g, op + "2d", (1, 2, 6, 7), 3, stride=2, padding=1, ceil_mode=True)
        pool(g, op + "2d", (1, 1, 5, 4), 4, stride=1, padding=2)
        pool(g, op + "1d", (2, 3, 9), 2)
        pool(g, op + "1d", (1, 2, 10), 3, stride=2, padding=1, ceil_mode=True)
        pool(g, op + "3d", (1, 2, 4, 5, 3), 2, stride=1)
    pool(g, "max_pool2d", (1, 2, 9, 9), 3, dilation=2, stride=2, padding=1)
    pool(g, "max_pool2d", (1, 1, 8, 7), 2, dilation=[3, 2], ceil_mode=True)
    pool(g, "max_pool2d", (1, 1, 4, 4), 2, given=values(*[1] * 16, shape=(1, 1, 4, 4)), note="equal")
    pool(g, "max_pool2d", (1, 1, 4, 4), 2, stride=1, given=values(*[1] * 16, shape=(1, 1, 4, 4)), note="equal")
    pool(g, "max_pool1d", (1, 1, 8), 4, given=values(1, NAN, 5, NAN, -INF, -INF, -INF, -INF, shape=(1, 1, 8)),
         note="not finite")
    pool(g, "avg_pool2d", (1, 2, 6, 7), 3, stride=2, padding=1, ceil_mode=True, count_include_pad=False)
    pool(g, "avg_pool2d", (1, 2, 5, 5), 3, padding=1, count_include_pad=False)
    pool(g, "avg_pool2d", (1, 2, 5, 5), 3, padding=1, divisor_override=5)


def adaptive(g):
    for shape, size in (((2, 3, 6, 6), [3, 2]), ((1, 2, 7, 5), [3, 2]), ((1, 2, 5, 7), [1, 1]), ((1, 1, 3, 2), [5, 3])):
        for kind, fn in (("avg", F.adaptive_avg_pool2d), ("max", F.adaptive_max_pool2d)):
            g.case(f"adaptive_{kind}_pool2d", {"size": size}, {"x": uniform(*shape)}, lambda x: fn(x, size))
    g.case("adaptive_avg_pool1d", {"size": 3}, {"x": uniform(2, 2, 7)}, lambda x: F.adaptive_avg_pool1d(x, 3))
    g.case("adaptive_max_pool1d", {"size": 3}, {"x": uniform(2, 2, 7)}, lambda x: F.adaptive_max_pool1d(x, 3))


def layers(g):
    g.module("Conv2d", {"in": 2, "out": 5, "kernel": 3}, {"x": uniform(2, 2, 6, 7)}, lambda: nn.Conv2d(2, 5, 3))
    g.module("Conv1d", {"in": 2, "out": 3, "kernel": 4}, {"x": uniform(2, 2, 9)}, lambda: nn.Conv1d(2, 3, 4))
    g.module("Conv3d", {"in": 1, "out": 2, "kernel": 2}, {"x": uniform(1, 1, 3, 4, 3)}, lambda: nn.Conv3d(1, 2, 2))


def cases(g):
    convolutions(g)
    pooling(g)
    adaptive(g)
    layers(g)
