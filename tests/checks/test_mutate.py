"""The mutator changes one thing at a time, and everything that it should."""

import numpy as np
import pytest

from .mutate import mutants


def sample(a, b, n=3):
    total = 0
    for row in a[1:]:
        if row.sum(axis=0) < n and b.min() >= 0:
            total += np.mean(row, dtype=float) // 2
    return total if total > 1 else -a.T[0, 1].astype(int)


@pytest.mark.parametrize(
    "change",
    [
        "row.sum(axis=0) < n -> row.sum(axis=0) <= n",
        "row.sum(axis=0) < n -> row.sum(axis=0) > n",
        "row.sum(axis=0) -> row.sum()",
        "0 -> 1",
        "0 -> -1",
        "row.sum(axis=0) < n and b.min() >= 0 -> row.sum(axis=0) < n or b.min() >= 0",
        "row.sum(axis=0) < n and b.min() >= 0 -> b.min() >= 0",
        "b.min -> b.max",
        "row.sum -> row.mean",
        "np.mean -> np.sum",
        "np.mean(row, dtype=float) // 2 -> np.mean(row, dtype=float) / 2",
        "np.mean(row, dtype=float) // 2 -> np.mean(row, dtype=float)",
        "np.mean(row, dtype=float) -> np.mean(row)",
        "total += np.mean(row, dtype=float) // 2 -> total -= np.mean(row, dtype=float) // 2",
        "total += np.mean(row, dtype=float) // 2 -> total = np.mean(row, dtype=float) // 2",
        "total += np.mean(row, dtype=float) // 2 -> nothing",
        "1: -> :",
        "total if total > 1 else -a.T[0, 1].astype(int) -> total",
        "(0, 1) -> (1, 0)",
        "a.T -> a",
        "a.T[0, 1].astype(int) -> a.T[0, 1]",
        "-a.T[0, 1].astype(int) -> a.T[0, 1].astype(int)",
        "(a, b) -> (b, a)",
    ],
)
def test_makes_this_change(change):
    assert change in [mutant.change for mutant in mutants(sample)]


def test_mutants_run_and_differ_from_the_right_answer():
    a, b = np.array([[1, 2, 3], [4, -9, 1], [0, 1, 5]]), np.array([2, 0])
    right = sample(a, b)
    answers = {}
    for mutant in mutants(sample):
        try:
            answers[mutant.name] = mutant.function(a, b)
        except Exception:
            answers[mutant.name] = None
    assert answers["sample: a.T -> a"] == -2
    assert right == -4
    assert len(answers) == len(mutants(sample)) > 30
    assert sum(answer != right for answer in answers.values()) > 10
