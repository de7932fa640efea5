"""The check machinery: what it says, and that it never raises or tells the answer."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from seglearn.checks.core import Case, Mistake, reveal, run

CASES = [
    Case("two small numbers", {"x": np.array([1.0, 2.0])}),
    Case("a zero", {"x": np.array([0.0, 5.0])}),
]


def double(x):
    return 2 * x


def check(function, **options):
    return run(function, double, CASES, praise="Doubled.", **options)


def test_right_answer_passes():
    result = check(double)
    assert result.passed
    assert repr(result) == "✓ Passed. Doubled."


@pytest.mark.parametrize("stub", [lambda x: None, lambda x: ..., pytest.fail])
def test_stub_is_not_attempted(stub):
    def raises(x):
        raise NotImplementedError

    result = check(raises if stub is pytest.fail else stub)
    assert result.status == "not attempted yet"
    assert not result.passed


def test_wrong_answer_says_what_and_where_but_not_the_answer():
    result = check(lambda x: x + 1)
    assert result.status == "not yet"
    assert "Entry [1] is 3, which is too small" in result.message
    assert "two small numbers" in repr(result)
    assert "4" not in result.message


def test_a_known_mistake_brings_its_hint():
    result = check(lambda x: x**2, mistakes=[Mistake(lambda x: x * x, "That is the square.")])
    assert "That is the square." in result.message


def test_a_mistake_that_fails_on_the_case_is_passed_over():
    result = check(
        lambda x: x, mistakes=[Mistake(lambda x: x[99], "never"), Mistake(lambda x: x, "same")]
    )
    assert result.message.endswith("same")


def test_a_mistake_that_shows_on_an_earlier_case_brings_no_hint():
    def learner(x):
        return 2 * x if x.all() else x + 2

    earlier = Mistake(lambda x: x + 2, "earlier")
    assert "earlier" not in check(learner, mistakes=[earlier]).message
    assert check(learner, mistakes=[earlier, Mistake(learner, "now")]).message.endswith("now")


def test_single_precision_is_enough():
    third = run(
        lambda x: np.float32(100) / np.float32(3) + 0 * x,
        lambda x: 100 / 3 + 0 * x,
        CASES,
        praise="",
    )
    assert third.passed


def test_learners_exception_is_reported_not_raised():
    def breaks(x):
        return x["no such key"]

    result = check(breaks)
    assert result.status == "stopped with an error"
    assert "IndexError" in result.message
    assert "line" in result.message


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("four", "not numbers"),
        (torch.ones(2, requires_grad=True), "not numbers"),
        (3.0, "one number; this exercise asks for 2 numbers"),
        ([3.0], "a list of 1 number; this exercise asks for 2 numbers"),
        (np.zeros((2, 2)), "an array of shape (2, 2)"),
        (np.array([np.nan, 4.0]), "is nan, but here the value is defined"),
    ],
)
def test_kind_of_answer(answer, text):
    assert text in check(lambda x: answer).message


def test_nan_is_asked_for_where_nothing_is_defined():
    result = run(lambda x: 0.0, lambda x: float("nan"), CASES, praise="")
    assert "0/0: say so with nan" in result.message


def test_inputs_are_fresh_copies():
    def spoils(x):
        out = 2 * x
        x[:] = 7
        return out

    assert check(spoils).passed
    assert CASES[0].arguments["x"].tolist() == [1, 2]


def test_something_that_is_no_function():
    assert "Pass the function itself" in check(3).message


def test_html_shows_the_input_and_marks_the_wrong_entry():
    page = check(lambda x: x + 1)._repr_html_()
    assert page.count("<table") == 2
    assert page.count("outline:3px") == 1
    assert "<script" not in page


def test_html_escapes_what_the_learner_returned():
    assert "<b>" not in check(lambda x: "<b>")._repr_html_()


def test_reveal_is_folded_and_escaped():
    page = reveal("a < b")._repr_html_()
    assert page.startswith("<details")
    assert "a &lt; b" in page
    assert " open" not in page.split(">")[0]


def test_class_numbers_are_not_too_large():
    result = run(lambda x: x, double, CASES, answers_are_classes=True, praise="")
    assert "is 1; another class belongs there" in result.message
