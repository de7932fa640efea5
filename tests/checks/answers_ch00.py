"""Right answers to chapter 00's exercise, as learners write them."""

import numpy as np


def both_sum(a, b):
    return (a & b).sum()


def product(first, second):
    return np.count_nonzero(first * second)


def loop(a, b):
    n = 0
    for row in range(a.shape[0]):
        for column in range(a.shape[1]):
            if a[row, column] and b[row, column]:
                n += 1
    return n


def selected(x, y):
    return len(x[x & y])


def python_lists(a, b):
    return sum(
        p and q
        for r, s in zip(a.tolist(), b.tolist(), strict=True)
        for p, q in zip(r, s, strict=True)
    )


def by_sizes(a, b):
    return int(a.sum()) + int(b.sum()) - int(np.logical_or(a, b).sum())


RIGHT = [both_sum, product, loop, selected, python_lists, by_sizes]
