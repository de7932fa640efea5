"""What the tests of the networks share."""

import weakref
from functools import cache

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from seglearn.nets import zoo


@cache
def mini(name, n_classes=5):
    """One small network for all tests that do not change it, in evaluation mode."""
    return zoo.create(name, n_classes).eval()


def paper_on_meta(name, n_classes=21):
    """The published size without its weights: shapes only, so it costs nothing."""
    with torch.device("meta"):
        return zoo.create(name, n_classes, "paper").eval()


def images(*size, seed=0):
    """Random images (N, 3, H, W), or any other shape."""
    return torch.rand(size, generator=torch.Generator().manual_seed(seed))


def modules_of(net, kind):
    """Names and modules of one kind, in order."""
    return {name: part for name, part in net.named_modules() if isinstance(part, kind)}


def fill_zeros(net, std=0.02, seed=0):
    """Give weights that start at zero a small value, so that gradients pass through them."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for p in net.parameters():
            if p.dim() > 1 and p.requires_grad and not p.any():
                p.copy_(torch.randn(p.shape, generator=generator) * std)
    return net


def nearly_linear_conv(conv):
    """Set a convolution to the identity on its first channels."""
    nn.init.dirac_(conv.weight)
    nn.init.zeros_(conv.bias)


class PeakMemory(TorchDispatchMode):
    """Bytes of tensors alive at one time; works on shapes alone (device "meta")."""

    def __init__(self, net):
        super().__init__()
        self.now = sum(t.nbytes for t in [*net.parameters(), *net.buffers()])
        self.peak = self.now
        self.seen = set()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        for tensor in out if isinstance(out, tuple | list) else [out]:
            if isinstance(tensor, torch.Tensor):
                storage = tensor.untyped_storage()
                key = storage._cdata
                if key not in self.seen:
                    self.seen.add(key)
                    self.now += storage.nbytes()
                    weakref.finalize(storage, self.free, key, storage.nbytes())
        self.peak = max(self.peak, self.now)
        return out

    def free(self, key, n_bytes):
        self.seen.discard(key)
        self.now -= n_bytes


def first_dilations(net, layer):
    """Return the dilations of a layer in the first two blocks of conv4 and of conv5."""
    stages = (net.backbone.conv4, net.backbone.conv5)
    return [b.get_submodule(layer).dilation[0] for stage in stages for b in [*stage][:2]]
