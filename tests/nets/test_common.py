"""What every network of the zoo keeps to."""

import ast
import copy
import io
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from seglearn import nets
from seglearn.nets import zoo
from seglearn.nets.blocks import count_parameters
from seglearn.training import Recipe
from seglearn.training.loop import loss_of

from .helpers import PeakMemory, fill_zeros, images, mini, modules_of, paper_on_meta

NAMES = zoo.list()
every_network = pytest.mark.parametrize("name", NAMES)
MOST_PARAMETERS = 500_000
MOST_BYTES = 3 * 2**30


@every_network
@pytest.mark.parametrize("size", [(64, 64), (65, 97), (96, 70)])
def test_logits_have_the_size_of_the_images(name, size):
    with torch.no_grad():
        logits = mini(name)(images(2, 3, *size))
    assert logits.shape == (2, 5, *size)
    assert logits.isfinite().all()


@every_network
def test_any_number_of_classes(name):
    with torch.no_grad():
        assert zoo.create(name, 2).eval()(images(1, 3, 64, 64)).shape[1] == 2


@every_network
def test_auxiliary_logits_have_the_size_of_the_images_and_come_only_when_asked_for(name):
    net, x = zoo.create(name, 5), images(2, 3, 64, 80)
    assert isinstance(net(x), torch.Tensor)
    logits, aux = net.forward_with_aux(x)
    assert logits.shape == (2, 5, 64, 80)
    assert {a.shape for a in aux.values()} <= {(2, 5, 64, 80)}
    # CRF-RNN shows its scores before the CRF, and does not train on them.
    assert (net.aux_weight > 0) == ("auxiliary-loss" in zoo.card(name).tags)
    assert bool(aux) == (net.aux_weight > 0 or name == "crf-rnn")


@every_network
def test_both_ways_to_run_agree(name):
    x = images(1, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(mini(name).forward_with_aux(x)[0], mini(name)(x))


@every_network
def test_gradient_reaches_every_parameter(name):
    net = fill_zeros(zoo.create(name, 5))
    x = images(4, 3, 96, 96)
    target = torch.randint(0, 5, (4, 96, 96), generator=torch.Generator().manual_seed(1))
    logits, aux = net.forward_with_aux(x)
    sum(F.cross_entropy(y, target) for y in [logits, *aux.values()]).backward()
    for key, p in net.named_parameters():
        if p.requires_grad:
            assert p.grad is not None, key
            assert p.grad.isfinite().all(), key
            # A bias before a normalisation has none by nature; weights must have one.
            assert p.dim() < 2 or p.grad.abs().max() > 0, key


NORMALISE_ONE_CELL = {
    "deconvnet": "DeconvNet.fc6",
    "pspnet": "PyramidPooling.levels[0]",
    "deeplab-v3": "ASPP.image_pooling",
    "deeplab-v3-plus": "ASPP.image_pooling",
    "bisenet": "ContextPath.global_context",
}


@every_network
def test_a_batch_of_one_can_be_trained_on_or_the_layer_that_needs_two_is_named(name):
    net, x = paper_on_meta(name).train(), torch.empty((1, 3, 64, 64), device="meta")
    with torch.no_grad():
        if name in NORMALISE_ONE_CELL:
            layer = re.escape(NORMALISE_ONE_CELL[name])
            with pytest.raises(ValueError, match=f"^{layer} .* at least 2 images, or freeze"):
                net.forward_with_aux(x)
            for part in modules_of(net, torch.nn.BatchNorm2d).values():
                part.eval()
        net.forward_with_aux(x)


# Of single elements or of whole maps, as the releases (see each class) or the paper (U-Net) have it.
DROPOUT = {
    "fcn-32s": "Dropout",
    "fcn-16s": "Dropout",
    "fcn-8s": "Dropout",
    "crf-rnn": "Dropout",
    "unet": "Dropout",
    "unet-same": "Dropout",
    "deeplab-v1": "Dropout",
    "dilated-front-end": "Dropout",
    "dilated": "Dropout",
    "enet": "Dropout2d",
    "refinenet": "Dropout",
    "pspnet": "Dropout2d",
    "deeplab-v3": "Dropout",
    "deeplab-v3-plus": "Dropout",
    "fc-densenet-56": "Dropout",
    "fc-densenet-67": "Dropout",
    "fc-densenet-103": "Dropout",
}


@every_network
def test_dropout_is_of_the_published_kind(name):
    kinds = (torch.nn.Dropout, torch.nn.Dropout2d)
    for net in (mini(name), paper_on_meta(name)):
        found = {type(part).__name__ for part in modules_of(net, kinds).values()}
        assert found == ({DROPOUT[name]} if name in DROPOUT else set())


# Default of the mini and of the paper preset.
NORMALISED = {
    "fcn-32s": (False, False),
    "fcn-16s": (False, False),
    "fcn-8s": (False, False),
    "unet": (True, False),
    "unet-same": (True, True),
    "deeplab-v1": (True, False),
    "dilated-front-end": (True, False),
    "dilated": (True, False),
}


@pytest.mark.parametrize("name", NORMALISED)
def test_normalisation_is_an_option_of_both_presets(name):
    for preset, default in zip(("mini", "paper"), NORMALISED[name], strict=True):
        with torch.device("meta"):
            keys = {
                each: zoo.create(name, 5, preset, **option).state_dict().keys()
                for each, option in (
                    (None, {}),
                    (True, {"batch_norm": True}),
                    (False, {"batch_norm": False}),
                )
            }
        assert keys[None] == keys[default]
        assert any("running_mean" in key for key in keys[True])
        assert not any("running_mean" in key for key in keys[False])


@pytest.mark.parametrize("batch_norm", [True, False])
@pytest.mark.parametrize("name", NORMALISED)
def test_with_and_without_normalisation_a_step_lowers_the_loss(name, batch_norm):
    net, (x, target) = zoo.create(name, 3, batch_norm=batch_norm, dropout=0.0), stripes()
    assert bool(modules_of(net, torch.nn.BatchNorm2d)) == batch_norm
    assert net.built_as["options"]["batch_norm"] == batch_norm
    optimizer = torch.optim.SGD(net.parameters(), lr=1e-3)
    losses = []
    for _ in range(3):
        losses.append(loss_of(net, x, target, Recipe()))
        optimizer.zero_grad()
        losses[-1].backward()
        optimizer.step()
    assert losses[-1] < losses[0]


@every_network
def test_evaluation_repeats_itself_and_leaves_no_trace(name):
    net, x = mini(name), images(2, 3, 64, 64)
    before = {key: value.clone() for key, value in net.state_dict().items()}
    with torch.no_grad():
        first, second = net(x), net(x)
    assert torch.equal(first, second)
    assert all(torch.equal(value, before[key]) for key, value in net.state_dict().items())


@every_network
def test_images_of_a_batch_do_not_mix_in_evaluation(name):
    # In double precision: rounding must not decide which of two near-equal values is the maximum.
    net, x = copy.deepcopy(mini(name)).double(), images(3, 3, 64, 64).double()
    with torch.no_grad():
        together = net(x)
        alone = net(x[1:2])
    torch.testing.assert_close(together[1:2], alone)


@every_network
def test_input_is_not_changed(name):
    x = images(1, 3, 64, 64)
    with torch.no_grad():
        mini(name)(x)
    assert torch.equal(x, images(1, 3, 64, 64))


@every_network
def test_state_round_trip(name):
    x = images(1, 3, 64, 64)
    file = io.BytesIO()
    torch.save(mini(name).state_dict(), file)
    file.seek(0)
    other = zoo.create(name, 5, seed=1).eval()
    other.load_state_dict(torch.load(file, weights_only=True))
    with torch.no_grad():
        assert torch.equal(other(x), mini(name)(x))


@every_network
def test_seed_decides_the_weights_and_nothing_else_is_touched(name):
    state = torch.get_rng_state()
    again, other = zoo.create(name, 5).state_dict(), zoo.create(name, 5, seed=1).state_dict()
    assert torch.equal(torch.get_rng_state(), state)
    known = mini(name).state_dict()
    assert all(torch.equal(again[key], value) for key, value in known.items())
    assert any(not torch.equal(other[key], value) for key, value in known.items())


@every_network
def test_nothing_is_shared_by_accident(name):
    net = mini(name)
    modules = [id(part) for _, part in net.named_modules(remove_duplicate=False)]
    parameters = [id(p) for _, p in net.named_parameters(remove_duplicate=False)]
    assert len(modules) == len(set(modules))
    assert len(parameters) == len(set(parameters))


FILES = sorted(Path(nets.__path__[0]).glob("*.py"))
LOOK_UP = {"effective_field", "receptive_field"}  # layers that their callers name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_parts_are_named_in_the_open(path):
    """A reader can search for them: no attribute's name is put together on the way."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    names = {
        c.func.attr if isinstance(c.func, ast.Attribute) else c.func.id
        for c in calls
        if isinstance(c.func, ast.Attribute | ast.Name)
    }
    names -= {"get_submodule"} if path.stem in LOOK_UP else set()
    assert not names & {"add_module", "register_module", "get_submodule", "setattr"}


@every_network
@pytest.mark.parametrize("shape", [(3, 64, 64), (1, 4, 64, 64), (1, 3, 64, 63), (1, 3, 63, 64)])
def test_bad_images_are_refused(name, shape):
    with pytest.raises(ValueError, match=r"images of"):
        mini(name)(images(*shape))


@every_network
def test_mini_is_small(name):
    assert count_parameters(zoo.create(name, 12)) <= MOST_PARAMETERS


@every_network
def test_both_presets_are_one_class(name):
    assert type(mini(name)) is type(paper_on_meta(name))


@every_network
def test_parameters_of_the_paper_preset(name):
    reference = zoo.card(name).parameters
    if reference is None:
        pytest.skip("no reference count is known for this definition")
    assert count_parameters(paper_on_meta(name, reference.n_classes)) == reference.parameters


@every_network
def test_paper_preset_fits_in_memory(name):
    net = paper_on_meta(name)
    memory = PeakMemory(net)
    with torch.no_grad(), memory:
        net(torch.empty((1, 3, 256, 256), device="meta"))
    assert memory.peak < 0.8 * MOST_BYTES  # the rest is for what convolutions set aside


@every_network
def test_card(name):
    card = zoo.card(name)
    assert card.name == name
    assert card.title
    assert 2014 <= card.year <= 2026
    assert str(card.year) in card.paper
    assert re.fullmatch(r"\d{4}\.\d{4,5}", card.arxiv)
    assert card.link == f"https://arxiv.org/abs/{card.arxiv}"
    assert 2000 + int(card.arxiv[:2]) <= card.year
    assert card.tags
    for sentence in (card.idea, card.changed):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
    for other in card.after:
        assert NAMES.index(other) < NAMES.index(name)
    for result in card.results:
        assert result.data
        assert result.metric
        assert result.source
        assert np.isfinite(result.value)


def stripes():
    """Four images of two or three plain stripes, and their labels, with a little noise."""
    rng = np.random.default_rng(0)
    labels = np.zeros((4, 64, 64), dtype=np.int64)
    labels[0, :, 32:] = 1
    labels[1, 32:] = 2
    labels[2] = 1
    labels[2, :, :32] = 2
    labels[3, :32] = 1
    colours = np.array([[1.0, -1.0, -1.0], [-1.0, 1.0, -1.0], [-1.0, -1.0, 1.0]])
    x = np.moveaxis(colours[labels], 3, 1) + 0.1 * rng.standard_normal((4, 3, 64, 64))
    return torch.from_numpy(x).float(), torch.from_numpy(labels)


# DeconvNet's decoder starts from one cell, and what tells the images apart fades from each
# unpooling to the next: at the start it is 1 % of the variance of the last layer. It does learn,
# but first spends hundreds of steps on the mean. With fc6 as 1×1 the same layers learn at once.
EASIER = {"deconvnet": {"fc_kernel": 1}}


@every_network
def test_learns_four_simple_images(name):
    """Straight borders on the grid of every stride: what cannot learn this has a bug."""
    x, target = stripes()
    net = zoo.create(name, 3, **EASIER.get(name, {}))
    optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)
    torch.manual_seed(0)
    for _ in range(150):
        logits, aux = net.forward_with_aux(x)
        loss = sum(F.cross_entropy(y, target) for y in [logits, *aux.values()])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if (reached := F.cross_entropy(logits, target)) < 0.35:  # most need about 20
            break
    assert reached < 0.35
