"""Right answers to chapter 10's exercises, as learners write them."""

import math

import numpy as np
import torch
from matplotlib.path import Path


def train_ids_full(label_map, table, ignore_index):
    out = np.full_like(label_map, ignore_index)
    for old, new in table.items():
        out[label_map == old] = new
    return out


def train_ids_vectorize(ids, mapping, void):
    return np.vectorize(lambda i: mapping.get(int(i), void))(ids)


def train_ids_loops(label_map, table, ignore_index):
    rows = []
    for row in label_map.tolist():
        rows.append([ignore_index] * len(row))
        for column, i in enumerate(row):
            if i in table:
                rows[-1][column] = table[i]
    return rows


def train_ids_lookup(label_map, table, ignore_index):
    lookup = np.full(256, ignore_index)
    lookup[list(table.keys())] = list(table.values())
    return lookup[label_map]


def train_ids_where(label_map, table, ignore_index):
    copy = label_map
    for old in table:
        copy = np.where(label_map == old, table[old], copy)
    return np.where(np.isin(label_map, list(table)), copy, ignore_index)


def train_ids_select(label_map, table, ignore_index):
    return np.select([label_map == old for old in table], list(table.values()), ignore_index)


def weights_masked_sizes(counts):
    sizes = counts.sum(axis=1, keepdims=True)
    frequency = counts.sum(axis=0) / ((counts > 0) * sizes).sum(axis=0)
    return np.median(frequency) / frequency


def weights_by_class(counts):
    frequency = []
    for c in range(counts.shape[1]):
        present = counts[:, c] > 0
        frequency.append(counts[present, c].sum() / counts[present].sum())
    return np.median(frequency) / np.array(frequency)


def weights_loops(n):
    frequency = []
    for c in range(len(n[0])):
        hit, total = 0, 0
        for picture in n.tolist():
            if picture[c] > 0:
                hit += picture[c]
                total += sum(picture)
        frequency.append(hit / total)
    ordered = sorted(frequency)
    middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
    return [middle / f for f in frequency]


def weights_einsum(counts):
    frequency = counts.sum(0) / np.einsum("ij,i->j", counts > 0, counts.sum(1))
    return np.quantile(frequency, 0.5) / frequency


def weights_torch(counts):
    counts = torch.tensor(counts, dtype=torch.float32)
    labelled = (counts > 0).T.float() @ counts.sum(1)
    frequency = counts.sum(0) / labelled
    return frequency.quantile(0.5) / frequency


def fit_part(label_map, height, width):
    out = np.full((height, width), 255)
    part = label_map[:height, :width]
    out[: part.shape[0], : part.shape[1]] = part
    return out


def fit_minimum(label_map, height, width):
    h, w = min(height, label_map.shape[0]), min(width, label_map.shape[1])
    out = np.ones((height, width)) * 255
    out[:h, :w] = label_map[:h, :w]
    return out


def fit_pad(label_map, height, width):
    return np.pad(label_map, ((0, height), (0, width)), constant_values=255)[:height, :width]


def fit_loops(label_map, height, width):
    out = []
    for r in range(height):
        row = []
        for c in range(width):
            inside = r < len(label_map) and c < len(label_map[0])
            row.append(label_map[r, c] if inside else 255)
        out.append(row)
    return out


def fit_torch(label_map, height, width):
    missing = (0, width - label_map.shape[1], 0, height - label_map.shape[0])
    return torch.nn.functional.pad(torch.tensor(label_map), missing, value=255)


def fit_stack(label_map, height, width):
    cut = label_map[:height, :width]
    right = np.full((len(cut), width - cut.shape[1]), 255)
    below = np.full((height - len(cut), width), 255)
    return np.vstack([np.hstack([cut, right]), below])


def polygon_flip(corners, height, width):
    y, x = np.mgrid[:height, :width] + 0.5
    inside = np.zeros((height, width), dtype=bool)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y0 != y1:
            between = (y0 > y) != (y1 > y)
            inside ^= between & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return inside


def polygon_loops(points, h, w):
    mask = np.zeros((h, w), bool)
    for r in range(h):
        for c in range(w):
            crossed = 0
            for i in range(len(points)):
                (x0, y0), (x1, y1) = points[i], points[(i + 1) % len(points)]
                if min(y0, y1) <= r + 0.5 < max(y0, y1):
                    where = x0 + (r + 0.5 - y0) / (y1 - y0) * (x1 - x0)
                    if where > c + 0.5:
                        crossed += 1
            mask[r, c] = crossed % 2 == 1
    return mask


def polygon_scanlines(corners, height, width):
    rows = []
    centres = np.arange(width) + 0.5
    for y in np.arange(height) + 0.5:
        starts, ends = corners, np.vstack([corners[1:], corners[:1]])
        crossed = (starts[:, 1] > y) ^ (ends[:, 1] > y)
        (x0, y0), (x1, y1) = starts[crossed].T, ends[crossed].T
        at = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
        rows.append((at[:, None] > centres).sum(axis=0) % 2 == 1)
    return np.array(rows)


def polygon_path(corners, height, width):
    columns, rows = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    centres = np.column_stack([columns.ravel(), rows.ravel()])
    return Path(corners).contains_points(centres).reshape(height, width)


def polygon_angles(corners, height, width):
    out = []
    for r in range(height):
        turned = []
        for c in range(width):
            z = [complex(x - c - 0.5, y - r - 0.5) for x, y in corners]
            pairs = zip(z, z[1:] + z[:1], strict=True)
            turns = sum(math.atan2((b / a).imag, (b / a).real) for a, b in pairs)
            turned.append(round(turns / math.tau) % 2 != 0)
        out.append(turned)
    return out
