"""Products, deviations, norms, log-sum-exp, any and all; sums of products."""

import torch

from golden import integers, uniform, values

INF = float("inf")
NAN = float("nan")
ONE = ("float32",)


def folds(g):
    for shape, dims in (((13,), [0]), ((3, 5), [1]), ((4, 3, 2), [0, 2]), ((4, 3, 2), [1]), ((2, 1, 3), [0, 1, 2])):
        for keepdim in (False, True):
            attrs = {"dims": dims, "keepdim": keepdim}
            x = {"x": uniform(*shape)}
            for correction in (0, 1):
                g.case("std", {**attrs, "correction": correction}, x,
                       lambda x: x.std(dim=dims, correction=correction, keepdim=keepdim))
            g.case("logsumexp", attrs, x, lambda x: x.logsumexp(dims, keepdim))
            for p in (1, 2, 3, 0.5, 0, INF, -INF):
                # JSON has no infinity
                name = {INF: "inf", -INF: "-inf"}.get(p, str(p))
                g.case("norm", {**attrs, "p": name}, x, lambda x: torch.linalg.vector_norm(x, p, dims, keepdim),
                       grads=p != 0)
            bits = {"x": integers(*shape, high=2)}
            g.case("any", attrs, bits, lambda x: x.any(dims, keepdim), dtypes=ONE)
            g.case("all", attrs, bits, lambda x: x.all(dims, keepdim), dtypes=ONE)
            if len(dims) == 1:
                g.case("prod", attrs, x, lambda x: x.prod(dims[0], keepdim))
    every = {"dims": [0], "keepdim": False}
    for numbers in ((2, 0, 3), (0, 2, 0), (0, 0, 0)):
        x = {"x": values(*numbers)}
        g.case("prod", every, x, lambda x: x.prod(0), note=str(numbers))
        g.case("prod", every, {"x": values(*numbers, dtype=torch.int32)}, lambda x: x.prod(0), note=str(numbers) + " int",
               dtypes=ONE)
    for p in (1, 2, 3, 0.5):
        for numbers in ((0, 0, 0), (0, -3, 2)):
            g.case("norm", {**every, "p": str(p)}, {"x": values(*numbers)},
                   lambda x: torch.linalg.vector_norm(x, p, 0), note=str(numbers))
    g.case("norm", {**every, "p": "inf"}, {"x": values(3, -3, 1)}, lambda x: torch.linalg.vector_norm(x, INF, 0),
           note="ties")
    g.case("std", {**every, "correction": 1}, {"x": values(3, 3)}, lambda x: x.std(0), note="equal")
    for numbers in ((1000, 1000, -1000), (-INF, 2, -INF), (INF, 1, 2), (NAN, 1, 2), (-INF, -INF, -INF)):
        # of infinities PyTorch's gradient is NaN, also where no element is moved
        finite = all(abs(n) < INF for n in numbers)
        g.case("logsumexp", every, {"x": values(*numbers)}, lambda x: x.logsumexp(0), note=str(numbers), grads=finite)
    g.case("logsumexp", {"dims": [1], "keepdim": False}, {"x": uniform(2, 0)}, lambda x: x.logsumexp(1), note="empty")


EINSUMS = (
    ("ij,jk->ik", (2, 3), (3, 4)), ("bij,bjk->bik", (2, 3, 2), (2, 2, 4)), ("bqhd,bkhd->bhqk", (2, 3, 2, 4), (2, 5, 2, 4)),
    ("i,i->", (5,), (5,)), ("i,j->ji", (3,), (2,)), ("ij->ji", (2, 3)), ("ij->", (2, 3)), ("ii->i", (3, 3)), ("ii", (3, 3)),
    ("iij->ji", (2, 2, 3)), ("ij,j", (2, 3), (3,)), ("ba,Cb", (2, 3), (2, 2)), ("ij,jk,kl->il", (2, 3), (3, 2), (2, 4)),
    ("ijk,jl,kl->il", (2, 3, 2), (3, 4), (2, 4)), ("ab,cd->", (2, 3), (2, 2)), ("...ij,...jk->...ik", (2, 1, 3, 2), (1, 2, 2, 3)),
    ("...i,i", (2, 3), (3,)), ("...ij->ij", (2, 2, 3)), ("a...b->b...a", (2, 3, 1, 2)), ("ij,jk->ik", (2, 1), (3, 4)),
    ("ij , ij -> i", (2, 3), (1, 3)), ("ij,jk->ik", (2, 0), (0, 3)), (",i->i", (), (3,)), ("...,...->...", (2, 3), (3,)),
    ("bn,anm,bm->ba", (2, 3), (4, 3, 2), (2, 2)),
)


def products(g):
    for subscripts, *shapes in EINSUMS:
        inputs = {f"x{i}": uniform(*shape) for i, shape in enumerate(shapes)}
        g.case("einsum", {"subscripts": subscripts}, inputs, lambda *x: torch.einsum(subscripts, *x))
    for n in (0, 1, 7):
        pair = {"a": uniform(n), "b": uniform(n)}
        g.case("dot", {}, pair, torch.dot)
        g.case("outer", {}, {"a": uniform(3), "b": uniform(n)}, torch.outer)


def cases(g):
    folds(g)
    products(g)
