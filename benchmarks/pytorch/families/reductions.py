"""Folds over some dimensions or all."""

import torch

from golden import integers, uniform, values

INF = float("inf")
NAN = float("nan")

FOLDS = {"sum": torch.sum, "mean": torch.mean, "amax": torch.amax, "amin": torch.amin}

# shape, dimensions
PLACES = [((), ()), ((130,), ()), ((3, 5), (0,)), ((3, 5), (-1,)), ((17, 3, 4), (0, 2)), ((17, 3, 4), (1,)),
          ((2, 1, 3), ()), ((1, 7), (0,))]


def fold(g, op, fn, shape, dims, keep, dtypes, **more):
    attrs = {"dims": list(dims), "keepdim": keep}
    dim = dims or tuple(range(len(shape)))
    g.case(op, attrs, {"x": more.pop("x", uniform(*shape))}, lambda x: fn(x, dim, keep), dtypes=dtypes, **more)


def cases(g):
    for op, fn in FOLDS.items():
        for i, (shape, dims) in enumerate(PLACES):
            fold(g, op, fn, shape, dims, i % 3 == 1, ("float32",) if i % 2 else ("float64",))
        # Where the largest is NaN, PyTorch gives all elements the gradient NaN; here it goes to those that are NaN.
        fold(g, op, fn, (2, 3), (1,), False, ("float32", "float64"), x=values(1, NAN, 2, 3, 4, 5, shape=(2, 3)),
             note="nan", grads=op in ("sum", "mean"))
        fold(g, op, fn, (2, 3), (1,), False, ("float32", "float64"), x=values(INF, 1, 2, -INF, 4, 5, shape=(2, 3)),
             note="infinities")
        # Equal largest and smallest elements share the gradient.
        fold(g, op, fn, (2, 3), (1,), True, ("float32", "float64"), x=values(2, 2, 1, 0.0, -0.0, 0, shape=(2, 3)),
             note="ties")
    for op, fn in (("sum", torch.sum), ("mean", torch.mean)):
        fold(g, op, fn, (0, 3), (0,), False, ("float32", "float64"))
        fold(g, op, fn, (2, 0), (), True, ("float32", "float64"))
    for dtype in (torch.int32, torch.int64, torch.uint8, torch.bool):
        fold(g, "sum", torch.sum, (3, 17), (1,), False, ("float32",),
             x=integers(3, 17, high=2 if dtype == torch.bool else 100, dtype=dtype), note=f"of {dtype}"[9:])
    for shape, dims, correction, keep in [((130,), (), 1, False), ((5, 7), (0,), 1, True), ((4, 3, 5), (0, 2), 0, True),
                                          ((2, 3), (1,), 2, False), ((3, 2), (), 0, True)]:
        g.case("var", {"dims": list(dims), "keepdim": keep, "correction": correction}, {"x": uniform(*shape)},
               lambda x: torch.var(x, dims or tuple(range(len(shape))), correction=correction, keepdim=keep))
    for op, fn in (("argmax", torch.argmax), ("argmin", torch.argmin)):
        for shape, dim in [((130,), 0), ((5, 7), 0), ((3, 4, 5), 1), ((2, 1), -1)]:
            g.case(op, {"dim": dim}, {"x": uniform(*shape)}, lambda x: fn(x, dim), grads=False)
        g.case(op, {"dim": 0}, {"x": values(1, 3, 3, 1)}, lambda x: fn(x, 0), grads=False, note="ties")
        g.case(op, {"dim": 0}, {"x": values(1, NAN, INF, NAN)}, lambda x: fn(x, 0), grads=False, note="nan")
        g.case(op, {"dim": 1}, {"x": integers(3, 9, high=4)}, lambda x: fn(x, 1), dtypes=("float32",), note="of int64")
    for shape, target in [((3, 5), (5,)), ((3, 5), (3, 1)), ((2, 3, 4), (1, 4)), ((4,), ())]:
        g.case("sum_to", {"shape": list(target)}, {"x": uniform(*shape)}, lambda x: x.sum_to_size(target))
