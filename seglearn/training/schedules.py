"""How the learning rate rises and falls during training."""


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
            f"step={step} of n_steps={n_steps} is outside the training; "
            "count updates from 0, and pass the length of the whole training"
        )
    if not power >= 0:
        raise ValueError(f"power={power} lets the rate grow; pass 0 or more, for example 0.9")
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
