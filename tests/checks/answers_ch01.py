"""Right answers to chapter 01's exercises, as learners write them."""

import itertools
from collections import Counter

import numpy as np
import torch
from scipy import ndimage


def box_any(mask):
    columns = np.flatnonzero(mask.any(axis=0))
    rows = np.flatnonzero(mask.any(axis=1))
    return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1


def box_nonzero(mask):
    rows, columns = np.nonzero(mask)
    return [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]


def box_loops(picture):
    ys, xs = [], []
    for y in range(picture.shape[0]):
        for x in range(picture.shape[1]):
            if picture[y, x]:
                ys.append(y)
                xs.append(x)
    return np.array([min(xs), min(ys), max(xs) + 1, max(ys) + 1])


def box_slices(mask):
    rows, columns = ndimage.find_objects(mask.astype(int))[0]
    return columns.start, rows.start, columns.stop, rows.stop


def box_torch(mask):
    places = torch.as_tensor(mask).nonzero()
    low, high = places.amin(dim=0), places.amax(dim=0) + 1
    return torch.cat([low.flip(0), high.flip(0)])


def one_hot_compare(label_map, n_classes):
    return label_map[..., None] == np.arange(n_classes)


def one_hot_stack(labels, k):
    return np.stack([labels == c for c in range(k)], axis=-1)


def one_hot_loops(label_map, n_classes):
    out = np.zeros((*label_map.shape, n_classes))
    for y in range(label_map.shape[0]):
        for x in range(label_map.shape[1]):
            if label_map[y, x] != 255:
                out[y, x, label_map[y, x]] = True
    return out


def one_hot_eye(label_map, n_classes):
    table = np.zeros((256, n_classes))
    table[:n_classes] = np.eye(n_classes)
    return table[label_map]


def one_hot_moved(label_map, n_classes):
    channels = [label_map == c for c in range(n_classes)]
    return np.moveaxis(channels, 0, -1)


def shrink_votes(label_map, factor):
    h, w = label_map.shape
    blocks = label_map.reshape(h // factor, factor, w // factor, factor)
    classes = np.unique(label_map)
    votes = [(blocks == c).sum(axis=(1, 3)) for c in classes]
    return classes[np.argmax(votes, axis=0)]


def shrink_bincount(label_map, factor):
    out = np.zeros_like(label_map[::factor, ::factor])
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            top, left = y * factor, x * factor
            block = label_map[top : top + factor, left : left + factor]
            out[y, x] = np.bincount(block.ravel()).argmax()
    return out


def shrink_sorted(picture, f):
    rows = []
    for top in range(0, picture.shape[0], f):
        row = []
        for left in range(0, picture.shape[1], f):
            block = picture[top : top + f, left : left + f].ravel().tolist()
            row.append(max(sorted(block), key=block.count))
        rows.append(row)
    return rows


def shrink_counter(label_map, factor):
    h, w = label_map.shape[0] // factor, label_map.shape[1] // factor
    out = np.empty((h, w))
    for y, x in np.ndindex(h, w):
        block = label_map[y * factor :, x * factor :][:factor, :factor]
        counts = Counter(block.ravel().tolist())
        out[y, x] = min(counts, key=lambda c: (-counts[c], c))
    return out


def shrink_torch(label_map, factor):
    blocks = torch.as_tensor(label_map).unfold(0, factor, factor).unfold(1, factor, factor)
    return torch.nn.functional.one_hot(blocks.flatten(2).long(), 256).sum(2).argmax(2)


def runs_changes(mask):
    flat = mask.ravel()
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    lengths = np.diff([0, *changes, flat.size]).tolist()
    return [0, *lengths] if flat[0] else lengths


def runs_groupby(picture):
    lengths = [len(list(group)) for _, group in itertools.groupby(picture.ravel().tolist())]
    if picture[0, 0]:
        lengths.insert(0, 0)
    return lengths


def runs_loop(mask):
    lengths, current, n = [], False, 0
    for pixel in mask.ravel():
        if pixel != current:
            lengths.append(n)
            current, n = pixel, 0
        n += 1
    return [*lengths, n]


def runs_padded(mask):
    flat = np.concatenate([[False], mask.ravel()])
    places = np.flatnonzero(np.diff(flat))
    return np.diff(places, prepend=0, append=mask.size)


def runs_torch(mask):
    flat = torch.as_tensor(mask).flatten()
    values, counts = torch.unique_consecutive(flat, return_counts=True)
    return torch.cat([torch.zeros(1), counts]) if values[0] else counts
