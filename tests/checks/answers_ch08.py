"""Right answers to chapter 08's exercises, as learners write them."""

import math
from collections import Counter

import numpy as np
import torch
from scipy import ndimage


def spacing_sqrt(height, width, n_segments):
    return np.sqrt(height * width / n_segments)


def spacing_power(h, w, k):
    return (h * w / k) ** 0.5


def spacing_cell(height, width, n_segments):
    pixels = height * width
    return math.sqrt(pixels / n_segments)


def spacing_sides(height, width, n_segments):
    return math.sqrt(height) * math.sqrt(width) / math.sqrt(n_segments)


def distance_norms(pixels, centre, step, compactness):
    apart = pixels - centre
    colour = np.linalg.norm(apart[:, :3], axis=1)
    place = np.linalg.norm(apart[:, 3:], axis=1)
    return np.hypot(colour, compactness * place / step)


def distance_loop(points, seed, s, m):
    out = []
    for p in points:
        colour = (p[0] - seed[0]) ** 2 + (p[1] - seed[1]) ** 2 + (p[2] - seed[2]) ** 2
        place = (p[3] - seed[3]) ** 2 + (p[4] - seed[4]) ** 2
        out.append(math.sqrt(colour + place / s**2 * m**2))
    return out


def distance_scaled(pixels, centre, step, compactness):
    weight = compactness / step
    scale = np.array([1, 1, 1, weight, weight])
    return np.linalg.norm((pixels - centre) * scale, axis=1)


def distance_torch(pixels, centre, step, compactness):
    apart = torch.as_tensor(pixels).double() - torch.as_tensor(centre).double()
    colour, place = apart[:, :3].square().sum(1), apart[:, 3:].square().sum(1)
    return (colour + place * (compactness / step) ** 2).sqrt()


def scores_arrays(table):
    asa = table.max(axis=0).sum() / table.sum()
    outside = table.sum(axis=0) - table
    error = np.minimum(table, outside).sum() / table.sum()
    return asa, error


def scores_loops(table):
    hits, charged = 0, 0
    for column in table.T:
        size = sum(column)
        hits += max(column)
        for inside in column:
            charged += min(inside, size - inside)
    return [hits / table.sum(), charged / table.sum()]


def scores_where(counts):
    n = counts.sum()
    sizes = counts.sum(0, keepdims=True)
    larger = 2 * counts > sizes
    return counts.max(0).sum() / n, np.where(larger, sizes - counts, counts).sum() / n


def scores_torch(table):
    t = torch.as_tensor(table).double()
    size = t.sum(dim=0)
    return torch.stack([t.amax(dim=0).sum(), torch.minimum(t, size - t).sum()]) / t.sum()


def oracle_bincount(superpixels, truth):
    best = np.zeros_like(truth)
    for k in np.unique(superpixels):
        inside = superpixels == k
        best[inside] = np.bincount(truth[inside]).argmax()
    return best


def oracle_counter(regions, labels):
    votes = {}
    for k, label in zip(regions.ravel().tolist(), labels.ravel().tolist(), strict=True):
        votes.setdefault(k, Counter())[label] += 1
    best = {k: max(counts, key=counts.get) for k, counts in votes.items()}
    return [[best[int(k)] for k in row] for row in regions]


def oracle_table(superpixels, truth):
    table = np.zeros((truth.max() + 1, superpixels.max() + 1), int)
    np.add.at(table, (truth, superpixels), 1)
    return table.argmax(axis=0)[superpixels]


def oracle_unique(superpixels, truth):
    best = truth.copy()
    for k in range(superpixels.max() + 1):
        classes, counts = np.unique(truth[superpixels == k], return_counts=True)
        best[superpixels == k] = classes[np.argmax(counts)]
    return best


def recall_slices(superpixels, truth, tolerance):
    edges = []
    for labels in (superpixels, truth):
        edge = np.zeros(labels.shape, dtype=bool)
        across = labels[:, 1:] != labels[:, :-1]
        edge[:, 1:] = across
        edge[:, :-1] |= across
        down = labels[1:] != labels[:-1]
        edge[1:] |= down
        edge[:-1] |= down
        edges.append(edge)
    near = ndimage.maximum_filter(edges[0], 2 * tolerance + 1)
    return (edges[1] & near).sum() / edges[1].sum()


def recall_loops(found, wanted, reach):
    height, width = found.shape
    edges = []
    for labels in (found, wanted):
        edge = set()
        for y in range(height):
            for x in range(width):
                if y + 1 < height and labels[y, x] != labels[y + 1, x]:
                    edge |= {(y, x), (y + 1, x)}
                if x + 1 < width and labels[y, x] != labels[y, x + 1]:
                    edge |= {(y, x), (y, x + 1)}
        edges.append(edge)
    hits = 0
    for y, x in edges[1]:
        if any(abs(y - v) <= reach and abs(x - u) <= reach for v, u in edges[0]):
            hits += 1
    return hits / len(edges[1])


def recall_extremes(superpixels, truth, tolerance):
    cross = ndimage.generate_binary_structure(2, 1)
    edges = []
    for labels in (superpixels, truth):
        low = ndimage.minimum_filter(labels, footprint=cross)
        high = ndimage.maximum_filter(labels, footprint=cross)
        edges.append(low != high)
    side = 2 * tolerance + 1
    near = ndimage.binary_dilation(edges[0], np.ones((side, side)))
    return np.mean(near[edges[1]])


def recall_padded(superpixels, truth, tolerance):
    edges = []
    for labels in (superpixels, truth):
        p = np.pad(labels, 1, mode="edge")
        edge = p[:-2, 1:-1] != labels
        edge |= p[2:, 1:-1] != labels
        edge |= p[1:-1, :-2] != labels
        edge |= p[1:-1, 2:] != labels
        edges.append(edge)
    apart = ndimage.distance_transform_cdt(~edges[0])
    return (apart[edges[1]] <= tolerance).mean()
