/** Convolution on small square arrays, as rows of numbers; the arithmetic of its size; named kernels. */

/** Largest values that fit the screen; `convolution_explorer/widget.py` has the same. */
export const MOST = { size: 12, kernel: 7, stride: 6, padding: 6, dilation: 6 };

export const KERNELS = ["identity", "blur", "edge", "sharpen"];

/**
 * @param {number} n
 * @param {(r: number, c: number) => number} value
 * @returns {number[][]}
 */
const square = (n, value) => Array.from({ length: n }, (_, r) => Array.from({ length: n }, (_, c) => value(r, c)));

/**
 * { n, k, s, p, d } of a state.
 * @param {ConvolutionState} state
 * @returns {ConvolutionNumbers}
 */
export const numbersOf = (state) => ({
  n: state.image.length,
  k: state.kernel.length,
  s: state.stride,
  p: state.padding,
  d: state.dilation,
});

/**
 * What becomes of n cells a side: the kernel spans `span` cells of `padded`; `room` is how far it can move;
 * `size` outputs, null where it does not fit; `remainder` rows and columns of the padded input lie beyond the last
 * window, `lost` of them image and not padding.
 * @param {ConvolutionNumbers} numbers
 */
export function sizes({ n, k, s, p, d }) {
  const span = d * (k - 1) + 1;
  const padded = n + 2 * p;
  const room = padded - span;
  const remainder = room < 0 ? 0 : room % s;
  return {
    span,
    padded,
    room,
    size: room < 0 ? null : Math.floor(room / s) + 1,
    remainder,
    lost: Math.max(0, remainder - p),
  };
}

/**
 * The taps of output cell (r, c): [{ i, j, row, col, x, w }], weight (i, j) on image cell (row, col), which lies in the
 * padding, with x = 0, where it is not in the image.
 * @param {ConvolutionState} state
 * @param {number} r
 * @param {number} c
 */
export function taps({ image, kernel, stride, padding, dilation }, r, c) {
  /** @type {{ i: number, j: number, row: number, col: number, x: number, w: number }[]} */
  const list = [];
  kernel.forEach((weights, i) =>
    weights.forEach((w, j) => {
      const row = r * stride - padding + i * dilation;
      const col = c * stride - padding + j * dilation;
      list.push({ i, j, row, col, x: image[row]?.[col] ?? 0, w });
    }),
  );
  return list;
}

/**
 * Rows of the output, null where the kernel does not fit. Sums of products, divided once at the end.
 * @param {ConvolutionState} state
 * @returns {number[][] | null}
 */
export function convolve(state) {
  const { size } = sizes(numbersOf(state));
  if (size === null) return null;
  return square(size, (r, c) => taps(state, r, c).reduce((sum, { x, w }) => sum + x * w, 0) / state.divisor);
}

/**
 * How many windows read each cell of the padded input: (padded × padded).
 * @param {ConvolutionNumbers} numbers
 * @returns {number[][]}
 */
export function timesRead(numbers) {
  const { n, k, s, p, d } = numbers;
  const { size } = sizes(numbers);
  // Rows and columns do not know of each other, so that one axis tells both.
  const line = Array.from({ length: n + 2 * p }, () => 0);
  for (let o = 0; o < (size ?? 0); o++) for (let i = 0; i < k; i++) line[o * s + i * d]++;
  return line.map((a) => line.map((b) => a * b));
}

/**
 * The output cells along one axis whose window reads padded cell `at`.
 * @param {ConvolutionNumbers} numbers
 * @param {number} at
 * @returns {number[]}
 */
export function readers({ k, s, d, ...rest }, at) {
  const { size } = sizes({ k, s, d, ...rest });
  return Array.from({ length: size ?? 0 }, (_, o) => o).filter((o) => {
    const away = at - o * s;
    return away >= 0 && away % d === 0 && away / d < k;
  });
}

/**
 * Whole weights of a named kernel of side k and what their sum is divided by: { kernel, divisor }.
 * @param {string} kind one of KERNELS
 * @param {number} k odd, or 2
 * @returns {{ kernel: number[][], divisor: number }}
 */
export function makeKernel(kind, k) {
  const middle = (k - 1) >> 1;
  if (kind === "blur") return { kernel: square(k, () => 1), divisor: k * k };
  if (kind === "edge") return { kernel: square(k, (_, c) => Math.sign(2 * c - (k - 1))), divisor: 1 };
  const kernel = square(k, (r, c) => (kind === "sharpen" && (r === middle || c === middle) ? -1 : 0));
  kernel[middle][middle] = kind === "sharpen" ? 2 * k - 1 : 1;
  return { kernel, divisor: 1 };
}

/**
 * A kernel of one's own with another side: the middle stays, zeros come around it.
 * @param {number[][]} kernel
 * @param {number} k
 * @returns {number[][]}
 */
export function resizeKernel(kernel, k) {
  const shift = ((k - 1) >> 1) - ((kernel.length - 1) >> 1);
  return square(k, (r, c) => kernel[r - shift]?.[c - shift] ?? 0);
}

/**
 * An image with another side: the upper left corner stays, and what is new comes from the picture it was cut from.
 * @param {number[][]} image n × n
 * @param {number} n
 * @param {number[][]} picture where new cells come from; 0 beyond it
 * @returns {number[][]}
 */
export const resizeImage = (image, n, picture) => square(n, (r, c) => image[r]?.[c] ?? picture[r]?.[c] ?? 0);

/**
 * Ways to make a kernel that is too wide fit, each changing one number as little as it can:
 * [{ name: "padding", value }, …] out of padding, dilation, kernel and size; what cannot help alone is left out.
 * @param {ConvolutionNumbers} numbers
 * @returns {{ name: string, value: number }[]}
 */
export function repairs({ n, k, s, p, d }) {
  /** @param {Partial<ConvolutionNumbers>} change */
  const fits = (change) => sizes({ n, k, s, p, d, ...change }).size !== null;
  if (fits({})) return [];
  /**
   * @param {string} name
   * @param {string} key
   * @param {number} from
   * @param {number} to
   * @param {number} step
   */
  const search = (name, key, from, to, step) => {
    for (let value = from; step > 0 ? value <= to : value >= to; value += step) {
      if (fits({ [key]: value })) return [{ name, value }];
    }
    return [];
  };
  return [
    ...search("padding", "p", p + 1, MOST.padding, 1),
    ...search("dilation", "d", d - 1, 1, -1),
    ...search("kernel", "k", k - 1, 1, -1),
    ...search("size", "n", n + 1, MOST.size, 1),
  ];
}
