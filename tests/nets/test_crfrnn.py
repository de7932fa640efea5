import pytest
import torch

from seglearn.nets import crfrnn
from seglearn.nets.blocks import count_parameters
from seglearn.nets.crf import DenseCRF, potts
from seglearn.nets.crfrnn import CRFRNN, CRFasRNN
from seglearn.nets.fcn import FCN

from .helpers import images, mini, paper_on_meta

THETAS = {"theta_alpha": 4.0, "theta_beta": 0.3, "theta_gamma": 1.5}


def test_parameters_are_those_of_fcn_8s_and_three_matrices():
    with torch.device("meta"):
        fcn = FCN(21, 8)
    net = paper_on_meta("crf-rnn", 21)
    assert count_parameters(net) == count_parameters(fcn) + 3 * 21**2
    assert {name: tuple(p.shape) for name, p in net.crf.named_parameters()} == {
        "bilateral_weights": (21, 21),
        "spatial_weights": (21, 21),
        "compatibility": (21, 21),
    }


def test_five_iterations_in_training_and_ten_in_test(monkeypatch):
    asked = []
    inner = crfrnn.mean_field

    def watched(*args):
        asked.append(args[-1])
        return inner(*args)

    monkeypatch.setattr(crfrnn, "mean_field", watched)
    layer = CRFasRNN(3, **THETAS)
    logits, x = images(1, 3, 12, 12, seed=1), images(1, 3, 12, 12)
    layer.train()(logits, x)
    layer.eval()(logits, x)
    assert asked == [5, 10]


def test_it_starts_as_a_plain_dense_crf():
    layer = CRFasRNN(4, **THETAS).eval()
    torch.testing.assert_close(layer.compatibility.data, potts(4))
    torch.testing.assert_close(layer.bilateral_weights.data, 5 * torch.eye(4))
    torch.testing.assert_close(layer.spatial_weights.data, 3 * torch.eye(4))
    plain = DenseCRF(n_iterations=10, w_bilateral=5.0, w_spatial=3.0, **THETAS)
    logits, x = images(2, 4, 14, 12, seed=1), images(2, 3, 14, 12)
    torch.testing.assert_close(layer(logits, x), plain(logits, x))


def test_all_three_matrices_and_the_network_before_them_learn():
    layer = CRFasRNN(3, **THETAS)
    logits = images(1, 3, 12, 12, seed=1).requires_grad_()
    layer(logits, images(1, 3, 12, 12))[:, 0].sum().backward()
    for p in (*layer.parameters(), logits):
        assert p.grad.abs().max() > 0
    # Off the diagonal too: one class can learn to listen to another.
    off = ~torch.eye(3, dtype=torch.bool)
    assert layer.compatibility.grad[off].abs().max() > 0
    assert layer.bilateral_weights.grad[off].abs().max() > 0


def test_gradient_is_that_of_the_function():
    layer = CRFasRNN(3, train_iterations=2, **THETAS, cell=1.0).double()
    logits, x = images(1, 3, 4, 4, seed=1).double(), images(1, 3, 4, 4).double()

    def run(logits, bilateral, spatial, compatibility):
        parameters = {
            "bilateral_weights": bilateral,
            "spatial_weights": spatial,
            "compatibility": compatibility,
        }
        return torch.func.functional_call(layer, parameters, (logits, x))

    inputs = [t.detach().clone().requires_grad_() for t in (logits, *layer.parameters())]
    torch.autograd.gradcheck(run, inputs, atol=1e-6)


def test_a_learned_compatibility_can_undo_what_potts_does():
    """Two neighbours may prefer to differ: the matrix, not Potts, decides."""
    layer = CRFasRNN(2, w_bilateral=0.0, theta_gamma=1.0, test_iterations=1).eval()
    logits = torch.zeros(1, 2, 9, 9)
    logits[0, 0, 4, 4] = 1.0
    x = images(1, 3, 9, 9)
    with torch.no_grad():
        assert layer(logits, x)[0].argmax(0)[4, 5] == 0
        layer.compatibility.copy_(torch.eye(2))
        assert layer(logits, x)[0].argmax(0)[4, 5] == 1


def test_the_network_is_the_crf_after_fcn_8s():
    net, x = mini("crf-rnn"), images(1, 3, 64, 70)
    assert isinstance(net.unary, FCN)
    assert net.unary.stride == 8
    with torch.no_grad():
        logits, aux = net.forward_with_aux(x)
        torch.testing.assert_close(aux["unary"], net.unary(x))
        torch.testing.assert_close(logits, net.crf(aux["unary"], x))
    torch.testing.assert_close(logits.exp().sum(1), torch.ones(1, 64, 70))


@pytest.mark.parametrize("options", [{"theta_alpha": 30.0}, {"cell": 2.0, "test_iterations": 3}])
def test_options_reach_the_crf(options):
    net = CRFRNN(3, unary=FCN(3, 8, widths=(4,) * 5, fc_width=4, padding=1), **options)
    for name, value in options.items():
        assert getattr(net.crf, name) == value
