/** Six kinds of noise; seglearn/imaging/noise.py says what their strengths mean, seglearn/widgets/noise_lab/widget.py draws alike. */
import { generator } from "./random.js";

/** @param {number} v */
const clip = (v) => Math.min(1, Math.max(0, v));

/**
 * The inverse of a distribution function, u in (0, 1) → x, from a density on [low, high] that need not sum to 1.
 * @param {(x: number) => number} density
 * @param {number} low
 * @param {number} high
 * @param {number} [n] steps of the table
 * @returns {(u: number) => number}
 */
export function quantiles(density, low, high, n = 4096) {
  const step = (high - low) / n;
  const sums = new Float64Array(n + 1);
  for (let i = 0, last = density(low); i < n; i++) {
    const next = density(low + (i + 1) * step);
    sums[i + 1] = sums[i] + (last + next) / 2;
    last = next;
  }
  return (u) => {
    const aim = u * sums[n];
    const at = above(sums, aim) - 1;
    return low + step * (at + (aim - sums[at]) / (sums[at + 1] - sums[at]));
  };
}

/**
 * Index of the first of ascending numbers that is greater.
 * @param {ArrayLike<number>} sorted
 * @param {number} value
 */
function above(sorted, value) {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

const normal = quantiles((x) => Math.exp((-x * x) / 2), -6.6, 6.6);

/**
 * Gamma distribution of mean 1 and standard deviation sigma, at most 1.
 * @param {number} sigma
 */
function gamma(sigma) {
  const looks = sigma ** -2;
  /** @param {number} x */
  const log = (x) => (looks > 1 ? (looks - 1) * Math.log(x) : 0) - looks * x;
  const top = log(Math.max(1e-9, 1 - 1 / looks));
  return quantiles((x) => Math.exp(log(x) - top), Math.max(0, 1 - 8 * sigma), 1 + 20 * sigma);
}

/**
 * Poisson distribution: u → a count. The probabilities grow from the likeliest count by the ratio of neighbours.
 * @param {number} mean at least 0
 * @returns {(u: number) => number}
 */
export function poisson(mean) {
  const mode = Math.floor(mean);
  let first = mode;
  const down = [];
  for (let p = 1; first > 0 && p > 1e-13; first--) {
    p *= first / mean;
    down.unshift(p);
  }
  const up = [1];
  for (let k = mode + 1, p = 1; p > 1e-13; k++) {
    p *= mean / k;
    up.push(p);
  }
  let sum = 0;
  const sums = Float64Array.from([...down, ...up], (p) => {
    sum += p;
    return sum;
  });
  return (u) => first + above(sums, u * sum);
}

/**
 * An image in [0, 1] with noise, clipped: Float32Array in and out. Every sample has a luck of its own, which the seed
 * decides and which stays the same when the strength changes. `share` of salt among salt and pepper.
 * @param {Float32Array} image samples in [0, 1]
 * @param {string} kind "gaussian", "salt", "pepper", "salt-and-pepper", "poisson" or "speckle"
 * @param {number} strength
 * @param {number} seed
 * @param {number} [share] in [0, 1]
 * @returns {Float32Array}
 */
export function addNoise(image, kind, strength, seed, share = 0.5) {
  const random = generator(seed);
  const half = 2 ** -33; // never 0, never 1
  /** @param {(x: number, u: number, v: number) => number} how */
  const draw = (how) => image.map((x) => clip(how(x, random() + half, random())));
  /** @param {number} salt */
  const impulses = (salt) => draw((x, u, v) => (u < strength ? Number(v < salt) : x));
  if (kind === "salt") return impulses(1);
  if (kind === "pepper") return impulses(0);
  if (kind === "salt-and-pepper") return impulses(share);
  if (kind === "gaussian") return draw((x, u) => x + strength * normal(u));
  if (kind === "speckle") {
    const factor = gamma(strength);
    return draw((x, u) => x * factor(u));
  }
  const levels = new Map(); // a picture of bytes has few values
  return draw((x, u) => {
    if (!levels.has(x)) levels.set(x, poisson(x * strength));
    return levels.get(x)(u) / strength;
  });
}
