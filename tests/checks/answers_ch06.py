"""Right answers to chapter 06's exercises, as learners write them."""

import math

import numpy as np
import torch
from scipy import ndimage
from scipy.spatial.distance import cdist
from scipy.special import softmax


def quarter_slices(block, tolerance):
    quarters = np.zeros_like(block)
    if block.std() > tolerance:
        rows, columns = block.shape
        quarters[:, columns // 2 :] = 1
        quarters[rows // 2 :] += 2
    return quarters


def quarter_indices(block, tolerance):
    if np.std(block) <= tolerance:
        return np.zeros(block.shape)
    y, x = np.indices(block.shape)
    return 2 * (y >= block.shape[0] // 2) + (x >= block.shape[1] // 2)


def quarter_loops(values, limit):
    height, width = values.shape
    variance = ((values - values.mean()) ** 2).mean()
    out = [[0] * width for _ in range(height)]
    if round(variance, 12) > round(limit**2, 12):
        for y in range(height):
            for x in range(width):
                out[y][x] = 2 * (y >= height // 2) + (x >= width // 2)
    return out


def quarter_block(block, tolerance):
    if not block.std() > tolerance:
        return np.zeros_like(block)
    top, left = block.shape[0] // 2, block.shape[1] // 2
    down, right = block.shape[0] - top, block.shape[1] - left
    upper = [np.full((top, left), 0), np.full((top, right), 1)]
    lower = [np.full((down, left), 2), np.full((down, right), 3)]
    return np.block([upper, lower])


def otsu_loop(counts):
    values, best, level = np.arange(len(counts)), 0, None
    for k in range(len(counts) - 1):
        low, high = counts[: k + 1], counts[k + 1 :]
        if low.any() and high.any():
            below = (low * values[: k + 1]).sum() / low.sum()
            above = (high * values[k + 1 :]).sum() / high.sum()
            mark = low.sum() * high.sum() * (above - below) ** 2
            if mark > best:
                best, level = mark, k
    return level


def otsu_sums(counts):
    total, moment = counts.sum(), (counts * np.arange(len(counts))).sum()
    best, level = 0, None
    pixels, grey = 0, 0
    for value, count in enumerate(counts.tolist()):
        pixels, grey = pixels + count, grey + count * value
        if 0 < pixels < total:
            mark = (moment * pixels - grey * total) ** 2 / (pixels * (total - pixels))
            if mark > best:
                best, level = mark, value
    return level


def otsu_within(counts):
    spreads = []
    for k in range(1, len(counts)):
        below = np.repeat(np.arange(k), counts[:k])
        above = np.repeat(np.arange(k, len(counts)), counts[k:])
        empty = below.size * above.size == 0
        spread = math.inf if empty else below.size * below.var() + above.size * above.var()
        spreads.append(round(spread, 6))
    return spreads.index(min(spreads))


def hysteresis_rounds(strength, low, high):
    kept = strength >= high
    for _ in range(strength.size):
        kept = ndimage.binary_dilation(kept, np.ones((3, 3))) & (strength >= low)
    return kept


def hysteresis_parts(strength, low, high):
    parts = ndimage.label(strength >= low, np.ones((3, 3)))[0]
    return np.isin(parts, parts[strength >= high])


def hysteresis_stack(strength, low, high):
    height, width = strength.shape
    kept = strength >= high
    todo = list(zip(*np.nonzero(kept), strict=True))
    while todo:
        y, x = todo.pop()
        for v in range(max(y - 1, 0), min(y + 2, height)):
            for u in range(max(x - 1, 0), min(x + 2, width)):
                if strength[v, u] >= low and not kept[v, u]:
                    kept[v, u] = True
                    todo.append((v, u))
    return kept


def lbp_slices(image):
    height, width = image.shape
    steps = [(0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0)]
    codes = 0
    for bit, (y, x) in enumerate(steps):
        neighbour = image[y : y + height - 2, x : x + width - 2]
        codes = codes + (neighbour >= image[1:-1, 1:-1]) * 2**bit
    return codes


def lbp_loops(image):
    out = []
    for y in range(1, image.shape[0] - 1):
        row = []
        for x in range(1, image.shape[1] - 1):
            ring = [
                *[image[y - 1, x - 1], image[y - 1, x], image[y - 1, x + 1], image[y, x + 1]],
                *[image[y + 1, x + 1], image[y + 1, x], image[y + 1, x - 1], image[y, x - 1]],
            ]
            code, worth = 0, 1
            for neighbour in ring:
                if neighbour >= image[y, x]:
                    code = code + worth
                worth = worth * 2
            row.append(code)
        out.append(row)
    return out


def lbp_weights(image):
    worth = np.array([[1, 2, 4], [128, 0, 8], [64, 32, 16]])
    windows = np.lib.stride_tricks.sliding_window_view(image, (3, 3))
    middle = windows[:, :, 1:2, 1:2]
    return ((windows >= middle) * worth).sum(axis=(2, 3))


def lbp_torch(image):
    t = torch.as_tensor(image).double()
    height, width = t.shape
    inner = t[1:-1, 1:-1]
    codes = torch.zeros(inner.shape, dtype=torch.int64)
    for bit, (y, x) in {0: (0, 0), 1: (0, 1), 2: (0, 2), 3: (1, 2)}.items():
        codes |= (t[y : height - 2 + y, x : width - 2 + x] >= inner).long() << bit
        v, u = 2 - y, 2 - x  # across
        codes |= (t[v : height - 2 + v, u : width - 2 + u] >= inner).long() << (bit + 4)
    return codes


def round_broadcast(samples, centres):
    distances = ((samples[:, None] - centres) ** 2).sum(axis=2)
    nearest = distances.argmin(axis=1)
    moved = np.array(centres, dtype=float)
    for j in range(len(centres)):
        if (nearest == j).any():
            moved[j] = samples[nearest == j].mean(axis=0)
    return moved


def round_lists(points, middles):
    members = [[] for _ in middles]
    for point in points:
        far = [math.dist(point, middle) for middle in middles]
        members[far.index(min(far))].append(point)
    return [np.mean(m, axis=0) if m else c for m, c in zip(members, middles, strict=True)]


def round_matrix(samples, centres):
    nearest = cdist(samples, centres).argmin(axis=1)
    member = (nearest[:, None] == np.arange(len(centres))).astype(float)
    count = member.sum(axis=0)[:, None]
    return np.where(count > 0, member.T @ samples / np.maximum(count, 1), centres)


def round_torch(samples, centres):
    s, c = torch.as_tensor(samples).double(), torch.as_tensor(centres).double()
    nearest = torch.cdist(s, c).argmin(dim=1)
    moved = c.clone()
    for j in nearest.unique():
        moved[j] = s[nearest == j].mean(dim=0)
    return moved


def shares_arrays(grey, weights, means, deviations):
    off = (grey[:, None] - means) / deviations
    joint = weights / deviations * np.exp(-(off**2) / 2)
    return joint / joint.sum(axis=1, keepdims=True)


def shares_loops(grey, weights, means, deviations):
    rows = []
    for x in grey:
        row = []
        for w, m, s in zip(weights, means, deviations, strict=True):
            row.append(w / s * math.exp(-((x - m) ** 2) / (2 * s**2)))
        rows.append([value / sum(row) for value in row])
    return rows


def shares_logarithms(grey, weights, means, deviations):
    off = (grey[:, np.newaxis] - means) / deviations
    return softmax(np.log(weights) - np.log(deviations) - 0.5 * off**2, axis=1)


def shares_torch(grey, weights, means, deviations):
    g, w, m, s = (torch.as_tensor(v).double() for v in (grey, weights, means, deviations))
    bells = torch.distributions.Normal(m, s)
    joint = w * bells.log_prob(g[:, None]).exp()
    return joint / joint.sum(dim=1, keepdim=True)
