/** What GrabCut's mixtures and links say of every pixel: as seglearn/classical/grabcut.py and mincut.py, without the cut. */

/**
 * A component: a colour z costs constant + ½ (z − mean)ᵀ precision (z − mean), with z in [0, 1].
 * @typedef {{ weight: number, mean: number[], constant: number, precision: number[] }} Component
 */

/**
 * What a colour costs in a component.
 * @param {Component} component
 * @param {number[]} z one number a channel, in [0, 1]
 * @returns {number}
 */
export function costOf({ mean, constant, precision }, z) {
  const off = z.map((v, c) => v - mean[c]);
  const n = off.length;
  let squares = 0;
  for (let r = 0; r < n; r++) for (let c = 0; c < n; c++) squares += off[r] * precision[r * n + c] * off[c];
  return constant + squares / 2;
}

/**
 * The component that a colour costs least in, and what it costs.
 * @param {Component[]} side
 * @param {number[]} z
 * @returns {{ k: number, cost: number }}
 */
export function cheapest(side, z) {
  let best = { k: 0, cost: Infinity };
  side.forEach((component, k) => {
    const cost = costOf(component, z);
    if (cost < best.cost) best = { k, cost };
  });
  return best;
}

/**
 * A pixel's colour.
 * @param {Uint8Array} pixels samples 0 … 255, height × width × channels
 * @param {number} channels
 * @param {number} p which pixel
 * @returns {number[]} in [0, 1]
 */
export const colourAt = (pixels, channels, p) =>
  Array.from(pixels.subarray(channels * p, channels * (p + 1)), (v) => v / 255);

/**
 * The component of every pixel in the mixture of its side.
 * @param {Uint8Array} pixels samples 0 … 255, height × width × channels
 * @param {number} channels
 * @param {Mask} mask 1 is foreground
 * @param {[Component[], Component[]]} sides background, foreground
 * @returns {Uint8Array}
 */
export function assign(pixels, channels, mask, sides) {
  return Uint8Array.from(mask, (side, p) => cheapest(sides[side], colourAt(pixels, channels, p)).k);
}

const NEIGHBOURS = [
  [1, 0],
  [0, 1],
  [1, 1],
  [-1, 1],
];

/**
 * How strong the links of every pixel to its eight neighbours are, on average: 1 where they cost γ or as much as the
 * distance leaves of it, near 0 where the colours differ.
 * @param {Uint8Array} pixels samples 0 … 255, height × width × channels
 * @param {number} width
 * @param {number} channels
 * @returns {Float32Array}
 */
export function linkStrengths(pixels, width, channels) {
  const n = pixels.length / channels;
  const height = n / width;
  /** @param {(p: number, q: number, square: number) => void} visit */
  const everyPair = (visit) => {
    for (const [dx, dy] of NEIGHBOURS) {
      for (let y = 0; y < height - dy; y++) {
        for (let x = Math.max(0, -dx); x < width - Math.max(0, dx); x++) {
          const [p, q] = [y * width + x, (y + dy) * width + x + dx];
          let square = 0;
          for (let c = 0; c < channels; c++)
            square += ((pixels[channels * p + c] - pixels[channels * q + c]) / 255) ** 2;
          visit(p, q, square);
        }
      }
    }
  };
  let total = 0;
  let pairs = 0;
  everyPair((_p, _q, square) => {
    total += square;
    pairs++;
  });
  const beta = total ? pairs / (2 * total) : 0;
  const sum = new Float32Array(n);
  const links = new Uint8Array(n);
  everyPair((p, q, square) => {
    const link = Math.exp(-beta * square);
    for (const each of [p, q]) {
      sum[each] += link;
      links[each]++;
    }
  });
  return sum.map((all, p) => (links[p] ? all / links[p] : 1));
}
