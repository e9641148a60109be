"""Elements in another order, cut into parts, repeated, dropped from triangles; windows."""

import torch

from golden import uniform

X = {"x": uniform(3, 4, 5)}


def order(g):
    for dims in ((0,), (1, -1), (0, 1, 2), ()):
        g.case("flip", {"dims": list(dims)}, X, lambda x: x.flip(dims))
    for shift in (0, 1, -7, 61):
        g.case("roll_all", {"shift": shift}, X, lambda x: x.roll(shift))
        g.case("roll", {"shifts": [shift], "dims": [1]}, X, lambda x: x.roll(shift, 1))
    g.case("roll", {"shifts": [1, -2], "dims": [0, -1]}, X, lambda x: x.roll((1, -2), (0, -1)))
    for a, b in ((0, 2), (-1, 0), (1, 1)):
        g.case("movedim", {"from": a, "to": b}, X, lambda x: x.movedim(a, b))
        g.case("swapdims", {"a": a, "b": b}, X, lambda x: x.swapdims(a, b))


def parts(g):
    for size, dim in ((2, 0), (3, 1), (5, -1), (9, 2)):
        g.case("split", {"size": size, "dim": dim}, X, lambda x: x.split(size, dim))
    g.case("split_sizes", {"sizes": [1, 0, 4], "dim": 2}, X, lambda x: x.split([1, 0, 4], 2))
    for chunks, dim in ((2, 0), (3, 1), (4, 2), (7, 2)):
        g.case("chunk", {"chunks": chunks, "dim": dim}, X, lambda x: x.chunk(chunks, dim))
    for dim, size, step in ((0, 2, 1), (1, 3, 1), (2, 2, 2), (-1, 5, 3), (2, 1, 4)):
        g.case("unfold", {"dim": dim, "size": size, "step": step}, X, lambda x: x.unfold(dim, size, step))


def repeats(g):
    for times in ((2, 1, 3), (2, 1, 1, 1), (1, 0, 1)):
        g.case("repeat", {"times": list(times)}, X, lambda x: x.repeat(times))
    for times in ((2,), (2, 3), (2, 1, 1, 2)):
        g.case("tile", {"times": list(times)}, X, lambda x: x.tile(times))
    for times, dim in ((2, 0), (3, -1)):
        g.case("repeat_interleave", {"times": times, "dim": dim}, X, lambda x: x.repeat_interleave(times, dim))


def diagonals(g):
    for k in (-4, -1, 0, 2, 6):
        for shape in ((4, 5), (2, 5, 3)):
            g.case("tril", {"k": k}, {"x": uniform(*shape)}, lambda x: x.tril(k))
            g.case("triu", {"k": k}, {"x": uniform(*shape)}, lambda x: x.triu(k))
        g.case("diag", {"k": k}, {"x": uniform(3)}, lambda x: x.diag(k))
        if -4 < k < 5:  # beyond the matrix PyTorch's diag refuses, diagonal does not
            g.case("diag", {"k": k}, {"x": uniform(4, 5)}, lambda x: x.diag(k))
        g.case("diagonal", {"k": k, "a": 0, "b": 1}, {"x": uniform(4, 5)}, lambda x: x.diagonal(k))
        g.case("diagonal", {"k": k, "a": -1, "b": 0}, X, lambda x: x.diagonal(k, -1, 0))
    g.case("trace", {}, {"x": uniform(4, 5)}, torch.trace)


def cases(g):
    order(g)
    parts(g)
    repeats(g)
    diagonals(g)
