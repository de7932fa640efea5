"""Right answers to chapter 04's exercises, as learners write them."""

import math
import statistics

import numpy as np
import torch
from scipy import ndimage, stats

from seglearn.imaging import denoise


def psnr_mse(truth, image):
    return -10 * np.log10(np.mean((truth - image) ** 2))


def psnr_root(clean, noisy):
    rmse = np.sqrt(((noisy - clean) ** 2).mean())
    return 20 * np.log10(1 / rmse)


def psnr_loop(truth, image):
    total = 0.0
    for t, i in zip(truth.ravel(), image.ravel(), strict=True):
        total += (t - i) * (t - i)
    return 10 * math.log10(truth.size / total)


def psnr_norm(truth, image):
    length = np.linalg.norm((truth - image).ravel())
    return 10 * np.log10(truth.size) - 20 * np.log10(length)


def psnr_torch(truth, image):
    error = torch.nn.functional.mse_loss(torch.as_tensor(truth), torch.as_tensor(image))
    return -10 * error.log10()


def impulses_where(image, amount, salt_share, chance, coin):
    impulse = np.where(coin < salt_share, 1.0, 0.0)
    return np.where(chance < amount, impulse, image)


def impulses_copy(picture, share, white, first, second):
    out = picture.copy()
    hit = first < share
    out[hit] = 0
    out[hit & (second < white)] = 1
    return out


def impulses_loops(image, amount, salt_share, chance, coin):
    out = [list(row) for row in image]
    for r in range(image.shape[0]):
        for c in range(image.shape[1]):
            if chance[r, c] < amount:
                out[r][c] = 1.0 if coin[r, c] < salt_share else 0.0
    return out


def impulses_select(image, amount, salt_share, chance, coin):
    kept = chance >= amount
    return np.select([kept, coin < salt_share], [image, np.ones(image.shape)])


def impulses_sum(image, amount, salt_share, chance, coin):
    hit = chance < amount
    return image * ~hit + hit * (coin < salt_share)


def median_nine(image):
    height, width = image.shape
    padded = np.pad(image, 1, mode="edge")
    shifted = [padded[r : r + height, c : c + width] for r in range(3) for c in range(3)]
    return np.median(shifted, axis=0)


def median_scipy(image):
    return ndimage.median_filter(image, footprint=np.ones((3, 3)), mode="nearest")


def median_loops(picture):
    height, width = picture.shape
    out = np.empty((height, width))
    for y in range(height):
        for x in range(width):
            near = []
            for dy in (-1, 0, 1):
                for dx in (-1, 0, 1):
                    inside_y = min(max(y + dy, 0), height - 1)
                    inside_x = min(max(x + dx, 0), width - 1)
                    near.append(picture[inside_y, inside_x])
            out[y, x] = sorted(near)[4]
    return out


def median_windows(image):
    padded = np.pad(image, 1, "symmetric")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    return np.median(windows.reshape(*image.shape, 9), axis=2)


def median_torch(image):
    padded = torch.as_tensor(np.pad(image, 1, mode="edge"))
    windows = padded.unfold(0, 3, 1).unfold(1, 3, 1)
    return windows.reshape(*image.shape, 9).median(dim=2).values


def sigma_diff(image):
    difference = np.diff(image, axis=1)
    spread = np.median(np.abs(difference)) / 0.6745
    return spread / np.sqrt(2)


def sigma_slices(picture):
    d = picture[:, 1:] - picture[:, :-1]
    return 1.4826 * np.median(abs(d)) / 2**0.5


def sigma_centred(image):
    d = np.diff(image, axis=1)
    return stats.median_abs_deviation(d, axis=None, scale="normal") / math.sqrt(2)


def sigma_centred_by_hand(image):
    d = np.diff(image)
    return np.median(np.abs(d - np.median(d))) / 0.6745 / np.sqrt(2)


def sigma_loops(image):
    differences = []
    for row in image.tolist():
        for i in range(1, len(row)):
            differences.append(abs(row[i] - row[i - 1]))
    return statistics.median(differences) / (0.6745 * math.sqrt(2))


def sigma_variance(image):
    s = np.median(np.abs(image[:, :-1] - image[:, 1:])) / 0.67449
    return np.sqrt(s**2 / 2)


def adaptive_for(image, row, column, max_size):
    value = image[row, column]
    for size in range(3, max_size + 1, 2):
        r = size // 2
        window = image[row - r : row + r + 1, column - r : column + r + 1]
        low, middle, high = window.min(), np.median(window), window.max()
        if low < middle < high:
            return value if low < value < high else middle
    return middle


def adaptive_while(picture, y, x, largest):
    radius = 1
    while True:
        near = sorted(picture[y - radius : y + radius + 1, x - radius : x + radius + 1].ravel())
        middle = near[len(near) // 2]
        if near[0] < middle and middle < near[-1]:
            if near[0] < picture[y, x] and picture[y, x] < near[-1]:
                return picture[y, x]
            return middle
        if 2 * radius + 1 == largest:
            return middle
        radius += 1


def adaptive_stages(image, row, column, max_size):
    size = 3
    found = False
    while not found and size <= max_size:
        r = (size - 1) // 2
        window = image[row - r : row - r + size, column - r : column - r + size]
        middle = statistics.median(window.ravel().tolist())
        found = bool(window.min() != middle and window.max() != middle)
        size += 2
    pixel = image[row, column]
    if found and pixel != window.min() and pixel != window.max():
        return pixel
    return middle


def adaptive_torch(image, row, column, max_size):
    picture = torch.as_tensor(image)
    for r in range(1, max_size // 2 + 1):
        window = picture[row - r : row + r + 1, column - r : column + r + 1].flatten()
        middle = window.median()
        if (window < middle).any() and (window > middle).any():
            inside = (window < picture[row, column]).any() and (window > picture[row, column]).any()
            return picture[row, column] if inside else middle
    return middle


def objective_hypot(image, result, weight):
    down, right = np.zeros(result.shape), np.zeros(result.shape)
    down[:-1] = np.diff(result, axis=0)
    right[:, :-1] = np.diff(result)
    return ((result - image) ** 2).sum() / 2 + weight * np.hypot(down, right).sum()


def objective_padded(noisy, x, price):
    down = np.diff(x, axis=0, append=x[-1:])
    right = np.diff(x, append=x[:, -1:])
    return 0.5 * np.sum((x - noisy) ** 2) + price * np.sum(np.sqrt(down**2 + right**2))


def objective_loops(image, result, weight):
    height, width = result.shape
    total = 0.0
    for r in range(height):
        for c in range(width):
            total += (result[r, c] - image[r, c]) ** 2 / 2
            a = result[r + 1, c] - result[r, c] if r + 1 < height else 0
            b = result[r, c + 1] - result[r, c] if c + 1 < width else 0
            total += weight * (a**2 + b**2) ** 0.5
    return total


def objective_torch(image, result, weight):
    f, u = torch.tensor(image), torch.tensor(result)
    down, right = torch.zeros_like(u), torch.zeros_like(u)
    down[:-1] = u[1:] - u[:-1]
    right[:, :-1] = u[:, 1:] - u[:, :-1]
    return ((u - f) ** 2).sum() / 2 + weight * (down**2 + right**2).sqrt().sum()


def objective_edges(image, result, weight):
    padded = np.pad(result, ((0, 1), (0, 1)), mode="edge")
    steps = padded[1:, :-1] - result, padded[:-1, 1:] - result
    return 0.5 * ((image - result) ** 2).sum() + weight * np.linalg.norm(steps, axis=0).sum()


def objective_package(image, result, weight):
    return denoise.total_variation_objective(image, result, weight)
