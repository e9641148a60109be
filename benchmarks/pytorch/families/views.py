"""Other shapes, orders and parts of the same elements; joining; choosing rows."""

import torch
import torch.nn.functional as F

from golden import integers, uniform, values

X = {"x": uniform(3, 4, 5)}


def shapes(g):
    for shape in ((12, 5), (3, -1), (60,), (5, 4, 3), (1, 3, 2, 2, 5)):
        g.case("reshape", {"shape": list(shape)}, X, lambda x: x.reshape(shape))
    g.case("reshape", {"shape": [0, 7]}, {"x": uniform(3, 0)}, lambda x: x.reshape(0, 7))
    g.case("reshape", {"shape": [1, 1]}, {"x": uniform()}, lambda x: x.reshape(1, 1))
    for start, end in ((0, -1), (1, 2), (0, 1), (2, 2)):
        g.case("flatten", {"start": start, "end": end}, X, lambda x: x.flatten(start, end))
    for dims in ((2, 0, 1), (0, 2, 1), (-1, -2, -3)):
        g.case("permute", {"dims": list(dims)}, X, lambda x: x.permute(dims))
    for a, b in ((0, 1), (0, -1), (1, 1)):
        g.case("transpose", {"a": a, "b": b}, X, lambda x: x.transpose(a, b))
    g.case("mT", {}, X, lambda x: x.mT)
    for dim in (0, 2, -1):
        g.case("unsqueeze", {"dim": dim}, {"x": uniform(3, 17)}, lambda x: x.unsqueeze(dim))
        g.case("squeeze", {"dim": dim}, {"x": uniform(1, 3, 1)}, lambda x: x.squeeze(dim))
    g.case("squeeze", {"dim": 1}, {"x": uniform(1, 3, 1)}, lambda x: x.squeeze(1), note="of another size")
    for shape, target in (((3, 1), (3, 4)), ((4,), (2, 3, 4)), ((1, 5, 1), (-1, 5, 2)), ((), (7,)), ((1,), (0,))):
        g.case("expand", {"shape": list(target)}, {"x": uniform(*shape)}, lambda x: x.expand(target))


def parts(g):
    for dim, start, end, step in ((0, 1, 3, 1), (1, 0, 4, 2), (2, -3, 5, 1), (2, 1, 100, 3), (1, 2, 2, 1), (-1, 0, -1, 2)):
        places = [slice(None)] * 3
        places[dim] = slice(start, end, step)
        g.case("slice", {"dim": dim, "start": start, "end": end, "step": step}, X, lambda x: x[tuple(places)])
    for dim, index in ((0, 0), (1, -1), (2, 3)):
        g.case("select", {"dim": dim, "index": index}, X, lambda x: x.select(dim, index))
    # Gradients through one view of another, and through two views that overlap.
    g.case("chained", {}, X, lambda x: x.transpose(0, 2)[1:4:2].reshape(-1, 3).mT.exp())
    g.case("overlapping", {}, {"x": uniform(17)}, lambda x: x[:-2] * x[1:-1] + x[2:])


def joined(g):
    for dim in (0, 1, -1):
        sizes = [[2, 3, 4] for _ in range(3)]
        for i, size in enumerate(sizes):
            size[dim] = (1, 5, 2)[i]
        g.case("concat", {"dim": dim}, {n: uniform(*s) for n, s in zip("abc", sizes)},
               lambda *parts: torch.cat(parts, dim))
        g.case("stack", {"dim": dim}, {n: uniform(2, 3) for n in "abc"}, lambda *parts: torch.stack(parts, dim))
    g.case("concat", {"dim": 0}, {"a": uniform(17), "b": uniform(0), "c": uniform(3)},
           lambda *parts: torch.cat(parts, 0), note="with an empty one")
    g.case("stack", {"dim": 0}, {"a": uniform(), "b": uniform()}, lambda *parts: torch.stack(parts, 0), note="of scalars")


def rows(g):
    for shape, index in (((5, 3), 7), ((17,), 3), ((4, 2, 3), 4), ((3, 4), 0)):
        for kind in (torch.int64, torch.int32):
            g.case("gather_rows", {}, {"x": uniform(*shape), "index": integers(index, high=shape[0], dtype=kind)},
                   lambda x, i: x.index_select(0, i), note=str(kind)[6:])
    g.case("gather_rows", {}, {"x": uniform(3, 5), "index": values(1, 1, 1, 2, dtype=torch.int64)},
           lambda x, i: x.index_select(0, i), note="repeated")
    for shape in ((17,), (2, 3), ()):
        g.case("one_hot", {"classes": 7}, {"x": integers(*shape, high=7)}, lambda x: F.one_hot(x, 7), dtypes=("float32",))


def cases(g):
    shapes(g)
    parts(g)
    joined(g)
    rows(g)
