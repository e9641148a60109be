"""Products of matrices, of all ranks, plain and of transposes."""

import torch

from golden import uniform, values

SHAPES = {
    "float32": [((3,), (3,)), ((3,), (3, 5)), ((4, 3), (3,)), ((1, 1), (1, 1)), ((17, 3), (3, 5)), ((33, 67), (67, 18)),
                ((2, 4, 3), (3, 5)), ((2, 4, 3), (2, 3, 5)), ((4, 3), (2, 3, 5)), ((2, 1, 4, 3), (3, 3, 2)),
                ((2, 4, 3), (3,)), ((3,), (2, 3, 4))],
    "float64": [((130,), (130,)), ((1, 130), (130, 1)), ((17, 5), (5, 17)), ((3, 4, 5), (1, 5, 2)), ((5, 0), (0, 3)),
                ((0, 4), (4, 2)), ((2, 0, 3), (3, 4)), ((1, 7), (7, 1)), ((130, 1), (1, 3))],
}


def cases(g):
    for dtype, shapes in SHAPES.items():
        for a, b in shapes:
            g.case("matmul", {}, {"a": uniform(*a), "b": uniform(*b)}, torch.matmul, dtypes=(dtype,))
    for a, b in [((3, 4), (3, 5)), ((17, 4), (17, 9)), ((2, 3, 4), (2, 3, 5))]:
        g.case("matmul_tn", {}, {"a": uniform(*a), "b": uniform(*b)}, lambda a, b: a.mT @ b)
    for a, b in [((4, 3), (5, 3)), ((17, 4), (9, 4)), ((2, 4, 3), (2, 5, 3)), ((2, 4, 3), (5, 3))]:
        g.case("matmul_nt", {}, {"a": uniform(*a), "b": uniform(*b)}, lambda a, b: a @ b.mT)
    g.case("matmul_tt", {}, {"a": uniform(5, 7), "b": uniform(3, 5)}, lambda a, b: a.mT @ b.mT)
    # The gradient adds up where both factors are one tensor.
    g.case("matmul_self", {}, {"a": uniform(5, 5)}, lambda a: a @ a)
    g.case("matmul_gram", {}, {"a": uniform(6, 4)}, lambda a: a @ a.mT)
    g.case("matmul", {}, {"a": values(1, float("nan"), 2, 3, shape=(2, 2)),
                          "b": values(0, 1, float("inf"), 2, shape=(2, 2))}, torch.matmul, note="nan and infinity")
