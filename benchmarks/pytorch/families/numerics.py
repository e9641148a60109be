"""Rounding, bounds, remainders, other bases, interpolation, tests for what is not finite.

Not here: an integer divided by zero, which PyTorch refuses.
"""

import torch

from golden import integers, uniform, values

INF = float("inf")
NAN = float("nan")
ONE = ("float32",)
SHAPES = ((), (17,), (2, 5, 3), (3, 0))
SPECIAL = values(0.0, -0.0, 0.5, 1.5, 2.5, -0.5, -2.5, 1, -1, INF, -INF, NAN)

UNARY = {
    "round": torch.round, "trunc": torch.trunc, "expm1": torch.expm1, "exp2": torch.exp2,
    "clamp_min": lambda x: x.clamp(min=0.5), "clamp_max": lambda x: x.clamp(max=0.5), "clip": lambda x: x.clip(-1, 0.5),
    "round_2": lambda x: x.round(decimals=2), "tan": torch.tan,
    "nan_to_num": torch.nan_to_num, "nan_to_num_values": lambda x: x.nan_to_num(1, 2, 3),
    "remainder_value": lambda x: x.remainder(0.75), "floor_divide_value": lambda x: x.floor_divide(-0.75),
}
POSITIVE = {"reciprocal": torch.reciprocal, "log2": torch.log2, "log10": torch.log10}
# PyTorch gives floor_divide no gradient; here it is 0.
NO_GRADIENT = ("floor_divide_value",)


def unary(g):
    for op, fn in UNARY.items():
        for shape in SHAPES:
            g.case(op, {}, {"x": uniform(*shape, low=-1.5, high=1.5)}, fn, grads=op not in NO_GRADIENT)
        if op not in ("tan", "round_2"):
            g.case(op, {}, {"x": SPECIAL}, fn, note="special", grads=False)
    for op, fn in POSITIVE.items():
        for shape in SHAPES:
            g.case(op, {}, {"x": uniform(*shape, low=0.2, high=5)}, fn)
        g.case(op, {}, {"x": SPECIAL}, fn, note="special", grads=False)
    for op in ("isinf", "isfinite"):
        g.case(op, {}, {"x": SPECIAL}, getattr(torch, op), grads=False)
    for dtype in (torch.int32, torch.int64):
        x = {"x": integers(4, 5, low=-9, dtype=dtype)}
        for op in ("clamp_min", "clip", "remainder_value", "expm1", "exp2"):
            g.case(op, {}, x, UNARY[op], dtypes=ONE, note=str(dtype))


def binary(g):
    for a, b in (((4, 5), (5,)), ((3, 1), (1, 4)), ((), (7,)), ((0, 2), (2,))):
        pair = {"a": uniform(*a, low=-9, high=9), "b": uniform(*b, low=0.5, high=3)}
        g.case("remainder", {}, pair, torch.remainder)
        g.case("floor_divide", {}, pair, torch.floor_divide, grads=False)
        g.case("lerp", {"weight": 0.3}, pair, lambda a, b: torch.lerp(a, b, 0.3))
        g.case("lerp", {"weight": 1.7}, pair, lambda a, b: torch.lerp(a, b, 1.7))
        g.case("lerp_tensor", {}, {**pair, "weight": uniform(*b, low=-0.5, high=1.5)}, torch.lerp)
        g.case("isclose", {}, {"a": integers(*a, high=3), "b": integers(*b, high=3)},
               lambda a, b: torch.isclose(a, b, rtol=0.5, atol=0.25), dtypes=ONE)
    signs = {"a": values(7, -7, 7, -7, 6, -6, 5, -5, 1e-8), "b": values(3, 3, -3, -3, 3, 3, INF, INF, 3)}
    g.case("remainder", {}, signs, torch.remainder, note="signs", grads=["a"])
    g.case("floor_divide", {}, signs, torch.floor_divide, note="signs", grads=False)
    for dtype in (torch.int32, torch.int64, torch.uint8):
        low = 0 if dtype == torch.uint8 else -9
        whole = {"a": integers(4, 5, low=low, dtype=dtype), "b": values(1, 2, 3, 4, 5, dtype=dtype)}
        g.case("remainder", {}, whole, torch.remainder, dtypes=ONE, note=str(dtype))
        g.case("floor_divide", {}, whole, torch.floor_divide, dtypes=ONE, note=str(dtype))
    some = {"a": values(1, 1, 100, INF, INF, NAN, 0), "b": values(1.0009, 1.01, 100.05, INF, -INF, NAN, 1e-9)}
    g.case("isclose", {}, some, lambda a, b: torch.isclose(a, b, rtol=0.5, atol=0.25), note="special", grads=False)


def made(g):
    for start, end, steps in ((0, 1, 5), (-3, 7, 100), (5, -5, 11), (2, 3, 1), (0, 1, 0)):
        g.case("linspace", {"start": start, "end": end, "steps": steps}, {},
               lambda: torch.linspace(start, end, steps), dtypes=ONE)
    for n, m in ((3, 3), (2, 4), (4, 2), (0, 2)):
        g.case("eye", {"n": n, "m": m}, {}, lambda: torch.eye(n, m), dtypes=ONE)
    for start, end, step in ((0, 10, 3), (10, 0, -3), (5, 5, 1)):
        g.case("arange", {"start": start, "end": end, "step": step}, {}, lambda: torch.arange(start, end, step), dtypes=ONE)


def cases(g):
    unary(g)
    binary(g)
    made(g)
