"""Elements chosen and put by index or mask; sorting; running folds.

Not here: sources larger than the index, of which PyTorch has no gradient; scatter where an index repeats, and its gradient there, which PyTorch leaves open; gradients of cumprod's gradient.
"""

import torch

from golden import integers, uniform, values

ONE = ("float32",)
INF = float("inf")
NAN = float("nan")


def index(g):
    for shape, by, dim, bound in (((5,), (7,), 0, 5), ((3, 4), (3, 2), 1, 4), ((3, 4), (2, 3), 0, 3),
                                  ((2, 3, 4), (2, 5, 4), 1, 3), ((2, 3, 4), (1, 2, 3), -1, 4), ((3, 4), (0, 4), 0, 3)):
        inputs = {"x": uniform(*shape), "index": integers(*by, high=bound)}
        g.case("gather", {"dim": dim}, inputs, lambda x, i: x.gather(dim, i))
        both = {"x": uniform(*shape), "index": integers(*by, high=bound), "source": uniform(*by)}
        g.case("scatter_add", {"dim": dim}, both, lambda x, i, s: x.scatter_add(dim, i, s))
        g.case("scatter_value", {"dim": dim}, inputs, lambda x, i: x.scatter(dim, i, 2.5))
    for shape, numbers, by, dim in (((4,), (2, 0), (2,), 0), ((2, 4), (3, 1, 0, 2), (2, 2), 1),
                                    ((3, 2), (2, 0, 0, 1), (2, 2), 0)):
        inputs = {"x": uniform(*shape), "index": values(*numbers, shape=by, dtype=torch.int64), "source": uniform(*by)}
        g.case("scatter", {"dim": dim}, inputs, lambda x, i, s: x.scatter(dim, i, s))
    for dim, n in ((0, 3), (1, 4), (-1, 5)):
        for count in (0, 1, 7):
            g.case("index_select", {"dim": dim}, {"x": uniform(3, 4, 5), "index": integers(count, high=n)},
                   lambda x, i: x.index_select(dim, i))
    g.case("take_along_dim", {"dim": 1}, {"x": uniform(1, 4, 3), "index": integers(2, 5, 1, high=4)},
           lambda x, i: torch.take_along_dim(x, i, 1))


def masks(g):
    for shape, mask in (((3, 4), (3, 4)), ((3, 4), (4,)), ((3, 4), (3, 1)), ((3, 1), (1, 4)), ((), ()), ((0, 2), (2,))):
        inputs = {"x": uniform(*shape), "mask": integers(*mask, high=2, dtype=torch.bool)}
        g.case("masked_fill", {"value": -1.5}, inputs, lambda x, m: x.masked_fill(m, -1.5))
        g.case("masked_select", {}, inputs, lambda x, m: x.masked_select(m))
        g.case("where_else", {"value": 7}, inputs, lambda x, m: torch.where(m, x, 7))
        g.case("where_then", {"value": 0.5}, inputs, lambda x, m: torch.where(m, 0.5, x))
    for dtype in (torch.int32, torch.int64, torch.uint8):
        inputs = {"x": integers(3, 4, dtype=dtype), "mask": integers(3, 4, high=2, dtype=torch.bool)}
        g.case("where_else", {"value": 7}, inputs, lambda x, m: torch.where(m, x, 7), dtypes=ONE, note=str(dtype))
        g.case("where_then", {"value": 0.5}, inputs, lambda x, m: torch.where(m, 0.5, x), dtypes=ONE, note=str(dtype))
        g.case("masked_fill", {"value": 3}, inputs, lambda x, m: x.masked_fill(m, 3), dtypes=ONE, note=str(dtype))


def sorting(g):
    for shape, dim in (((9,), 0), ((4, 5), 0), ((4, 5), -1), ((2, 3, 4), 1), ((3, 0), 1), ((3, 1), 1)):
        for descending in (False, True):
            attrs = {"dim": dim, "descending": descending}
            g.case("sort", attrs, {"x": uniform(*shape)},
                   lambda x: x.sort(dim=dim, descending=descending, stable=True))
            ints = {"x": integers(*shape, high=4)}
            g.case("sort", attrs, ints, lambda x: x.sort(dim=dim, descending=descending, stable=True), dtypes=ONE,
                   note="ties")
            g.case("argsort", attrs, ints, lambda x: x.argsort(dim=dim, descending=descending, stable=True), dtypes=ONE)
            k = min(2, shape[dim])
            g.case("topk", {"k": k, "dim": dim, "largest": descending}, {"x": uniform(*shape)},
                   lambda x: x.topk(k, dim, descending))
        for op in ("cumsum", "cumprod", "cummax", "cummin"):
            g.case(op, {"dim": dim}, {"x": uniform(*shape)}, lambda x: getattr(x, op)(dim))
            g.case(op, {"dim": dim}, {"x": integers(*shape, low=-2, high=3, dtype=torch.int32)},
                   lambda x: getattr(x, op)(dim), dtypes=ONE, note="ties")
    special = {"x": values(1, NAN, -0.0, INF, 0, -INF)}
    g.case("sort", {"dim": 0, "descending": False}, special, lambda x: x.sort(stable=True), note="special", grads=False)
    for op in ("cummax", "cummin"):
        g.case(op, {"dim": 0}, {"x": values(2, 3, 3, NAN, 5, NAN, 1)}, lambda x: getattr(x, op)(0), note="NaN")
    for zeros in ((2, 0, 3, 4), (0, 2, 0, 3), (0, 0, 0, 0), (3, 4, 5, 0)):
        g.case("cumprod", {"dim": 0}, {"x": values(*zeros)}, lambda x: x.cumprod(0), note=f"zeros {zeros}")


def cases(g):
    index(g)
    masks(g)
    sorting(g)
