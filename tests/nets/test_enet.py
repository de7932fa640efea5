import torch
from torch import nn
from torch.nn import functional as F

from seglearn.nets.enet import Bottleneck, DownBottleneck, ENet, InitialBlock, UpBottleneck

from .helpers import images, mini, modules_of, paper_on_meta


def test_initial_block_is_13_convolved_maps_beside_the_pooled_image():
    block = InitialBlock(3, 16).eval()
    assert block.conv.out_channels == 13
    block.norm.eps = 0
    block.activation.weight.data.fill_(1.0)  # PReLU as identity
    x = images(1, 3, 8, 10)
    y = block(x)
    assert y.shape == (1, 16, 4, 5)
    torch.testing.assert_close(y[:, 13:], F.max_pool2d(x, 2))
    torch.testing.assert_close(y[:, :13], block.conv(x))


def test_prelu_in_the_encoder_and_relu_in_the_decoder():
    net = paper_on_meta("enet")
    decoder = ("bottleneck4_0", "stage4", "bottleneck5_0", "stage5", "fullconv")
    prelus, relus = modules_of(net, nn.PReLU), modules_of(net, nn.ReLU)
    assert not [name for name in prelus if name.startswith(decoder)]
    assert all(name.startswith(decoder) for name in relus)
    # One slope a channel, and 3 activations in each of the 22 bottlenecks of the encoder.
    assert len(prelus) == 1 + 22 * 3
    assert all(p.num_parameters > 1 for p in prelus.values())


def test_stages_2_and_3_alternate_plain_dilated_and_asymmetric_convolutions():
    net = paper_on_meta("enet")
    for stage in (net.stage2, net.stage3):
        kinds = []
        for block in stage:
            convs = [m for m in block.modules() if isinstance(m, nn.Conv2d)]
            kinds.append([(c.kernel_size, c.dilation[0]) for c in convs[1:-1]])
        square, thin = (3, 3), [((5, 1), 1), ((1, 5), 1)]
        assert kinds == [
            [(square, 1)],
            [(square, 2)],
            thin,
            [(square, 4)],
            [(square, 1)],
            [(square, 8)],
            thin,
            [(square, 16)],
        ]
    assert [len(stage) for stage in (net.stage1, net.stage4)] == [4, 2]
    assert net.stage2[0] is not net.stage3[0]
    names = [
        name.split(".")[-1]
        for name, part in net.named_modules()
        if "bottleneck" in name.split(".")[-1]
    ]
    table = ((1, 5), (2, 9), (3, 9), (4, 3), (5, 2))  # Table 1: bottleneck1.0 … bottleneck5.1
    assert names == [f"bottleneck{i}_{j}" for i, n in table for j in range(i == 3, n)]


def test_resolutions():
    """A quarter after bottleneck 1.0, an eighth in the middle, and back in two steps."""
    net = mini("enet")
    strides = {"initial": 2, "stage1": 4, "stage2": 8, "stage3": 8, "stage4": 4, "stage5": 2}
    seen = {}
    hooks = [
        net.get_submodule(name).register_forward_hook(
            lambda _, __, out, name=name: seen.__setitem__(name, tuple(out.shape[2:]))
        )
        for name in strides
    ]
    with torch.no_grad():
        net(images(1, 3, 96, 128))
    for hook in hooks:
        hook.remove()
    assert seen == {name: (96 // s, 128 // s) for name, s in strides.items()}


def test_down_sampling_pads_new_channels_with_zeros_and_remembers_the_maxima():
    block = DownBottleneck(4, 8, 0.0).eval()
    for p in block.branch.parameters():
        nn.init.zeros_(p)
    x = images(1, 4, 6, 8)
    y, indices = block(x)
    pooled, expected = F.max_pool2d(x, 2, return_indices=True)
    assert torch.equal(indices, expected)
    torch.testing.assert_close(y[:, :4], pooled)
    assert not y[:, 4:].any()


def test_unpooling_puts_values_where_the_encoder_found_them():
    block = UpBottleneck(4, 4).eval()
    for p in block.branch.parameters():
        nn.init.zeros_(p)
    nn.init.dirac_(block.project[0].weight)
    block.project[1].eps = 0
    before = images(1, 4, 6, 8)
    pooled, indices = F.max_pool2d(before, 2, return_indices=True)
    up = block(pooled, indices)
    torch.testing.assert_close(up, torch.where(up > 0, before, 0))
    assert (up > 0).sum() == pooled.numel()


def test_each_decoder_step_gets_the_indices_of_its_own_encoder_step():
    net, x = mini("enet"), images(1, 3, 64, 64)
    given, kept = {}, {}
    hooks = []
    for up, down in (("bottleneck4_0", "bottleneck2_0"), ("bottleneck5_0", "bottleneck1_0")):
        hooks += [
            net.get_submodule(up).register_forward_hook(
                lambda _, args, __, key=down: given.__setitem__(key, args[1])
            ),
            net.get_submodule(down).register_forward_hook(
                lambda _, __, out, key=down: kept.__setitem__(key, out[1])
            ),
        ]
    with torch.no_grad():
        net(x)
    for hook in hooks:
        hook.remove()
    assert len(given) == 2
    assert all(given[key] is kept[key] for key in kept)


def test_bottlenecks_squeeze_to_a_quarter_and_add():
    block = Bottleneck(16, dropout=0.0).eval()
    convs = [m for m in block.modules() if isinstance(m, nn.Conv2d)]
    assert [c.out_channels for c in convs] == [4, 4, 16]
    nn.init.zeros_(convs[-1].weight)
    x = images(1, 16, 5, 5)
    torch.testing.assert_close(block(x), x)  # x is positive: PReLU keeps it


def test_dropout_drops_whole_maps_a_hundredth_early_and_a_tenth_late():
    drops = modules_of(paper_on_meta("enet"), nn.Dropout2d)
    for name, drop in drops.items():
        assert drop.p == (0.01 if name.startswith(("bottleneck1", "stage1")) else 0.1), name
    assert len(drops) == 22


def test_nothing_is_padded_for_multiples_of_eight():
    torch.manual_seed(0)
    net = ENet(3, channels=(16, 16, 16)).eval()
    x = images(1, 3, 72, 64)
    with torch.no_grad():
        whole = net(x)
        # An image one row short is continued by repeating its last row.
        x[:, :, 71] = x[:, :, 70]
        torch.testing.assert_close(net(x)[:, :, :71], net(x[:, :, :71]))
    assert whole.shape == (1, 3, 72, 64)
