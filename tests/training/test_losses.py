"""Losses against their published definitions, computed the slow way."""

import itertools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.autograd import gradcheck

from seglearn.training import cross_entropy, dice_loss, lovasz_softmax, poly, total_loss, warm_up
from seglearn.training.losses import LOSSES, jaccard_steps


def random_case(seed, n_classes=4, ignored=0.2, shape=(2, 5, 6)):
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(
        (shape[0], n_classes, *shape[1:]), generator=generator, dtype=torch.float64
    )
    labels = torch.randint(0, n_classes, shape, generator=generator)
    labels[torch.rand(shape, generator=generator) < ignored] = 255
    return logits, labels


def pixels(logits, labels):
    """Return [(probabilities, label)] of the pixels that count, as plain numbers."""
    flat = logits.softmax(1).movedim(1, -1).reshape(-1, logits.shape[1]).tolist()
    pairs = zip(flat, labels.reshape(-1).tolist(), strict=True)
    return [(p, label) for p, label in pairs if label != 255]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("weights", [None, (1.0, 0.2, 5.0, 3.0)])
def test_cross_entropy_is_the_weighted_mean_of_log_probabilities(seed, weights):
    logits, labels = random_case(seed)
    w = weights or (1.0,) * 4
    terms = [(w[c] * -math.log(p[c]), w[c]) for p, c in pixels(logits, labels)]
    expected = sum(t for t, _ in terms) / sum(t for _, t in terms)
    assert float(cross_entropy(logits, labels, class_weights=weights)) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(4))
def test_dice_is_milletaris_formula_averaged_over_the_classes_that_occur(seed):
    logits, labels = random_case(seed, n_classes=5)
    labels[labels == 3] = 0  # one class does not occur
    found = pixels(logits, labels)
    dices = []
    for c in {label for _, label in found}:
        both = sum(p[c] for p, label in found if label == c)
        squares = sum(p[c] ** 2 for p, _ in found) + sum(label == c for _, label in found)
        dices.append(2 * both / squares)
    assert float(dice_loss(logits, labels)) == pytest.approx(1 - sum(dices) / len(dices))


def jaccard_loss(wrong, members):
    """1 - IoU of a class with `members` when the pixels of `wrong` are mistaken."""
    kept = members - wrong
    union = members | wrong
    return 1 - len(kept) / len(union)


def lovasz_extension(errors, members):
    """Lovász extension by its definition as an integral over levels (Bach 2013, equation 3.4).

    The mean over t in [0, 1] of the set function of {i : errors[i] > t}.
    """
    levels = sorted({0.0, 1.0, *errors})
    total = 0.0
    for low, high in itertools.pairwise(levels):
        wrong = {i for i, error in enumerate(errors) if error > low}
        total += (high - low) * jaccard_loss(wrong, members)
    return total


@pytest.mark.parametrize("seed", range(4))
def test_lovasz_is_the_integral_of_the_jaccard_loss_over_levels(seed):
    logits, labels = random_case(seed, n_classes=5)
    labels[labels == 1] = 255
    found = pixels(logits, labels)
    values = []
    for c in {label for _, label in found}:
        members = {i for i, (_, label) in enumerate(found) if label == c}
        errors = [1 - p[c] if label == c else p[c] for p, label in found]
        values.append(lovasz_extension(errors, members))
    assert float(lovasz_softmax(logits, labels)) == pytest.approx(sum(values) / len(values))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_lovasz_of_hard_predictions_is_one_minus_iou(seed):
    generator = torch.Generator().manual_seed(seed)
    truth = torch.randint(0, 3, (1, 4, 4), generator=generator)
    predicted = torch.randint(0, 3, (1, 4, 4), generator=generator)
    logits = 200.0 * torch.nn.functional.one_hot(predicted, 3).movedim(-1, 1).double()
    losses = []
    for c in truth.unique().tolist():
        both = ((truth == c) & (predicted == c)).sum()
        union = ((truth == c) | (predicted == c)).sum()
        losses.append(1 - float(both / union))
    assert float(lovasz_softmax(logits, truth)) == pytest.approx(sum(losses) / len(losses))


def test_jaccard_steps_add_up_to_one_and_are_never_negative():
    for flags in itertools.product([False, True], repeat=5):
        steps = jaccard_steps(torch.tensor(flags))
        if any(flags):
            assert float(steps.sum()) == pytest.approx(1)
            assert bool((steps >= 0).all())


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_are_right(name):
    logits, labels = random_case(3, n_classes=3, shape=(1, 3, 4))
    logits.requires_grad_()
    assert gradcheck(lambda x: LOSSES[name](x, labels), (logits,))


@pytest.mark.parametrize("name", LOSSES)
def test_ignored_pixels_change_nothing(name):
    logits, labels = random_case(5)
    other = logits.clone()
    other.movedim(1, -1)[labels == 255] += 100.0
    logits.requires_grad_()
    other.requires_grad_()
    a, b = LOSSES[name](logits, labels), LOSSES[name](other, labels)
    assert torch.equal(a, b)
    (gradient,) = torch.autograd.grad(a, logits)
    assert float(gradient.movedim(1, -1)[labels == 255].abs().max()) == 0
    assert float(gradient.abs().sum()) > 0


@pytest.mark.parametrize("name", LOSSES)
def test_nothing_but_ignored_pixels_is_zero_with_zero_gradient(name):
    logits = torch.randn(1, 3, 2, 2, requires_grad=True)
    loss = LOSSES[name](logits, torch.full((1, 2, 2), 255))
    loss.backward()
    assert loss.item() == 0
    assert float(logits.grad.abs().max()) == 0


@pytest.mark.parametrize("name", LOSSES)
def test_another_ignore_index(name):
    logits, labels = random_case(1)
    eleven = torch.where(labels == 255, 11, labels)
    assert float(LOSSES[name](logits, eleven, ignore_index=11)) == float(
        LOSSES[name](logits, labels)
    )


@pytest.mark.parametrize("name", ["dice", "lovasz"])
def test_a_perfect_prediction_loses_nothing(name):
    labels = torch.tensor([[[0, 1], [2, 255]]])
    logits = 100.0 * torch.nn.functional.one_hot(labels.clamp(max=2), 3).movedim(-1, 1).float()
    assert float(LOSSES[name](logits, labels)) == pytest.approx(0, abs=1e-6)


def test_total_is_the_weighted_sum():
    logits, labels = random_case(2)
    weights = (1.0, 2.0, 3.0, 4.0)
    parts = {"cross_entropy": 0.5, "dice": 2.0, "lovasz": 1.0}
    expected = (
        0.5 * cross_entropy(logits, labels, class_weights=weights)
        + 2 * dice_loss(logits, labels)
        + lovasz_softmax(logits, labels)
    )
    assert torch.equal(total_loss(logits, labels, parts, class_weights=weights), expected)


@pytest.mark.parametrize(
    ("logits", "labels", "message"),
    [
        (torch.zeros(3, 4, 4), torch.zeros(1, 4, 4).long(), r"expected \(N, C, H, W\)"),
        (torch.zeros(1, 3, 4, 4), torch.zeros(1, 8, 8).long(), "bring the logits to the size"),
        (torch.zeros(1, 3, 4, 4), torch.zeros(1, 4, 4), "labels.long"),
        (torch.zeros(1, 3, 4, 4), torch.full((1, 4, 4), 3), "labels hold 3, but the classes are 0"),
        (torch.zeros(1, 3, 4, 4), torch.full((1, 4, 4), -1), "labels hold -1"),
    ],
)
@pytest.mark.parametrize("name", LOSSES)
def test_bad_input_is_refused(name, logits, labels, message):
    with pytest.raises(ValueError, match=message):
        LOSSES[name](logits, labels)


def test_wrong_number_of_class_weights():
    with pytest.raises(ValueError, match="2 class_weights for 3 classes"):
        cross_entropy(torch.zeros(1, 3, 2, 2), torch.zeros(1, 2, 2).long(), class_weights=(1, 2))


def test_poly_is_the_published_formula():
    assert poly(0, 600) == 1
    assert poly(600, 600) == 0
    assert poly(150, 600, 0.9) == pytest.approx(0.75**0.9)
    assert poly(300, 600, 0.0) == 1
    falling = [poly(step, 50) for step in range(51)]
    assert falling == sorted(falling, reverse=True)
    for step, n_steps, power in [(-1, 10, 0.9), (11, 10, 0.9), (0, 0, 0.9), (1, 10, -1)]:
        with pytest.raises(ValueError, match=r"outside the training|lets the rate grow"):
            poly(step, n_steps, power)


def test_warm_up_rises_to_one_and_stays():
    assert [warm_up(step, 4) for step in range(6)] == [0.25, 0.5, 0.75, 1, 1, 1]
    assert warm_up(0, 0) == 1


@pytest.mark.parametrize("name", LOSSES)
def test_no_loss_takes_a_class_for_the_ignored_label(name):
    logits, labels = random_case(0)
    with pytest.raises(ValueError, match="ignore_index 2 is also a class"):
        LOSSES[name](logits, labels % 4, ignore_index=2)


def test_pixels_whose_classes_weigh_nothing_give_a_loss_of_0_and_no_gradient():
    logits, labels = random_case(0)
    logits.requires_grad_()
    only = torch.where(labels == 255, 255, labels % 2)  # classes 0 and 1
    loss = cross_entropy(logits, only, class_weights=(0, 0, 1, 3))
    loss.backward()
    assert float(loss.detach()) == 0
    assert float(logits.grad.abs().max()) == 0


def test_weights_of_0_leave_their_pixels_out():
    logits, labels = random_case(1)
    left = torch.where(labels == 2, 255, labels)
    assert float(cross_entropy(logits, labels, class_weights=(1, 2, 0, 3))) == pytest.approx(
        float(cross_entropy(logits, left, class_weights=(1, 2, 1, 3)))
    )


@pytest.mark.parametrize("weight", [-1, float("nan"), float("inf"), -float("inf")])
def test_weights_that_are_no_weights_are_refused(weight):
    logits, labels = random_case(0)
    with pytest.raises(ValueError, match="weight of class 1 is"):
        cross_entropy(logits, labels, class_weights=(1, weight, 1, 1))


@pytest.mark.parametrize("parts", [{"focal": 1}, {"dice": -1}, {"dice": float("nan")}])
def test_sums_of_losses_refuse_names_and_factors_that_are_none(parts):
    with pytest.raises(ValueError, match="expected one of cross_entropy, dice, lovasz"):
        total_loss(*random_case(0), parts)
