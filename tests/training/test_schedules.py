"""The rate of every update, against PyTorch's own schedulers."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from seglearn.training import Recipe, one_cycle, poly
from seglearn.training.loop import learning_rate


@pytest.mark.parametrize("n_steps", [2, 3, 7, 100, 601])
@pytest.mark.parametrize("rise", [0.3, 0.4])
def test_one_cycle_is_that_of_pytorch(n_steps, rise):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1)
    theirs = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        max_lr=0.015,
        total_steps=n_steps,
        pct_start=rise,
        three_phase=False,
        cycle_momentum=False,
    )
    for step in range(n_steps):
        expected = optimizer.param_groups[0]["lr"]
        assert 0.015 * one_cycle(step, n_steps, rise=rise) == pytest.approx(expected, rel=1e-9)
        optimizer.step()
        if step + 1 < n_steps:
            theirs.step()


def test_poly_is_that_of_pytorch():
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1)
    theirs = torch.optim.lr_scheduler.PolynomialLR(optimizer, total_iters=50, power=0.9)
    for step in range(50):
        assert poly(step, 50) == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-9)
        optimizer.step()
        theirs.step()


@given(st.integers(1, 5000), st.floats(0.01, 0.99))
def test_one_cycle_rises_once_and_falls_once(n_steps, rise):
    shares = [one_cycle(step, n_steps, rise=rise) for step in range(n_steps)]
    assert 4e-6 - 1e-12 <= min(shares) <= max(shares) <= 1
    top = shares.index(max(shares))
    assert shares[: top + 1] == sorted(shares[: top + 1])
    assert shares[top:] == sorted(shares[top:], reverse=True)


@pytest.mark.parametrize(
    "arguments",
    [
        {"step": 10},
        {"step": -1},
        {"rise": 0},
        {"rise": 1},
        {"start_divisor": 0.5},
        {"end_divisor": 0},
    ],
)
def test_one_cycle_refuses_what_is_out_of_range(arguments):
    with pytest.raises(ValueError, match=str(next(iter(arguments)))):
        one_cycle(**({"step": 0, "n_steps": 10} | arguments))


def test_the_recipe_chooses_the_schedule():
    values = {"n_steps": 10, "lr": 0.5, "warm_up_steps": 4, "power": 1.0}
    by_poly = [learning_rate(Recipe(**values), step) for step in range(10)]
    expected = [0.5 * min(1, (step + 1) / 4) * (1 - step / 10) for step in range(10)]
    assert by_poly == pytest.approx(expected)
    by_cycle = [learning_rate(Recipe(**values, schedule="one-cycle"), step) for step in range(10)]
    assert by_cycle == [0.5 * one_cycle(step, 10) for step in range(10)]
