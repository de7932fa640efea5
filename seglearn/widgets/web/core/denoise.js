/**
 * Seven ways to take noise away; seglearn/imaging/denoise.py does the same. An image is { data, width, height, channels },
 * data a Float32Array of interleaved samples in [0, 1]; each filter takes it with its setting and returns such data.
 */

/**
 * Where pixel i of a row of n lies when the image goes on mirrored: dcba|abcd|dcba.
 * @param {number} i
 * @param {number} n
 */
function mirror(i, n) {
  const at = ((i % (2 * n)) + 2 * n) % (2 * n);
  return at < n ? at : 2 * n - 1 - at;
}

/**
 * Where column or row i − reach … comes from, for i in 0 … n + 2 reach − 1.
 * @param {number} n
 * @param {number} reach
 */
function sources(n, reach) {
  return Int32Array.from({ length: n + 2 * reach }, (_, i) => mirror(i - reach, n));
}

/**
 * The image with a mirrored margin.
 * @param {Picture} image
 * @param {number} reach pixels
 */
function pad({ data, width, height, channels }, reach) {
  const [xs, ys] = [sources(width, reach), sources(height, reach)];
  const out = new Float64Array(xs.length * ys.length * channels);
  let at = 0;
  for (const y of ys)
    for (const x of xs) for (let c = 0; c < channels; c++) out[at++] = data[(y * width + x) * channels + c];
  return out;
}

/**
 * Weighs down the columns, then along the rows, with the same weights.
 * @param {Picture} image
 * @param {number[]} weights an odd number of them
 * @returns {Float64Array} samples of the same shape; the image goes on mirrored
 */
export function separable({ data, width, height, channels }, weights) {
  const reach = weights.length >> 1;
  /**
   * @param {Picture["data"]} source
   * @param {number} n
   * @param {number} stride
   * @param {number} lines
   * @param {number} lineStride
   * @returns {Float64Array}
   */
  const pass = (source, n, stride, lines, lineStride) => {
    const out = new Float64Array(source.length);
    const from = sources(n, reach).map((i) => i * stride);
    for (let line = 0; line < lines; line++) {
      for (let i = 0; i < n; i++) {
        for (let c = 0; c < channels; c++) {
          const at = line * lineStride + c;
          let sum = 0;
          for (let k = 0; k < weights.length; k++) sum += weights[k] * source[at + from[i + k]];
          out[at + i * stride] = sum;
        }
      }
    }
    return out;
  };
  const down = pass(data, height, width * channels, width, channels);
  return pass(down, width, channels, height, width * channels);
}

/**
 * Weights of a Gaussian at −reach … reach, which add up to 1.
 * @param {number} sigma pixels
 * @param {number} reach pixels
 * @returns {number[]}
 */
export function gaussianWeights(sigma, reach) {
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)));
  const total = weights.reduce((a, b) => a + b);
  return weights.map((w) => w / total);
}

/** @param {Float64Array} values */
function finish(values) {
  return new Float32Array(values.map((v) => Math.min(1, Math.max(0, v))));
}

/**
 * @param {Picture} image
 * @param {number} size side of the window, odd
 */
const mean = (image, size) => finish(separable(image, Array(size).fill(1 / size)));
/**
 * @param {Picture} image
 * @param {number} sigma pixels
 */
const gaussian = (image, sigma) => finish(separable(image, gaussianWeights(sigma, Math.floor(4 * sigma + 0.5))));

/**
 * The k-th smallest of the first n values, which are put in another order.
 * @param {Float64Array} values
 * @param {number} n
 * @param {number} k
 * @returns {number}
 */
function select(values, n, k) {
  let [low, high] = [0, n - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1];
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const swap = values[i];
      values[i++] = values[j];
      values[j--] = swap;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break;
  }
  return values[k];
}

/**
 * Calls each(value, window, n) for every sample, with a window that it may put in another order.
 * @param {Picture} image
 * @param {number} largest side of the largest window, odd
 * @param {(value: number, fill: (size: number) => number, values: Float64Array) => number} each
 */
function windows(image, largest, each) {
  const { width, height, channels } = image;
  const reach = largest >> 1;
  const padded = pad(image, reach);
  const stride = (width + 2 * reach) * channels;
  const values = new Float64Array(largest ** 2);
  const out = new Float32Array(width * height * channels);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        const middle = (y + reach) * stride + (x + reach) * channels + c;
        /** @param {number} size */
        const fill = (size) => {
          let n = 0;
          const r = size >> 1;
          for (let dy = -r; dy <= r; dy++) {
            for (let dx = -r; dx <= r; dx++) values[n++] = padded[middle + dy * stride + dx * channels];
          }
          return n;
        };
        out[at++] = each(padded[middle], fill, values);
      }
    }
  }
  return out;
}

/**
 * @param {Picture} image
 * @param {number} size side of the window, odd
 */
const median = (image, size) =>
  windows(image, size, (_, fill, values) => {
    const n = fill(size);
    return select(values, n, n >> 1);
  });

/**
 * @param {Picture} image
 * @param {number} largest side of the largest window, odd
 */
const adaptiveMedian = (image, largest) =>
  windows(image, largest, (value, fill, values) => {
    let middle = value;
    for (let size = 3; size <= largest; size += 2) {
      const n = fill(size);
      let low = Infinity;
      let high = -Infinity;
      for (let i = 0; i < n; i++) {
        if (values[i] < low) low = values[i];
        if (values[i] > high) high = values[i];
      }
      middle = select(values, n, n >> 1);
      if (low < middle && middle < high) return low < value && value < high ? value : middle;
    }
    return middle;
  });

const SPACE = 1.5; // sigma_space of the bilateral filter, in pixels
const SEARCH = 6; // how far non-local means looks

/**
 * @param {Picture} image
 * @param {number} sigma of colour, in parts of full scale
 */
function bilateral(image, sigma) {
  const { width, height, channels } = image;
  const reach = Math.ceil(2 * SPACE);
  const padded = pad(image, reach);
  const stride = (width + 2 * reach) * channels;
  const near = gaussianWeights(SPACE, reach);
  const steep = -1 / (2 * sigma * sigma);
  const out = new Float64Array(image.data.length);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += channels) {
      const middle = (y + reach) * stride + (x + reach) * channels;
      let total = 0;
      for (let dy = -reach; dy <= reach; dy++) {
        for (let dx = -reach; dx <= reach; dx++) {
          const other = middle + dy * stride + dx * channels;
          let unlike = 0;
          for (let c = 0; c < channels; c++) {
            const d = padded[other + c] - padded[middle + c];
            unlike += d * d;
          }
          const weight = near[dy + reach] * near[dx + reach] * Math.exp(unlike * steep);
          total += weight;
          for (let c = 0; c < channels; c++) out[at + c] += weight * padded[other + c];
        }
      }
      for (let c = 0; c < channels; c++) out[at + c] /= total;
    }
  }
  return finish(out);
}

/**
 * The mean of the patches around, shift by shift: squared differences between the image and itself shifted, summed over
 * patches by running sums, serve the pixel and its partner. A partner weighs exp(−mean of the patch's differences / h²).
 * @param {Picture} image
 * @param {number} h in parts of full scale
 * @param {number} PATCH half the side of a patch
 * @param {number} SEARCH how far it looks
 */
function nonLocalMeans(image, h, PATCH = 2, SEARCH = 6) {
  const { width, height, channels } = image;
  const margin = PATCH + SEARCH + 1;
  const padded = pad(image, margin);
  const [w, tall] = [width + 2 * margin, height + 2 * margin];
  const sums = new Float64Array(w * tall); // of squared differences above and left
  const total = new Float64Array(w * tall).fill(1); // each pixel is its own first partner
  const out = padded.slice();
  const scale = channels * h * h * (2 * PATCH + 1) ** 2;
  for (let down = -SEARCH; down <= SEARCH; down++) {
    for (let right = down > 0 ? 0 : 1; right <= SEARCH; right++) {
      const shift = down * w + right;
      const top = Math.max(1, -down);
      const bottom = Math.min(tall, tall - down);
      sums.fill(0);
      for (let y = top; y < bottom; y++) {
        let line = 0;
        for (let x = 1; x < w - right; x++) {
          const i = y * w + x;
          for (let c = 0; c < channels; c++) {
            const d = padded[i * channels + c] - padded[(i + shift) * channels + c];
            line += d * d;
          }
          sums[i] = line + sums[i - w];
        }
      }
      // Pairs of which neither pixel lies inside the picture serve nothing.
      for (let y = margin - Math.max(0, down); y < tall - margin - Math.min(0, down); y++) {
        for (let x = margin - right; x < w - margin; x++) {
          const i = y * w + x;
          const above = i - (PATCH + 1) * w;
          const below = i + PATCH * w;
          const unlike = sums[below + PATCH] + sums[above - PATCH - 1] - sums[above + PATCH] - sums[below - PATCH - 1];
          const weight = Math.exp(-Math.max(0, unlike) / scale);
          const j = i + shift;
          total[i] += weight;
          total[j] += weight;
          for (let c = 0; c < channels; c++) {
            out[i * channels + c] += weight * padded[j * channels + c];
            out[j * channels + c] += weight * padded[i * channels + c];
          }
        }
      }
    }
  }
  const result = new Float64Array(image.data.length);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = (y + margin) * w + x + margin;
      for (let c = 0; c < channels; c++) result[at++] = out[i * channels + c] / total[i];
    }
  }
  return finish(result);
}

/**
 * Fast projected gradients on the dual (Beck and Teboulle 2009), all colours of a pixel together: an arrow of at most
 * `weight` for each direction and colour, whose divergence is what is taken away. Two arrays of arrows, one for the row
 * below and one for the column to the right, each with a row of zeros in front, so that what lies above is there too.
 * @param {Picture} image
 * @param {number} weight
 * @param {number} gap how far, in parts of the objective, the flattest picture may be from the best
 */
function totalVariation({ data, width, height, channels }, weight, gap = 1e-3) {
  const n = data.length;
  const line = width * channels;
  const field = () => new Float64Array(n + line);
  const arrows = [field(), field()]; // as they are, and where momentum takes them
  const ahead = [field(), field()];
  const out = new Float64Array(n);
  const slopes = [field(), field()];
  /** @param {Float64Array[]} arrows */
  const apply = ([down, right]) => {
    for (let i = 0; i < n; i++)
      out[i] = data[i] + down[i + line] - down[i] + right[i + line] - right[i + line - channels];
  };
  const slope = () => {
    const [down, right] = slopes;
    for (let i = 0, x = 0; i < n; i++, x = x + 1 === line ? 0 : x + 1) {
      down[i + line] = i < n - line ? out[i + line] - out[i] : 0;
      right[i + line] = x < line - channels ? out[i + channels] - out[i] : 0;
    }
  };
  let momentum = 1;
  for (let round = 1; ; round++) {
    apply(ahead);
    slope();
    const faster = (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    const push = (momentum - 1) / faster;
    momentum = faster;
    for (let i = line; i < n + line; i += channels) {
      let squares = 0;
      for (let k = 0; k < 2; k++) {
        for (let j = i; j < i + channels; j++) {
          const step = ahead[k][j] + slopes[k][j] / 8;
          ahead[k][j] = step;
          squares += step * step;
        }
      }
      const shrink = Math.max(1, Math.sqrt(squares) / weight);
      for (let k = 0; k < 2; k++) {
        for (let j = i; j < i + channels; j++) {
          const moved = ahead[k][j] / shrink;
          ahead[k][j] = moved + push * (moved - arrows[k][j]);
          arrows[k][j] = moved;
        }
      }
    }
    if (round % 25 === 0) {
      apply(arrows);
      slope();
      let [variation, product, far] = [0, 0, 0];
      for (let i = line; i < n + line; i += channels) {
        let squares = 0;
        for (let j = i; j < i + channels; j++) {
          for (let k = 0; k < 2; k++) {
            squares += slopes[k][j] ** 2;
            product += slopes[k][j] * arrows[k][j];
          }
          far += (out[j - line] - data[j - line]) ** 2;
        }
        variation += weight * Math.sqrt(squares);
      }
      if (variation - product <= gap * (far / 2 + variation) + 1e-12 * n) break;
    }
  }
  for (let c = 0; c < channels; c++) {
    let [low, high] = [Infinity, -Infinity];
    for (let i = c; i < n; i += channels) {
      low = Math.min(low, data[i]);
      high = Math.max(high, data[i]);
    }
    for (let i = c; i < n; i += channels) out[i] = Math.min(high, Math.max(low, out[i]));
  }
  return finish(out);
}

/**
 * The two that take longer than a frame.
 * @type {Record<string, (image: Picture, setting: number) => Picture["data"]>}
 */
export const SLOW = { "non-local-means": nonLocalMeans, "total-variation": totalVariation };

/**
 * The slow filters as the script of a worker, which answers { image, filter, setting } with the samples. It is made of
 * the functions themselves, so that a bundle holds them once; they may use nothing else of this file.
 * @returns {string}
 */
export function slowScript() {
  const functions = [mirror, sources, pad, finish, ...Object.values(SLOW)];
  const table = Object.entries(SLOW).map(([name, filter]) => `${JSON.stringify(name)}: ${filter.name}`);
  return `${functions.join("\n")}
onmessage = ({ data: { image, filter, setting } }) => postMessage({ ${table.join(", ")} }[filter](image, setting));`;
}

/**
 * By name: an image and the filter's setting → samples of the same shape, in [0, 1].
 * @type {Record<string, (image: Picture, setting: number) => Picture["data"]>}
 */
export const FILTERS = {
  none: ({ data }) => data,
  mean,
  gaussian,
  median,
  "adaptive-median": adaptiveMedian,
  bilateral,
  ...SLOW,
};

/**
 * How far from a pixel a filter looks, in pixels; 0 where there is no window.
 * @param {string} name
 * @param {number} setting
 * @returns {number}
 */
export function reachOf(name, setting) {
  if (name === "none" || name === "total-variation") return 0;
  if (name === "gaussian") return Math.floor(4 * setting + 0.5);
  if (name === "bilateral") return Math.ceil(2 * SPACE);
  return name === "non-local-means" ? SEARCH : setting >> 1;
}
