"""The harness with an exercise that trains: tensors for inputs, and each call takes its time."""

import dataclasses
import time

import torch

from seglearn.checks.exercise import SECONDS_TO_TRAIN, Case, Exercise, Mistake

from .harness import ExerciseTests, Sheet


def _steps(x, y, rate, rounds, *, w=0.0, b=0.0):
    for _ in range(rounds):
        error = w * x + b - y
        w, b = w - 2 * rate * (error * x).mean(), b - 2 * rate * error.mean()
    return torch.stack([w, b])


train_line = Exercise(
    "ch99.train_line",
    "function(x, y, rate, rounds): slope and height after gradient descent from 0",
    _steps,
    [
        Case(
            "three points",
            {"x": torch.tensor([0.0, 1, 3]), "y": torch.tensor([1.0, 2, 2]), "rate": 0.1}
            | {"rounds": 5},
        ),
        Case(
            "four points, more rounds",
            {"x": torch.tensor([-1.0, 2, 0, 1]), "y": torch.tensor([0.0, 4, 1, 1]), "rate": 0.2}
            | {"rounds": 20},
        ),
    ],
    [
        Mistake(
            "half-rate", lambda x, y, r, n: _steps(x, y, r / 2, n), "The square's slope is `2 * e`."
        ),
        Mistake("one-round", lambda x, y, r, n: _steps(x, y, r, 1), "Go down `rounds` times."),
        Mistake("up", lambda x, y, r, n: _steps(x, y, -r, n), "That goes up."),
    ],
    praise="It has learnt a line.",
    tolerance=1e-4,
    seconds=SECONDS_TO_TRAIN,
)


def by_hand(x, y, rate, rounds):
    w, b = 0, 0
    for _ in range(rounds):
        error = w * x + b - y
        w = w - 2 * rate * (error * x).mean()
        b = b - 2 * rate * error.mean()
    return [w, b]


def by_autograd(x, y, rate, rounds):
    line = torch.zeros(2, requires_grad=True)
    for _ in range(rounds):
        loss = ((line[0] * x + line[1] - y) ** 2).mean()
        (slope,) = torch.autograd.grad(loss, line)
        line = line - rate * slope
    return line


def by_optimiser(inputs, targets, step_size, epochs):
    layer = torch.nn.Linear(1, 1)
    for each in layer.parameters():
        torch.nn.init.zeros_(each)
    optimiser = torch.optim.SGD(layer.parameters(), lr=step_size)
    for _ in range(epochs):
        optimiser.zero_grad()
        torch.nn.functional.mse_loss(layer(inputs[:, None])[:, 0], targets).backward()
        optimiser.step()
    return torch.cat([layer.weight[0], layer.bias])


class TestAnExerciseThatTrains(ExerciseTests):
    sheets = (
        Sheet(
            train_line,
            right=[by_hand, by_autograd, by_optimiser],
            wrong=[(lambda x, y, r, n: _steps(x, y, r, n, w=1.0), "too large")],
            equivalent={
                "by_optimiser: 0 -> -1": "the layer has one output",
                "by_optimiser: 0 -> -1 (2)": "the layer has one output",
                "by_optimiser: torch.nn.functional.mse_loss(layer(inputs[:, None])[:, 0], targets)"
                " -> torch.nn.functional.mse_loss(targets, layer(inputs[:, None])[:, 0])": (
                    "a square has no sign"
                ),
            },
            seconds=5,
        ),
    )

    test_is_registered_under_its_place = None


def test_a_right_answer_has_the_time_of_its_exercise_and_a_mutant_that_of_the_sheet():
    def slow(x, y, rate, rounds):
        time.sleep(0.2)
        return _steps(x, y, rate, rounds)

    sheet = Sheet(train_line, right=[by_hand], seconds=0.1)
    assert sheet.check(slow).passed
    assert not sheet.lets_pass(slow)


def test_a_network_may_be_trained_and_a_tensor_may_not_be_changed():
    def layer():
        made = torch.nn.Linear(1, 1)
        with torch.no_grad():
            made.weight.fill_(2.0), made.bias.fill_(0.0)
        return made

    def moved(network, x):
        with torch.no_grad():
            network.bias.add_(1.0)
            return network(x)

    def spoilt(network, x):
        answer = moved(network, x)
        x += 1
        return answer

    exercise = dataclasses.replace(
        train_line,
        reference=moved,
        cases=[Case("two numbers", {"network": layer(), "x": torch.tensor([[1.0], [3.0]])})],
        mistakes=(),
    )
    assert exercise(moved).passed
    assert exercise(moved).passed, "each call gets a fresh network"
    assert exercise(spoilt).mistake == "input-changed"


def test_the_reference_is_asked_once_for_each_case():
    calls = []

    def count(x, y, rate, rounds):
        calls.append(rounds)
        return _steps(x, y, rate, rounds)

    exercise = dataclasses.replace(train_line, reference=count)
    assert exercise(by_hand).passed
    assert exercise(by_autograd).passed
    assert calls == [5, 20]
