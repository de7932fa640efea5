"""How the learning rate rises and falls during training."""

import math

from seglearn.words import say


def poly(step: int, n_steps: int, power: float = 0.9) -> float:
    """Share of the initial learning rate that is left: ``(1 - step / n_steps) ** power``.

    Parameters
    ----------
    step : int
        Updates made so far, from 0 to `n_steps`.
    n_steps : int
        Updates in all.
    power : float, default 0.9
        0 keeps the rate constant, 1 lets it fall along a line.

    Returns
    -------
    float
        From 1 at the first step down to 0.

    Raises
    ------
    ValueError
        If `step` is outside the training or `power` is negative.

    References
    ----------
    Chen, Papandreou, Schroff and Adam, "Rethinking atrous convolution for semantic image
    segmentation", 2017 (arXiv 1706.05587), section 4.1: the "poly" policy with power 0.9. The name
    is that of the learning-rate policy in Caffe.

    Examples
    --------
    >>> [round(poly(step, 100), 2) for step in (0, 50, 90, 100)]
    [1.0, 0.54, 0.13, 0.0]
    """
    if n_steps < 1 or not 0 <= step <= n_steps:
        raise ValueError(
            say(
                "step={step} of n_steps={n_steps} is outside the training; count updates from "
                "0, and pass the length of the whole training",
                step=step,
                n_steps=n_steps,
            )
        )
    if not power >= 0:
        raise ValueError(
            say("power={power} lets the rate grow; pass 0 or more, for example 0.9", power=power)
        )
    return float((1 - step / n_steps) ** power)


def warm_up(step: int, n_steps: int) -> float:
    """Share of the learning rate with which a training starts: ``(step + 1) / n_steps``, at most 1.

    The first gradients, of random weights, are large and say little; a small step bears with them.

    Parameters
    ----------
    step : int
        Updates made so far.
    n_steps : int
        Updates until the full rate; 0 starts with it.

    References
    ----------
    Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour", 2017
    (arXiv 1706.02677), section 2.2: gradual warm-up.
    """
    return min(1.0, (step + 1) / n_steps) if n_steps else 1.0


def one_cycle(
    step: int,
    n_steps: int,
    *,
    rise: float = 0.3,
    start_divisor: float = 25.0,
    end_divisor: float = 1e4,
) -> float:
    """Share of the peak rate in one cycle: up along half a cosine wave, and down along another.

    High rates in the middle cross flat stretches and widen the search; the fall lets the weights
    settle. Nothing needs to be warmed up, since the rise does it.

    Parameters
    ----------
    step : int
        Updates made so far, from 0 to ``n_steps - 1``.
    n_steps : int
        Updates in all.
    rise : float, default 0.3
        Share of the updates in which the rate rises, above 0 and below 1.
    start_divisor : float, default 25
        The first update has the peak rate divided by this.
    end_divisor : float, default 1e4
        The last update has the first one's rate divided by this: 4e-6 of the peak.

    Returns
    -------
    float
        From 1/25 over 1 down to 4e-6.

    Raises
    ------
    ValueError
        If `step` is outside the training, or a number is out of its range.

    References
    ----------
    Smith and Topin, "Super-convergence: very fast training of neural networks using large learning
    rates", 2019 (arXiv 1708.07120). They rise and fall along lines and let momentum move against
    the rate; this is the form of ``torch.optim.lr_scheduler.OneCycleLR`` with ``cycle_momentum``
    off: cosines, and momentum left alone.

    Examples
    --------
    >>> [round(one_cycle(step, 101), 3) for step in (0, 15, 29, 65, 100)]
    [0.04, 0.538, 1.0, 0.492, 0.0]
    """
    if n_steps < 1 or not 0 <= step < n_steps:
        raise ValueError(
            say(
                "step={step} of n_steps={n_steps} is outside the training; count updates from "
                "0, and pass the length of the whole training",
                step=step,
                n_steps=n_steps,
            )
        )
    if not 0 < rise < 1 or not start_divisor >= 1 or not end_divisor >= 1:
        raise ValueError(
            say(
                "rise={rise}, start_divisor={start_divisor}, end_divisor={end_divisor}: pass a "
                "share above 0 and below 1, and divisors from 1",
                rise=rise,
                start_divisor=start_divisor,
                end_divisor=end_divisor,
            )
        )
    first = 1 / start_divisor
    last = first / end_divisor
    peak = rise * n_steps - 1  # the update, counted from 0 and not whole, that has the full rate
    if step < peak:
        return _cosine(first, 1.0, step / peak)
    return _cosine(1.0, last, (step - peak) / (n_steps - 1 - peak))


def _cosine(start: float, end: float, share: float) -> float:
    """Go from `start` to `end` along half a cosine wave."""
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2
