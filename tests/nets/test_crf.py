"""The dense CRF against sums over all pairs, written as loops."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from seglearn.data import samples, scenes
from seglearn.nets import crf
from seglearn.nets.crf import BilateralKernel, DenseCRF, SpatialKernel

from .helpers import images

THETAS = {"theta_alpha": 3.0, "theta_beta": 0.3, "theta_gamma": 1.5}
NORMALIZATIONS = pytest.mark.parametrize("normalization", crf.NORMALIZATIONS)


def a_case(n_classes=4, height=8, width=8, seed=0):
    generator = torch.Generator().manual_seed(seed)
    logits = 2 * torch.randn((n_classes, height, width), generator=generator).double()
    return logits, torch.rand((3, height, width), generator=generator).double()


def plain_mean_field(logits, image, normalization, n_iterations, w1, w2):
    """Algorithm 1 of the paper with an explicit Potts matrix, in NumPy."""
    n_classes = len(logits)
    unary = -logits.reshape(n_classes, -1)
    kernels = []
    for weight, k in (
        (w1, crf.kernel_plain(image, THETAS["theta_alpha"], THETAS["theta_beta"]).numpy()),
        (w2, crf.kernel_plain(image, THETAS["theta_gamma"]).numpy()),
    ):
        if normalization == "symmetric":
            degree = k.sum(1)
            k = k / np.sqrt(degree[:, None] * degree[None, :])
        kernels.append(weight * (k - np.diag(np.diag(k))))
    q = np.exp(-unary) / np.exp(-unary).sum(0)
    for _ in range(n_iterations):
        pairwise = np.zeros_like(q)
        for label in range(n_classes):
            for other in range(n_classes):
                if other != label:
                    pairwise[label] += sum(k @ q[other] for k in kernels)
        q = np.exp(-unary - pairwise)
        q /= q.sum(0)
    return q.reshape(logits.shape)


@NORMALIZATIONS
@pytest.mark.parametrize(("height", "width"), [(8, 8), (5, 9)])
def test_exact_inference_equals_brute_force(normalization, height, width):
    logits, image = a_case(height=height, width=width)
    w1, w2 = (4.0, 2.0) if normalization == "symmetric" else (0.3, 0.2)
    net = DenseCRF(
        n_iterations=5,
        w_bilateral=w1,
        w_spatial=w2,
        **THETAS,
        cell=0,
        normalization=normalization,
    )
    found = net(logits[None], image[None])[0].exp()
    expected = plain_mean_field(logits.numpy(), image, normalization, 5, w1, w2)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)
    assert (expected.argmax(0) != logits.numpy().argmax(0)).any()  # it has something to do


@pytest.mark.parametrize("photograph", [False, True])
def test_messages_are_those_of_the_plain_kernel(photograph):
    _, image = a_case()
    if photograph:
        values = samples.photograph("coffee").image[40:200:20, 60:260:20]
        image = torch.from_numpy(values).double().permute(2, 0, 1)
    _, height, width = image.shape
    q = images(3, height, width).double()
    for fast, plain in (
        (
            BilateralKernel(image, 3.0, 0.3, cell=0, normalization="none"),
            crf.kernel_plain(image, 3.0, 0.3),
        ),
        (SpatialKernel(image, 1.5, "none"), crf.kernel_plain(image, 1.5)),
    ):
        expected = (q.flatten(1) @ (plain - torch.eye(height * width))).reshape(q.shape)
        torch.testing.assert_close(fast(q), expected)
    # By hand: two pixels to the side, of colours one apart in one channel.
    pair = torch.zeros(3, 1, 3)
    pair[1, 0, 2] = 1
    expected = np.exp(-(2**2 / 4**2 + 1 / 0.5**2) / 2)
    assert float(crf.kernel_plain(pair, 4.0, 0.5)[0, 2]) == pytest.approx(expected)


@pytest.mark.parametrize("thetas", [(0.0,), (3.0, -1.0), (float("nan"),)])
def test_the_plain_kernel_refuses_what_is_no_standard_deviation(thetas):
    with pytest.raises(ValueError, match=r"theta_(place|colour)=.* is no standard deviation"):
        crf.kernel_plain(torch.zeros(3, 2, 2), *thetas)


@NORMALIZATIONS
@pytest.mark.parametrize("cell", [0, None, 2.5])
def test_distributions_sum_to_one_after_every_iteration(cell, normalization):
    logits, image = a_case()
    net = DenseCRF(n_iterations=4, **THETAS, cell=cell, normalization=normalization)
    seen = list(net.steps(logits, image))
    assert len(seen) == 4
    for log_q in seen:
        torch.testing.assert_close(log_q.exp().sum(0), torch.ones(8, 8).double())
    torch.testing.assert_close(net(logits[None], image[None])[0], seen[-1])


@NORMALIZATIONS
def test_kernels_are_symmetric_and_leave_the_pixel_itself_out(normalization):
    _, image = a_case()
    for kernel in (
        BilateralKernel(image, 3.0, 0.3, cell=0, normalization=normalization),
        SpatialKernel(image, 1.5, normalization),
    ):
        matrix = kernel(torch.eye(64).double().reshape(64, 8, 8)).reshape(64, 64)
        torch.testing.assert_close(matrix, matrix.T)
        assert matrix.diagonal().abs().max() < 1e-12
        assert matrix.min() > -1e-12
    # A coarse sum leaves out what the pixel itself put into its cell, no more and no less.
    coarse = BilateralKernel(image, 3.0, 0.3, cell=2.0, normalization="none")
    alone = torch.eye(64).double().reshape(64, 8, 8)
    assert coarse(alone).reshape(64, 64).diagonal().abs().max() < 1e-12


def test_without_weights_the_classifier_is_left_alone():
    logits, image = a_case()
    net = DenseCRF(w_bilateral=0, w_spatial=0)
    torch.testing.assert_close(net(logits[None], image[None])[0], logits.log_softmax(0))


def a_scene(size):
    """A street, and scores as of a coarse network: the truth blurred, with noise."""
    scene = scenes.make_scene(3, (size, size))
    image = torch.from_numpy(scene.image).permute(2, 0, 1).contiguous()
    truth = torch.from_numpy(scene.semantic.astype(np.int64)).clamp(max=9)
    p = F.one_hot(truth, 10).permute(2, 0, 1)[None, :9].float()
    p = F.interpolate(F.avg_pool2d(p, 8), scale_factor=8, mode="bilinear")[0]
    noise = torch.randn(p.shape, generator=torch.Generator().manual_seed(0))
    return (0.01 + 0.9 * p).log() + 0.5 * noise, image, truth


def test_error_of_cells():
    """Coarser cells cost accuracy; at the default, less than 1 label in 100 changes."""
    logits, image, _ = a_scene(64)
    settings = {"n_iterations": 5, "w_bilateral": 5.0, "theta_alpha": 20.0, "theta_beta": 0.1}
    exact = DenseCRF(cell=0, **settings)(logits[None], image[None])[0]
    errors, changed, counts = [], [], []
    for cell in (0.25, 0.5, 1.0, 1.5, 3.0):
        net = DenseCRF(cell=cell, **settings)
        q = net(logits[None], image[None])[0]
        errors.append(float((q.exp() - exact.exp()).abs().sum(0).mean()) / 2)
        changed.append(float((q.argmax(0) != exact.argmax(0)).double().mean()))
        counts.append(net.kernels(image)[0].n_cells)
    assert errors == sorted(errors)
    assert counts == sorted(counts, reverse=True)
    assert errors[0] < 2e-3
    assert changed[2] < 0.01
    assert changed[3] < 0.025
    assert counts[2] < 64 * 64 / 4


def test_it_cleans_a_noisy_map_and_follows_colour():
    image = torch.zeros(3, 24, 24)
    image[:, :, 13:] = 1.0  # two regions, whose border no square of 8 knows of
    truth = (image[0] > 0.5).long()
    logits = torch.stack([1 - truth, truth]).float()
    logits = logits + torch.randn(logits.shape, generator=torch.Generator().manual_seed(0))
    before = (logits.argmax(0) == truth).float().mean()
    net = DenseCRF(theta_alpha=10.0, theta_beta=0.2, w_spatial=0.0, w_bilateral=10.0)
    after = (net(logits[None], image[None])[0].argmax(0) == truth).float().mean()
    assert before < 0.8
    assert after == 1


def test_gradient_is_that_of_the_function():
    logits, image = a_case(3, 4, 5)
    net = DenseCRF(n_iterations=3, w_bilateral=2.0, w_spatial=1.0, **THETAS, cell=1.0)
    torch.autograd.gradcheck(
        lambda x: net(x[None], image[None]), logits.clone().requires_grad_(), atol=1e-6
    )


def test_memory_bounds_the_cells():
    _, image = a_case()
    free = BilateralKernel(image, 3.0, 0.3, max_pairs=64 * 10)
    assert free.n_cells <= 10
    assert free.cell > 1
    # There is always one cell left, however tight the bound and however small the kernel.
    assert BilateralKernel(image, 1e-2, 1e-4, max_pairs=1).n_cells == 1
    with pytest.raises(ValueError, match="larger cell"):
        BilateralKernel(image, 3.0, 0.3, cell=0.5, max_pairs=64 * 10)
    with pytest.raises(ValueError, match="larger cell"):
        BilateralKernel(image, 3.0, 0.3, cell=0, max_pairs=64 * 10)


def test_images_of_a_batch_are_independent():
    x, logits = images(3, 3, 16, 20), images(3, 4, 16, 20, seed=1)
    net = DenseCRF(**THETAS)
    torch.testing.assert_close(net(logits, x)[1:2], net(logits[1:2], x[1:2]))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_iterations": 0}, "n_iterations=0"),
        ({"w_spatial": -1.0}, "w_spatial=-1.0"),
        ({"theta_alpha": 0.0}, "theta_alpha=0.0"),
        ({"theta_beta": float("nan")}, "theta_beta=nan"),
        ({"theta_gamma": -1.0}, "theta_gamma=-1.0"),
        ({"cell": -0.5}, "cell=-0.5"),
        ({"normalization": "both"}, "unknown normalization 'both'; expected one of"),
    ],
)
def test_bad_settings_are_refused(options, message):
    logits, image = a_case()
    with pytest.raises(ValueError, match=message):
        DenseCRF(**options)(logits[None], image[None])


def test_logits_and_images_must_belong_together():
    net = DenseCRF()
    with pytest.raises(ValueError, match="resize the logits"):
        net(images(1, 4, 8, 8), images(1, 3, 16, 16))
    with pytest.raises(ValueError, match="belong together"):
        net(images(2, 4, 8, 8), images(1, 3, 8, 8))
    with pytest.raises(ValueError, match=r"expected \(N, n_classes, H, W\)"):
        net(images(4, 8, 8), images(3, 8, 8))


def test_images_are_floats_and_the_colours_fit_theta_beta():
    # Two surfaces, each of changing colour, and scores that are wrong at every fourth pixel.
    rng = torch.Generator().manual_seed(0)
    truth = (torch.arange(32) >= 17).long().expand(32, 32)
    colours = 60 + 120 * truth + torch.randint(0, 30, (3, 32, 32), generator=rng)
    bytes_ = colours.to(torch.uint8)
    wrong = torch.rand(32, 32, generator=rng) < 0.25
    logits = F.one_hot(truth ^ wrong, 2).permute(2, 0, 1).float()
    net = DenseCRF(theta_alpha=20.0, theta_beta=0.1)
    right = net(logits[None], bytes_[None] / 255)[0]
    accuracy = [(q.argmax(0) == truth).double().mean() for q in (logits, right)]
    assert accuracy[0] < 0.8
    assert accuracy[1] > 0.99
    for call in (
        lambda x: net(logits[None], x[None]),
        lambda x: list(net.steps(logits, x)),
        lambda x: BilateralKernel(x, 20.0, 0.1),
        lambda x: crf.kernel_plain(x[:, :3, :3], 20.0, 0.1),
    ):
        with pytest.raises(TypeError, match="divide an 8-bit image by 255"):
            call(bytes_)
    with pytest.raises(
        ValueError, match=r"from 60 to 2\d\d, but theta_beta=0.1 is meant for \[0, 1\]"
    ):
        net(logits[None], bytes_[None].float())
    # Colours of other units are right where the standard deviation has them too.
    other = DenseCRF(theta_alpha=20.0, theta_beta=0.1 * 255)
    torch.testing.assert_close(
        other(logits[None], bytes_[None].float())[0], right, atol=1e-3, rtol=0
    )


def test_what_is_no_tensor_of_finite_floats_is_refused():
    net, logits, image = DenseCRF(), images(1, 4, 8, 8), images(1, 3, 8, 8)
    with pytest.raises(TypeError, match=r"images must be a torch.Tensor.*from_numpy"):
        net(logits, image.numpy())
    with pytest.raises(TypeError, match=r"logits holds torch.int64 values.*\.float\(\)"):
        net(logits.long(), image)
    with pytest.raises(ValueError, match="the image holds values that are NaN"):
        net(logits, image.clone().index_fill_(3, torch.tensor(2), float("nan")))
    with pytest.raises(ValueError, match="logits hold values that are NaN"):
        net(logits.clone().index_fill_(3, torch.tensor(2), float("inf")), image)
    with pytest.raises(ValueError, match="without N for `steps`"):
        net.steps(logits, image)
