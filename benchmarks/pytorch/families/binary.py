"""Functions of two or three elements: arithmetic, comparisons, choices; broadcasting, mixed types, ties."""

import operator

import torch

from golden import integers, uniform, values

INF = float("inf")
NAN = float("nan")

ARITHMETIC = {"add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": torch.div, "pow": torch.pow,
              "maximum": torch.maximum, "minimum": torch.minimum}
COMPARISONS = {"eq": torch.eq, "ne": torch.ne, "lt": torch.lt, "le": torch.le, "gt": torch.gt, "ge": torch.ge}

# Broadcast on either side, with ones, without dimensions, empty, past a vector's width.
SHAPES = {
    "float32": [((130,), (130,)), ((5, 17), (17,)), ((), (3, 3))],
    "float64": [((3, 1, 4), (2, 1)), ((1, 7), (7, 1)), ((3, 0), (1,))],
}

MIXED = [(torch.int32, torch.float32), (torch.float64, torch.float32), (torch.int64, torch.int32),
         (torch.uint8, torch.int32), (torch.uint8, torch.int64), (torch.int64, torch.float64)]


def typed(dtype, *shape, low=1, high=5):
    """Small numbers of a type of their own."""
    if dtype.is_floating_point:
        return lambda generator, _: uniform(*shape, low=low, high=high)(generator, dtype)
    return integers(*shape, low=low, high=high, dtype=dtype)


def bools(*shape):
    return lambda generator, _: torch.from_numpy(generator.random(shape) < 0.5)


def pairs(g, op, fn, low, high, grads):
    for dtype, shapes in SHAPES.items():
        for a, b in shapes:
            g.case(op, {}, {"a": uniform(*a, low=low, high=high), "b": uniform(*b, low=low, high=high)}, fn,
                   grads=grads, dtypes=(dtype,))


def arithmetic(g):
    for op, fn in ARITHMETIC.items():
        pairs(g, op, fn, *((0.3, 3) if op in ("pow", "div") else (-3, 3)), grads=True)
        for a, b in MIXED:
            # PyTorch raises integers to integers; here such powers are float32.
            if op == "pow" and not (a.is_floating_point or b.is_floating_point):
                continue
            g.case(op, {}, {"a": typed(a, 3, 4), "b": typed(b, 4)}, fn, dtypes=("float32",),
                   note=f"{a} and {b}".replace("torch.", ""))
    for op in ("maximum", "minimum"):
        g.case(op, {}, {"a": values(1, 2, 0, -0.0), "b": values(1, 3, -0.0, 0)}, ARITHMETIC[op], note="ties")
        g.case(op, {}, {"a": values(NAN, 1, NAN, 2), "b": values(1, NAN, NAN, 3)}, ARITHMETIC[op], note="nan",
               grads=False)
        g.case(op, {}, {"a": values(INF, -INF, INF), "b": values(1, 1, -INF)}, ARITHMETIC[op], note="infinities")
    g.case("div", {}, {"a": values(1, -1, 0), "b": values(0.0, 0.0, 0.0)}, torch.div, note="by zero")
    g.case("div", {}, {"a": values(1, INF), "b": values(INF, 2)}, torch.div, note="infinities")
    g.case("pow", {}, {"a": values(-2, -2, 0, 3), "b": values(3, 2, 2, 0)}, torch.pow, note="whole", grads=("a",))
    g.case("pow", {}, {"a": values(0, 0, 2), "b": values(0, 1, 0)}, torch.pow, note="zeros")
    g.case("pow", {}, {"a": values(-2, -0.5), "b": values(0.5, -1.5)}, torch.pow, note="of negatives", grads=False)


def comparisons(g):
    for op, fn in COMPARISONS.items():
        g.case(op, {}, {"a": integers(5, 17, high=3), "b": integers(17, high=3)}, fn, dtypes=("float32",))
        g.case(op, {}, {"a": values(0.0, NAN, 1, INF, -INF, 2), "b": values(-0.0, NAN, NAN, INF, INF, 2.5)}, fn,
               grads=False, note="edges")
        g.case(op, {}, {"a": typed(torch.int32, 3, 4), "b": typed(torch.float64, 4)}, fn, grads=False,
               dtypes=("float32",), note="mixed types")
        g.case(op + "_value", {"value": 0.5}, {"x": values(0.5, -1, 3, NAN, INF)},
               lambda x, fn=fn: fn(x, 0.5), grads=False)


def with_numbers(g):
    for op, fn in {"add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv}.items():
        for value in (2, -0.75):
            g.case(op + "_value", {"value": value}, {"x": uniform(3, 17)}, lambda x, fn=fn, v=value: fn(x, v))
            g.case(op + "_value", {"value": value}, {"x": integers(3, 5)}, lambda x, fn=fn, v=value: fn(x, v),
                   dtypes=("float32",), note="of int64")


def choices(g):
    for dtype, condition, a, b in [("float32", (130,), (130,), (130,)), ("float32", (3, 1), (3,), ()),
                                   ("float64", (2, 1, 4), (5, 1), (1,)), ("float64", (0, 3), (3,), (3,))]:
        g.case("where", {}, {"condition": bools(*condition), "a": uniform(*a), "b": uniform(*b)}, torch.where,
               dtypes=(dtype,))
    # A NaN that is not chosen has no influence, not even on the gradient.
    g.case("where", {}, {"condition": values(1, 0, dtype=torch.bool), "a": values(1, NAN), "b": values(INF, 2)},
           torch.where, note="beside nan")
    for op, fn in {"logical_and": torch.logical_and, "logical_or": torch.logical_or}.items():
        g.case(op, {}, {"a": bools(4, 5), "b": bools(5)}, fn, dtypes=("float32",))
    g.case("logical_not", {}, {"x": bools(17)}, torch.logical_not, dtypes=("float32",))
    g.case("isnan", {}, {"x": values(NAN, INF, 0, 1)}, torch.isnan, grads=False)


def conversions(g):
    types = (torch.float32, torch.float64, torch.int32, torch.int64, torch.uint8, torch.bool)
    for source in types:
        for target in types:
            if source == target:
                continue
            given = bools(7) if source == torch.bool else typed(source, 7, low=0, high=4)
            g.case("to", {"dtype": str(target).removeprefix("torch.")}, {"x": given},
                   lambda x, t=target: x.to(t), grads=target.is_floating_point, dtypes=("float32",),
                   note="from " + str(source).removeprefix("torch."))


def cases(g):
    arithmetic(g)
    comparisons(g)
    with_numbers(g)
    choices(g)
    conversions(g)
