/**
 * A spectral cube in a page: every pixel is a few whole numbers that weigh a few spectra. What a band, a sensor or an
 * angle needs is worked out from those numbers; the cube itself is never unpacked.
 * seglearn/widgets/spectral_explorer/reduction.py writes it.
 */

/** @param {string} text */
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

/**
 * { height, width, size, bands, k, basis, z }: pixel i has the value Σ_j z[i·k + j] · basis[j·bands + b] in band b.
 * The first of the k spectra is the mean, and its weight is 1.
 * @param {PackedCube} packed
 * @returns {Cube}
 */
export function decodeCube({ shape: [height, width, bands], scales, basis, rice, coefficients }) {
  const size = height * width;
  const k = scales.length;
  const whole = new Int16Array(bytes(basis).buffer);
  const z = new Float32Array(size * k);
  for (let i = 0; i < size; i++) z[i * k] = 1;
  readRice(bytes(coefficients), rice, size, (value, component, i) => (z[i * k + component + 1] = value));
  return {
    height,
    width,
    size,
    bands,
    k,
    basis: Float64Array.from(whole, (v, i) => v * scales[Math.floor(i / bands)]),
    z,
  };
}

/**
 * Rice codes, one component after the other: zeros, a one, then `parameters[component]` bits of remainder.
 * @param {Uint8Array} stream
 * @param {number[]} parameters
 * @param {number} n numbers a component
 * @param {(value: number, component: number, i: number) => void} put
 */
export function readRice(stream, parameters, n, put) {
  let at = 0;
  const bit = () => (stream[at >> 3] >> (7 - (at++ & 7))) & 1;
  parameters.forEach((k, component) => {
    for (let i = 0; i < n; i++) {
      let u = 0;
      while (!bit()) u++;
      for (let j = 0; j < k; j++) u = 2 * u + bit();
      put(u & 1 ? -(u + 1) / 2 : u / 2, component, i);
    }
  });
}

/**
 * The rows of a sensor: row b, multiplied with a pixel's numbers, gives its band b. `boxes` are [{ first, weights }],
 * the weights of the cube's bands from `first` on; without boxes, the sensor is the cube's own.
 * @param {Pick<Cube, "bands" | "k" | "basis">} cube
 * @param {{ first: number, weights: number[] }[] | null} [boxes]
 * @returns {Float64Array[]} of length k, one a band of the sensor
 */
export function sensorRows({ bands, k, basis }, boxes) {
  const own = boxes ?? Array.from({ length: bands }, (_, first) => ({ first, weights: [1] }));
  return own.map(({ first, weights }) =>
    Float64Array.from({ length: k }, (_, j) =>
      weights.reduce((sum, w, d) => sum + w * basis[j * bands + first + d], 0),
    ),
  );
}

/**
 * One number for each pixel: its coefficients multiplied with `row`.
 * @param {Pick<Cube, "size" | "k" | "z">} cube
 * @param {ArrayLike<number>} row of length k
 * @returns {Float64Array} of length `size`
 */
export function project({ size, k, z }, row) {
  const out = new Float64Array(size);
  for (let i = 0, at = 0; i < size; i++, at += k) {
    let sum = 0;
    for (let j = 0; j < k; j++) sum += z[at + j] * row[j];
    out[i] = sum;
  }
  return out;
}

/**
 * The values of pixel i in every band of a sensor.
 * @param {Pick<Cube, "k" | "z">} cube
 * @param {Float64Array[]} rows
 * @param {number} i
 * @returns {Float64Array}
 */
export const spectrum = ({ k, z }, rows, i) =>
  Float64Array.from(rows, (row) => row.reduce((sum, w, j) => sum + w * z[i * k + j], 0));

const DEGREES = 180 / Math.PI;
/**
 * @param {number} dot
 * @param {number} aa
 * @param {number} bb
 */
const degrees = (dot, aa, bb) =>
  aa > 0 && bb > 0 ? DEGREES * Math.acos(Math.min(1, Math.max(-1, dot / Math.sqrt(aa * bb)))) : NaN;

/**
 * { dot, a, b, angle }: a·b, the two lengths, and the angle in degrees, NaN where a spectrum is all zero.
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 */
export function spectralAngle(a, b) {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return { dot, a: Math.sqrt(aa), b: Math.sqrt(bb), angle: degrees(dot, aa, bb) };
}

/**
 * Products between the weights instead of between the bands: aᵀb = z_aᵀ G z_b, and squared lengths of all pixels.
 * @param {Cube} cube
 * @param {Float64Array[]} rows
 * @returns {CubeMetric}
 */
export function metricOf(cube, rows) {
  const { k, size, z } = cube;
  const gram = Array.from({ length: k }, (_, j) =>
    Float64Array.from({ length: k }, (_, l) => rows.reduce((sum, row) => sum + row[j] * row[l], 0)),
  );
  const squares = new Float64Array(size);
  for (let i = 0, at = 0; i < size; i++, at += k) {
    let sum = 0;
    for (let j = 0; j < k; j++) {
      let inner = 0.5 * gram[j][j] * z[at + j];
      for (let l = 0; l < j; l++) inner += gram[j][l] * z[at + l];
      sum += inner * z[at + j];
    }
    squares[i] = 2 * sum;
  }
  return { gram, squares };
}

/**
 * The angle in degrees between pixel i and every pixel.
 * @param {Cube} cube
 * @param {CubeMetric} metric
 * @param {number} i
 * @returns {Float64Array} of length `size`
 */
export function anglesTo(cube, { gram, squares }, i) {
  const { k, z } = cube;
  const row = gram.map((line) => line.reduce((sum, g, l) => sum + g * z[i * k + l], 0));
  const angles = project(cube, row);
  for (let n = 0; n < angles.length; n++) angles[n] = degrees(angles[n], squares[n], squares[i]);
  angles[i] = squares[i] > 0 ? 0 : NaN;
  return angles;
}

// --- thresholds -----------------------------------------------------------------------------------------------------

export const STOPS = 200; // places that a threshold can take between the ends of its range

/**
 * The values below which a share of the pixels lies, from a sample of every so many.
 * @param {ArrayLike<number>} values NaN does not count
 * @param {number[]} shares in [0, 1]
 * @returns {number[]}
 */
export function quantiles(values, shares) {
  const stride = Math.max(1, values.length >> 12);
  const sample = new Float64Array(Math.ceil(values.length / stride));
  for (let i = 0; i < sample.length; i++) sample[i] = values[i * stride];
  const sorted = sample.filter((v) => !Number.isNaN(v)).sort();
  return shares.map((share) => sorted[Math.floor(share * (sorted.length - 1))] ?? NaN);
}

/**
 * Where a threshold on these values may lie: [lowest, highest]. Angles begin at 0.
 * @param {ArrayLike<number>} values
 * @param {boolean} fromZero
 * @returns {LowHigh}
 */
export function rangeOf(values, fromZero) {
  const [low, high] = quantiles(values, [0.005, 0.995]);
  return [fromZero ? 0 : low, high];
}

/**
 * How the pixels of the target (1 in `roles`) and the rest (2) spread over the stops: [target, rest] of STOPS + 2
 * counts. Count n holds what is above stop n − 1 and not above stop n, so a threshold at stop n has counts 0 … n below.
 * @param {ArrayLike<number>} values
 * @param {ArrayLike<number>} roles
 * @param {LowHigh} range
 * @returns {[Float64Array, Float64Array]}
 */
export function spread(values, roles, [low, high]) {
  /** @type {[Float64Array, Float64Array]} */
  const counts = [new Float64Array(STOPS + 2), new Float64Array(STOPS + 2)];
  const scale = STOPS / (high - low);
  for (let i = 0; i < values.length; i++) {
    if (!roles[i] || Number.isNaN(values[i])) continue;
    const n = Math.ceil((values[i] - low) * scale);
    counts[roles[i] - 1][n > STOPS ? STOPS + 1 : Math.max(n, 0)]++;
  }
  return counts;
}

/**
 * { stop, side, iou }: the threshold with the highest IoU, below it or above it.
 * @param {[Float64Array, Float64Array]} counts as `spread` gives them
 * @param {number} total pixels of the target
 * @param {string[]} [sides]
 */
export function bestStop([target, rest], total, sides = ["below", "above"]) {
  let best = { stop: 0, side: sides[0], iou: -1 };
  let [inside, false_, all] = [0, 0, 0];
  for (let n = 0; n < rest.length; n++) all += rest[n];
  for (let stop = 0; stop <= STOPS; stop++) {
    inside += target[stop];
    false_ += rest[stop];
    for (const side of sides) {
      const below = side === "below";
      const iou = (below ? inside : total - inside) / (total + (below ? false_ : all - false_));
      if (iou > best.iou) best = { stop, side, iou };
    }
  }
  return best;
}

/**
 * Counts and scores of what a threshold captures; null for 0/0. With `roles` 1 target, 2 rest, 0 not counted.
 * @param {ArrayLike<number>} values
 * @param {ArrayLike<number>} roles
 * @param {string} side "below" or "above"
 * @param {number} t
 */
export function captured(values, roles, side, t) {
  let [tp, fp, fn, other] = [0, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const inside = side === "below" ? values[i] <= t : values[i] > t;
    if (roles[i] === 1) inside ? tp++ : fn++;
    else if (inside) roles[i] === 2 ? fp++ : other++;
  }
  /**
   * @param {number} a
   * @param {number} b
   * @returns {Score}
   */
  const share = (a, b) => (b ? a / b : null);
  return { tp, fp, fn, other, precision: share(tp, tp + fp), recall: share(tp, tp + fn), iou: share(tp, tp + fp + fn) };
}
