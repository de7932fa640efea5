"""Right answers to chapter 02's exercises, as learners write them."""

import numpy as np
import torch


def ndvi_floats(nir, red):
    nir, red = nir.astype(float), red.astype(float)
    with np.errstate(invalid="ignore"):
        return (nir - red) / (nir + red)


def ndvi_loops(near_infrared, visible):
    index = np.full(near_infrared.shape, np.nan)
    for place in np.ndindex(near_infrared.shape):
        n, r = float(near_infrared[place]), float(visible[place])
        if n + r > 0:
            index[place] = (n - r) / (n + r)
    return index


def ndvi_divide(nir, red):
    nir = np.asarray(nir, dtype=np.float32)
    total = nir + red
    out = np.full_like(total, np.nan)
    np.divide(nir - red, total, out=out, where=total != 0)
    return out


def ndvi_selected(nir, red):
    nir, red = np.float64(nir), np.float64(red)
    index = np.zeros(nir.shape)
    lit = (nir != 0) | (red != 0)
    index[lit] = (nir[lit] - red[lit]) / (nir[lit] + red[lit])
    index[~lit] = np.nan
    return index


def ndvi_torch(nir, red):
    nir, red = torch.as_tensor(nir).double(), torch.as_tensor(red).double()
    return (nir - red) / (nir + red)


def observe_matrix(cube, response):
    weights = response / response.sum(axis=1, keepdims=True)
    return cube @ weights.T


def observe_loops(cube, response):
    height, width, length = cube.shape
    out = np.zeros((height, width, len(response)))
    for y in range(height):
        for x in range(width):
            for b, weights in enumerate(response):
                seen = sum(cube[y, x, i] * weights[i] for i in range(length))
                out[y, x, b] = seen / sum(weights)
    return out


def observe_average(scene, curves):
    bands = [np.average(scene, axis=2, weights=curve) for curve in curves]
    return np.stack(bands, axis=2)


def observe_einsum(cube, response):
    return np.einsum("hwl,bl->hwb", cube, response) / response.sum(1)


def observe_broadcast(cube, response):
    weighted = (cube[:, :, None, :] * response).sum(axis=-1)
    return weighted / response.sum(axis=1)


def nearest_cosine(pixels, references):
    a = pixels / np.linalg.norm(pixels, axis=1, keepdims=True)
    b = references / np.linalg.norm(references, axis=1, keepdims=True)
    return (a @ b.T).argmax(axis=1)


def nearest_loops(spectra, library):
    chosen = []
    for p in spectra:
        cosines = [p @ r / np.sqrt((p @ p) * (r @ r)) for r in library]
        chosen.append(cosines.index(max(cosines)))
    return chosen


def nearest_references_alone(pixels, references):
    return np.argmax(pixels @ (references / np.linalg.norm(references, axis=1)[:, None]).T, axis=1)


def nearest_unit_points(pixels, references):
    a = pixels / np.sqrt((pixels**2).sum(1))[:, None]
    b = references / np.sqrt((references**2).sum(1))[:, None]
    return np.linalg.norm(a[:, None] - b[None], axis=2).argmin(1)


def nearest_torch(pixels, references):
    a, b = torch.as_tensor(pixels), torch.as_tensor(references)
    return torch.cosine_similarity(a[:, None], b[None], dim=2).argmax(1)


def brovey_divide(bands, pan):
    mean = bands.mean(axis=2)
    factor = np.zeros_like(mean)
    np.divide(pan, mean, out=factor, where=mean > 0)
    return bands * factor[..., None]


def brovey_loops(bands, pan):
    out = np.zeros(bands.shape)
    for y in range(bands.shape[0]):
        for x in range(bands.shape[1]):
            mean = sum(bands[y, x]) / bands.shape[2]
            if mean > 0:
                for b in range(bands.shape[2]):
                    out[y, x, b] = bands[y, x, b] * pan[y, x] / mean
    return out


def brovey_copy(image, sharp):
    result = image.copy()
    lit = image.any(axis=2)
    result[lit] *= (sharp[lit] / image[lit].mean(axis=1))[:, None]
    return result


def brovey_nan(bands, pan):
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = pan / np.mean(bands, axis=-1)
    return np.nan_to_num(bands * ratio[:, :, None])


def unmix_project(pixels, a, b):
    direction = a - b
    share = (pixels - b) @ direction / (direction @ direction)
    return np.clip(share, 0, 1)


def unmix_loops(spectra, first, second):
    d = first - second
    shares = []
    for p in spectra:
        s = sum((p[i] - second[i]) * d[i] for i in range(len(d))) / sum(v * v for v in d)
        shares.append(min(max(s, 0), 1))
    return shares


def unmix_lstsq(pixels, a, b):
    design = (a - b)[:, None]
    shares, *_ = np.linalg.lstsq(design, (pixels - b).T)
    return shares.ravel().clip(0, 1)


def unmix_from_b(pixels, a, b):
    share_of_b = (pixels - a) @ (b - a) / np.sum((b - a) ** 2)
    return 1 - np.minimum(np.maximum(share_of_b, 0), 1)


def unmix_torch(pixels, a, b):
    p, a, b = (torch.as_tensor(v) for v in (pixels, a, b))
    d = a - b
    return ((p - b) @ d / d.dot(d)).clamp(0, 1)
