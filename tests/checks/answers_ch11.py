"""Right answers to chapter 11's exercises, as learners write them."""

import itertools
import math

import numpy as np
import torch
import torch.nn.functional as F
from scipy import signal, special


def size_formula(n, k, s, p, d):
    span = d * (k - 1) + 1
    return (n + 2 * p - span) // s + 1


def size_floor(cells, kernel, stride, padding, dilation):
    return math.floor((cells + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1)


def size_range(n, k, s, p, d):
    return len(range(0, n + 2 * p - d * (k - 1), s))


def size_walk(n, k, s, p, d):
    places, start = 0, -p
    while start + d * (k - 1) < n + p:
        places += 1
        start += s
    return places


def size_torch(n, k, s, p, d):
    row = torch.zeros(1, 1, n)
    return F.conv1d(row, torch.zeros(1, 1, k), stride=s, padding=p, dilation=d).shape[2]


def field_loop(layers):
    field, jump = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * jump
        jump *= stride
    return field


def field_backwards(net):
    field = 1
    for k, s in reversed(net):
        field = (field - 1) * s + k
    return field


def field_pixels(layers):
    seen = {0}
    for kernel, stride in layers[::-1]:
        seen = {stride * unit + i for unit in seen for i in range(kernel)}
    return max(seen) + 1


def field_products(layers):
    return 1 + sum(
        (layers[i][0] - 1) * math.prod(stride for _, stride in layers[:i])
        for i in range(len(layers))
    )


def field_cumprod(layers):
    kernels, strides = np.array(layers).T
    jumps = np.cumprod(strides) // strides
    return (kernels - 1) @ jumps + 1


def field_recursive(layers):
    if not layers:
        return 1
    (kernel, stride), *rest = layers
    return kernel + stride * (field_recursive(rest) - 1)


def kernels_reshape(weights, channels, height, width):
    return weights.reshape(len(weights), channels, height, width)


def kernels_function(w, c, rows, columns):
    return np.reshape(w, (w.shape[0], c, rows, columns))


def kernels_loops(weights, channels, height, width):
    out = np.zeros((weights.shape[0], channels, height, width))
    for o in range(weights.shape[0]):
        for c in range(channels):
            for y in range(height):
                for x in range(width):
                    out[o, c, y, x] = weights[o, c * height * width + y * width + x]
    return out


def kernels_split(weights, channels, height, width):
    return [[np.split(channel, height) for channel in np.split(row, channels)] for row in weights]


def kernels_torch(weights, channels, height, width):
    return torch.from_numpy(weights).unflatten(1, (channels, height, width))


def tent_formula(factor):
    size = 2 * factor - factor % 2
    side = 1 - np.abs(np.arange(size) - (size - 1) / 2) / factor
    return np.outer(side, side)


def tent_caffe(f):
    size = 2 * f - f % 2
    half = math.ceil(size / 2)
    centre = (2 * half - 1 - half % 2) / (2 * half)
    y, x = np.ogrid[:size, :size]
    return (1 - abs(x / half - centre)) * (1 - abs(y / half - centre))


def tent_odd_or_even(factor):
    if factor % 2 == 1:
        rising = np.arange(1, factor + 1)
        side = np.append(rising, rising[-2::-1])
    else:
        rising = np.arange(factor) + 0.5
        side = np.append(rising, rising[::-1])
    return side[:, None] * side[None, :] / factor**2


def tent_boxes(factor):
    side = np.convolve(np.ones(factor), np.ones(factor)) / factor
    if factor % 2 == 0:
        side = (np.append(side, 0) + np.append(0, side)) / 2
    return side[:, np.newaxis] @ side[np.newaxis]


def tent_loops(factor):
    size = 2 * factor - factor % 2
    side = []
    for i in range(size):
        distance = abs(i - (size - 1) / 2)
        side.append((factor - distance) / factor)
    return [[a * b for a in side] for b in side]


def stamp_slices(x, kernel, stride):
    k, (h, w) = len(kernel), x.shape
    out = np.zeros((stride * (h - 1) + k, stride * (w - 1) + k))
    for i in range(h):
        for j in range(w):
            top, left = stride * i, stride * j
            out[top : top + k, left : left + k] += x[i, j] * kernel
    return out


def stamp_numbers(x, kernel, stride):
    k = len(kernel)
    out = [[0.0] * (stride * (x.shape[1] - 1) + k) for _ in range(stride * (x.shape[0] - 1) + k)]
    for i, j in np.ndindex(x.shape):
        for a, b in itertools.product(range(k), range(k)):
            out[stride * i + a][stride * j + b] += x[i, j] * kernel[a, b]
    return out


def stamp_zeros(x, kernel, stride):
    h, w = x.shape
    spread = np.zeros((stride * (h - 1) + 1, stride * (w - 1) + 1))
    spread[::stride, ::stride] = x
    return signal.convolve2d(spread, kernel)


def stamp_weights(values, stamp, step):
    k = len(stamp)
    h, w = values.shape
    out = np.zeros(((h - 1) * step + k, (w - 1) * step + k))
    for a in range(k):
        for b in range(k):
            out[a : a + step * h : step, b : b + step * w : step] += values * stamp[a, b]
    return out


def stamp_torch(x, kernel, stride):
    x, kernel = torch.tensor(x)[None, None], torch.tensor(kernel)[None, None]
    return F.conv_transpose2d(x, kernel, stride=stride).squeeze()


def stamp_matrices(x, kernel, stride):
    k, (h, w) = len(kernel), x.shape
    rows = np.zeros((k, stride * (h - 1) + k, h))
    columns = np.zeros((k, stride * (w - 1) + k, w))
    for a in range(k):
        rows[a, stride * np.arange(h) + a, np.arange(h)] = 1
        columns[a, stride * np.arange(w) + a, np.arange(w)] = 1
    return np.einsum("ab,ayi,bxj,ij->yx", kernel, rows, columns, x)


def loss_selected(logits, labels, ignore_index):
    valid = labels != ignore_index
    if not valid.any():
        return 0.0
    z, t = logits[valid], labels[valid]
    z = z - z.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(t)), t])


def loss_loops(scores, truth, void):
    total = n = 0
    for r in range(truth.shape[0]):
        for c in range(truth.shape[1]):
            if truth[r, c] != void:
                z = scores[r, c].tolist()
                top = max(z)
                total += top + math.log(sum(math.exp(v - top) for v in z)) - z[truth[r, c]]
                n += 1
    return total / n if n else 0


def loss_logsumexp(logits, labels, ignore_index):
    here = labels != ignore_index
    each = special.logsumexp(logits[here], axis=1)
    true = logits[here, labels[here]]
    return (each - true).sum() / max(here.sum(), 1)


def loss_one_hot(logits, labels, ignore_index):
    log_p = special.log_softmax(logits, axis=2)
    true = np.arange(logits.shape[2]) == labels[..., None]
    true[labels == ignore_index] = False
    return -log_p[true].mean() if true.any() else 0


def loss_torch(logits, labels, ignore_index):
    scores = torch.tensor(logits).permute(2, 0, 1)[None]
    truth = torch.tensor(labels).long()[None]
    loss = F.cross_entropy(scores, truth, ignore_index=ignore_index)
    return torch.nan_to_num(loss)


def loss_differences(logits, labels, ignore_index):
    losses = []
    for z, t in zip(np.concatenate(logits), np.concatenate(labels), strict=True):
        if t == ignore_index:
            continue
        losses.append(np.logaddexp.reduce(z - z[t]))
    return sum(losses) / len(losses) if losses else 0.0
