"""The dense CRF: every pixel is a neighbour of every other, and mean field infers it.

The energy of a labelling x of N pixels (Krähenbühl and Koltun 2011, eq. 1–3) is ::

    E(x) = Σᵢ uᵢ(xᵢ)  +  Σᵢ<ⱼ μ(xᵢ, xⱼ) (w₁ k₁(i, j) + w₂ k₂(i, j))

    k₁(i, j) = exp(−|pᵢ − pⱼ|² / 2θα² − |Iᵢ − Iⱼ|² / 2θβ²)      bilateral: near and alike
    k₂(i, j) = exp(−|pᵢ − pⱼ|² / 2θγ²)                            spatial: near

with pᵢ the place of a pixel and Iᵢ its colour. Mean field replaces the N labels by N independent
distributions Qᵢ and repeats Algorithm 1: message passing Σⱼ≠ᵢ k(i, j) Qⱼ, compatibility transform,
adding the unary term, normalisation.

Message passing is a Gaussian filter over N² pairs. Here

- the spatial kernel is separable, so two small matrix products give it exactly;
- the bilateral kernel is summed over *cells* instead of pixels: pixels within a box of ``cell``
  standard deviations in place and colour speak with one voice, from their mean. The listening pixel
  stays where it is. With ``cell=0`` every pixel is its own cell, and the sum is exact.

The paper uses a permutohedral lattice for the same purpose; it scales to millions of pixels,
while cells are a few lines, differentiable as they stand, and have an exact limit to test against.
`kernel_plain` writes k(i, j) down for all pairs, one after the other.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import product

import torch
from torch import Tensor, nn

from seglearn import inputs
from seglearn.words import say

__all__ = [
    "BilateralKernel",
    "DenseCRF",
    "PairwiseKernel",
    "SpatialKernel",
    "kernel_plain",
    "mean_field",
    "potts",
]

MAX_PAIRS = 1 << 27
"""Most (pixel, cell) pairs that a kernel may hold: 512 MB as float32."""

MOST_COLOURS = 16
"""Images in [0, 1], and those with their mean taken away and divided by their standard deviation, span
less; images of 8 bits span more."""

NORMALIZATIONS = ("symmetric", "none")


def kernel_plain(image: Tensor, theta_place: float, theta_colour: float | None = None) -> Tensor:
    """Return k(i, j) of all pairs of pixels, as equation 3 has it: for small images only.

    Parameters
    ----------
    image : Tensor, (C, H, W)
        Colours.
    theta_place : float
        θα or θγ, standard deviation in pixels.
    theta_colour : float, optional
        θβ, standard deviation in units of the colours; without it colours do not count.

    Returns
    -------
    Tensor, (H * W, H * W)
        Pixels in reading order. The messages of Algorithm 1 are the product with Q, less the
        diagonal, since a pixel is no neighbour of itself.

    Raises
    ------
    TypeError, ValueError
        If a standard deviation is not positive, or the image is not (C, H, W) of floats.
    """
    _positive(theta_place=theta_place)
    if theta_colour is not None:
        _positive(theta_colour=theta_colour)
        _check_colours(image, theta_colour)
    image = image.detach()
    _, height, width = image.shape
    places = list(product(range(height), range(width)))
    k = image.new_empty((len(places), len(places)))
    for i, (yi, xi) in enumerate(places):
        for j, (yj, xj) in enumerate(places):
            square = ((yi - yj) ** 2 + (xi - xj) ** 2) / theta_place**2
            if theta_colour is not None:
                apart = image[:, yi, xi] - image[:, yj, xj]
                square += float((apart**2).sum()) / theta_colour**2
            k[i, j] = math.exp(-square / 2)
    return k


class PairwiseKernel:
    """A Gaussian kernel between all pixels of one image; call it to pass messages.

    Subclasses give `filter`, the sum over all pixels, and `own`, what a pixel adds to its own sum.
    The call takes that away again, since a pixel is no neighbour of itself.

    With ``normalization="symmetric"``, k(i, j) is divided by √(dᵢ dⱼ), dᵢ the sum of row i. Without
    it the strength of the smoothing would grow with the number of pixels under the kernel, so a
    weight found for one image size would not do for another. The authors' code does the same; the
    paper's equations are ``"none"``.
    """

    own: Tensor

    def __init__(self, shape: tuple[int, int], normalization: str) -> None:
        inputs.choice(normalization, "normalization", NORMALIZATIONS)
        self.shape = shape
        self.normalization = normalization

    def _prepare(self) -> None:
        everywhere = torch.ones(1, *self.shape, dtype=self.own.dtype, device=self.own.device)
        self.degree = self.filter(everywhere)[0] - self.own + 1  # a pixel is wholly like itself
        self._scale = self.degree.rsqrt()

    def filter(self, q: Tensor) -> Tensor:
        """Sum ``k(i, j) q(j)`` over all pixels j, i included; (C, H, W) to (C, H, W)."""
        raise NotImplementedError

    def __call__(self, q: Tensor) -> Tensor:
        """Sum the messages ``k(i, j) q(j)`` of all other pixels; (C, H, W) to (C, H, W)."""
        if self.normalization == "none":
            return self.filter(q) - self.own * q
        return self._scale * self.filter(q * self._scale) - self.own / self.degree * q


class SpatialKernel(PairwiseKernel):
    """The kernel of nearness, exp(−|pᵢ − pⱼ|² / 2θ²), exact: a product of rows and columns.

    Parameters
    ----------
    image : Tensor, (C, H, W)
        Only its size, type and device matter.
    theta : float
        Standard deviation in pixels.
    normalization : {"symmetric", "none"}, default "symmetric"
        See `PairwiseKernel`.
    """

    def __init__(self, image: Tensor, theta: float, normalization: str = "symmetric") -> None:
        _positive(theta_gamma=theta)
        inputs.tensor(image, say("the image"), "C, H, W")
        height, width = image.shape[-2:]
        super().__init__((height, width), normalization)
        self.rows = _gaussian_matrix(height, theta, image)
        self.columns = _gaussian_matrix(width, theta, image)
        self.own = torch.ones_like(image[0])
        self._prepare()

    def filter(self, q: Tensor) -> Tensor:
        return self.rows @ q @ self.columns


class BilateralKernel(PairwiseKernel):
    """The kernel of likeness, exp(−|pᵢ − pⱼ|² / 2θα² − |Iᵢ − Iⱼ|² / 2θβ²), summed over cells.

    Parameters
    ----------
    image : Tensor, (C, H, W)
        Colours.
    theta_alpha : float
        Standard deviation in pixels.
    theta_beta : float
        Standard deviation in units of the colours.
    cell : float, optional
        Side of a cell in standard deviations; 0 is exact. By default 1, or as much more as
        `max_pairs` demands.
    normalization : {"symmetric", "none"}, default "symmetric"
        See `PairwiseKernel`.
    max_pairs : int, default MAX_PAIRS
        Most (pixel, cell) pairs: the bound on memory and time, 4 bytes each.

    Attributes
    ----------
    cell : float
        The side that is used.
    n_cells : int
        Number of occupied cells.

    Raises
    ------
    TypeError
        If the image does not hold floats: 8-bit colours are far apart for a `theta_beta` that is
        meant for [0, 1].
    ValueError
        If a standard deviation is not positive, the cells asked for do not fit into memory, or the
        image is not (C, H, W), not finite, or of the values of 8 bits while `theta_beta` is below 1.
    """

    def __init__(
        self,
        image: Tensor,
        theta_alpha: float,
        theta_beta: float,
        cell: float | None = None,
        normalization: str = "symmetric",
        max_pairs: int = MAX_PAIRS,
    ) -> None:
        _positive(theta_alpha=theta_alpha, theta_beta=theta_beta)
        _check_colours(image, theta_beta)
        if cell is not None and not cell >= 0:
            raise ValueError(
                say("cell={cell!r} is negative; pass 0 for exact sums, or about 1", cell=cell)
            )
        height, width = image.shape[-2:]
        super().__init__((height, width), normalization)
        points = _features(image.detach(), theta_alpha, theta_beta)
        n_pixels = height * width
        most = max(max_pairs, n_pixels)  # one cell there must be

        if image.is_meta:  # shapes only: reckon with as many cells as fit
            self.cell = 1.0
            members = torch.zeros(n_pixels, dtype=torch.long, device=image.device)
        elif cell == 0:
            self.cell = 0.0
            members = torch.arange(n_pixels, device=image.device)
        else:
            self.cell = 1.0 if cell is None else float(cell)
            members = _cells(points, self.cell)
            while cell is None and n_pixels * (int(members.max()) + 1) > most:
                self.cell *= 1.25
                members = _cells(points, self.cell)
        fits = min(n_pixels, most // n_pixels)
        self.n_cells = fits if image.is_meta else int(members.max()) + 1
        if n_pixels * self.n_cells > most:
            raise ValueError(
                say(
                    "cell={cell!r} makes {n_cells} cells for {n_pixels} pixels, more pairs "
                    "than {max_pairs}; pass a larger cell, or None to have one found",
                    cell=cell,
                    n_cells=self.n_cells,
                    n_pixels=n_pixels,
                    max_pairs=max_pairs,
                )
            )
        counts = points.new_zeros(self.n_cells).index_add_(
            0, members, torch.ones_like(points[:, 0])
        )
        means = points.new_zeros(self.n_cells, points.shape[1]).index_add_(0, members, points)
        means /= counts[:, None]
        # exp(−|a − b|² / 2) for all pairs; what rounding makes negative is a distance of zero.
        square = (points**2).sum(1)[:, None] + (means**2).sum(1) - 2 * points @ means.T
        self.kernel = square.clamp_(min=0).mul_(-0.5).exp_()  # (H * W, n_cells)
        self.members = members
        self.own = self.kernel.gather(1, members[:, None]).reshape(height, width)
        self._prepare()

    def filter(self, q: Tensor) -> Tensor:
        flat = q.flatten(1)
        votes = flat.new_zeros(len(flat), self.n_cells).index_add(1, self.members, flat)
        return (votes @ self.kernel.T).reshape(q.shape)


def _positive(**thetas: float) -> None:
    for name, theta in thetas.items():
        if not (math.isfinite(theta) and theta > 0):
            raise ValueError(
                say(
                    "{name}={theta!r} is no standard deviation; pass a positive number",
                    name=name,
                    theta=theta,
                )
            )


def _check_colours(image: Tensor, theta_beta: float) -> None:
    inputs.tensor(image, say("the image"), "C, H, W")
    if image.is_meta:
        return
    low, high = (float(end) for end in image.detach().aminmax())
    if not math.isfinite(high - low):
        raise ValueError(
            say(
                "the image holds values that are NaN or infinite; replace them first, for "
                "instance with torch.nan_to_num"
            )
        )
    if high - low > MOST_COLOURS and theta_beta < 1:
        raise ValueError(
            say(
                "the image holds values from {low:.6g} to {high:.6g}, but "
                "theta_beta={theta_beta:.3g} is meant for [0, 1]: divide it by 255, or give "
                "theta_beta in the units of the image",
                low=low,
                high=high,
                theta_beta=theta_beta,
            )
        )


def _gaussian_matrix(n: int, theta: float, like: Tensor) -> Tensor:
    place = torch.arange(n, dtype=like.dtype, device=like.device) / theta
    return torch.exp(-0.5 * (place[:, None] - place) ** 2)


def _features(image: Tensor, theta_alpha: float, theta_beta: float) -> Tensor:
    """Return place and colour of each pixel in standard deviations, centred, (H * W, 2 + C)."""
    height, width = image.shape[-2:]
    y, x = torch.meshgrid(
        torch.arange(height, dtype=image.dtype, device=image.device),
        torch.arange(width, dtype=image.dtype, device=image.device),
        indexing="ij",
    )
    points = torch.cat([torch.stack([y, x]) / theta_alpha, image / theta_beta]).flatten(1).T
    return points - points.mean(0)  # small numbers keep their digits in the products above


def _cells(points: Tensor, side: float) -> Tensor:
    """Return the number of the occupied box of `side` in which each point lies, (N,)."""
    boxes = torch.floor((points - points.min(0).values) / side).long()
    code = torch.zeros_like(boxes[:, 0])
    for axis in boxes.T:  # number the boxes axis by axis, so that codes stay small
        code = torch.unique(code * (axis.max() + 1) + axis, return_inverse=True)[1]
    return code


def potts(n_classes: int) -> Tensor:
    """Return the Potts compatibility, (n_classes, n_classes): different labels cost 1."""
    return 1 - torch.eye(n_classes)


def mean_field(
    log_unary: Tensor,
    kernels: Sequence[PairwiseKernel],
    weights: Sequence[Tensor],
    compatibility: Tensor,
    n_iterations: int,
) -> Iterator[Tensor]:
    """Infer the label distributions of one image, yielding them after each iteration.

    Parameters
    ----------
    log_unary : Tensor, (n_classes, H, W)
        Scores whose softmax is the first guess; minus the unary energy.
    kernels : sequence of PairwiseKernel
        Between the pixels of the image.
    weights : sequence of Tensor, (n_classes, n_classes)
        One a kernel, applied to its messages; ``w`` times the identity for a plain dense CRF.
    compatibility : Tensor, (n_classes, n_classes)
        What label ``l`` (row) pays beside label ``m`` (column).
    n_iterations : int
        Iterations; all pixels are updated at once.

    Yields
    ------
    Tensor, (n_classes, H, W)
        Log-probabilities.
    """
    log_q = log_unary.log_softmax(0)
    for _ in range(n_iterations):
        q = log_q.exp()
        received = sum(
            torch.einsum("lm,mhw->lhw", weight, kernel(q))
            for kernel, weight in zip(kernels, weights, strict=True)
        )
        penalty = torch.einsum("lm,mhw->lhw", compatibility, received)
        log_q = (log_unary - penalty).log_softmax(0)
        yield log_q


class DenseCRF(nn.Module):
    """Fully connected CRF with Gaussian edges [1]_: two kernels, Potts model, mean field.

    It has no parameters to train; `seglearn.nets.crfrnn.CRFasRNN` has.

    Parameters
    ----------
    n_iterations : int, default 10
        Of mean field.
    w_bilateral, w_spatial : float, default 10 and 3
        Weights of the kernels, w⁽¹⁾ and w⁽²⁾; not negative.
    theta_alpha : float, default 60
        Standard deviation in pixels of the bilateral kernel. Think of the size of an object.
    theta_beta : float, default 20 / 255
        Standard deviation in colour of the bilateral kernel, in units of the image.
    theta_gamma : float, default 3
        Standard deviation in pixels of the spatial kernel.
    cell : float, optional
        Coarseness of the bilateral sum; 0 is exact (see `BilateralKernel`).
    normalization : {"symmetric", "none"}, default "symmetric"
        See `PairwiseKernel`.
    max_pairs : int, default MAX_PAIRS
        Bound on memory and time (see `BilateralKernel`).

    Notes
    -----
    Two street scenes of 96×96 with 9 classes, three pairs of standard deviations from (20, 0.1) to
    (60, 0.08), 5 iterations on one busy core, against ``cell=0`` (1.3 to 4.7 s, 340 MB):

    ======  ==========  =================  ==============
    cell    cells       labels changed     seconds
    ======  ==========  =================  ==============
    0.5     2000–3100   0.02 to 0.11 %     0.4 to 0.9
    1       450–800     0.2 to 0.4 %       0.04 to 0.17
    1.5     250–320     0.3 to 1.4 %       0.03 to 0.08
    2       120–250     0.3 to 1.8 %       0.02 to 0.07
    ======  ==========  =================  ==============

    Training through it takes about twice as long. Sharper kernels need more cells.

    References
    ----------
    .. [1] P. Krähenbühl, V. Koltun. Efficient Inference in Fully Connected CRFs with Gaussian Edge
       Potentials. NIPS 2011. arXiv:1210.5644.
    """

    def __init__(
        self,
        *,
        n_iterations: int = 10,
        w_bilateral: float = 10.0,
        w_spatial: float = 3.0,
        theta_alpha: float = 60.0,
        theta_beta: float = 20 / 255,
        theta_gamma: float = 3.0,
        cell: float | None = None,
        normalization: str = "symmetric",
        max_pairs: int = MAX_PAIRS,
    ) -> None:
        super().__init__()
        if n_iterations < 1:
            raise ValueError(
                say(
                    "n_iterations={n_iterations!r}; mean field needs at least 1",
                    n_iterations=n_iterations,
                )
            )
        for name, weight in (("w_bilateral", w_bilateral), ("w_spatial", w_spatial)):
            if not weight >= 0:
                raise ValueError(
                    say(
                        "{name}={weight!r} is negative; pass 0 to leave the kernel out",
                        name=name,
                        weight=weight,
                    )
                )
        self.n_iterations = n_iterations
        self.w_bilateral, self.w_spatial = w_bilateral, w_spatial
        self.theta_alpha, self.theta_beta = theta_alpha, theta_beta
        self.theta_gamma = theta_gamma
        self.cell = cell
        self.normalization = normalization
        self.max_pairs = max_pairs

    def kernels(self, image: Tensor) -> list[PairwiseKernel]:
        """Return the bilateral and the spatial kernel of `image`, (C, H, W)."""
        return [
            BilateralKernel(
                image,
                self.theta_alpha,
                self.theta_beta,
                self.cell,
                self.normalization,
                self.max_pairs,
            ),
            SpatialKernel(image, self.theta_gamma, self.normalization),
        ]

    def steps(self, logits: Tensor, image: Tensor) -> Iterator[Tensor]:
        """Yield log-probabilities (n_classes, H, W) after each iteration, for one image.

        Parameters
        ----------
        logits : Tensor, (n_classes, H, W)
            Scores of a classifier.
        image : Tensor, (C, H, W)
            What it was applied to, in [0, 1] unless `theta_beta` has other units.

        Raises
        ------
        TypeError, ValueError
            If one is no tensor of floats, not finite, or they differ in size.
        """
        inputs.tensor(logits, say("logits, without N for `steps`,"), "n_classes, H, W")
        inputs.tensor(image, say("the image, without N for `steps`,"), "C, H, W")
        _check_pair(logits[None], image[None])
        eye = torch.eye(len(logits), dtype=logits.dtype, device=logits.device)
        return mean_field(
            logits,
            self.kernels(image.to(logits)),
            [self.w_bilateral * eye, self.w_spatial * eye],
            potts(len(logits)).to(logits),
            self.n_iterations,
        )

    def forward(self, logits: Tensor, images: Tensor) -> Tensor:
        """Refine `logits`, (N, n_classes, H, W), with `images`, (N, C, H, W), of the same size.

        Returns
        -------
        Tensor, (N, n_classes, H, W)
            Log-probabilities, which are logits too.

        Raises
        ------
        TypeError, ValueError
            As `steps`.
        """
        _check_pair(logits, images)
        return torch.stack([last(self.steps(*each)) for each in zip(logits, images, strict=True)])


def last(steps: Iterator[Tensor]) -> Tensor:
    """Run an inference to its end and return what it yields last."""
    *_, result = steps
    return result


def _check_pair(logits: Tensor, images: Tensor) -> None:
    inputs.tensor(logits, "logits", "N, n_classes, H, W")
    inputs.tensor(images, "images", "N, C, H, W")
    if not (logits.is_meta or bool(logits.isfinite().all())):
        raise ValueError(
            say(
                "logits hold values that are NaN or infinite, which would spread to every "
                "pixel; look for where the network makes them"
            )
        )
    if len(logits) != len(images):
        raise ValueError(
            say(
                "logits {logit_shape} and images {image_shape} do not belong together; "
                "expected (N, n_classes, H, W) and (N, C, H, W), of one N",
                logit_shape=tuple(logits.shape),
                image_shape=tuple(images.shape),
            )
        )
    if logits.shape[2:] != images.shape[2:]:
        raise ValueError(
            say(
                "logits of {logit_size} pixels and images of {image_size} differ in size; "
                "resize the logits to the image",
                logit_size=tuple(logits.shape[2:]),
                image_size=tuple(images.shape[2:]),
            )
        )
