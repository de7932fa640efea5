/** How good superpixels are; definitions and names of seglearn/superpixels/quality.py. Label 255 of the truth is void. */

export const VOID = 255;

/**
 * Pixels by which a boundary may be off: 0.25 % of the diagonal, rounded (Python rounds halves to even).
 * @param {number} width
 * @param {number} height
 * @returns {number}
 */
export function tolerance(width, height) {
  const exact = 0.0025 * Math.hypot(height, width);
  const down = Math.floor(exact);
  return exact - down === 0.5 ? down + (down % 2) : Math.round(exact);
}

/**
 * 1 where a pixel has a 4-neighbour of another label; where `isVoid(label)` on either side there is no boundary.
 * @param {ArrayLike<number>} labels height × width
 * @param {number} width
 * @param {(label: number) => boolean} [isVoid]
 * @returns {Mask}
 */
export function boundaries(labels, width, isVoid = () => false) {
  const edge = new Uint8Array(labels.length);
  /**
   * @param {number} p
   * @param {number} q
   */
  const mark = (p, q) => {
    if (labels[p] !== labels[q] && !isVoid(labels[p]) && !isVoid(labels[q])) edge[p] = edge[q] = 1;
  };
  for (let p = 0; p < labels.length; p++) {
    if ((p + 1) % width) mark(p, p + 1);
    if (p + width < labels.length) mark(p, p + width);
  }
  return edge;
}

/**
 * Dilates by a square of side 2·radius + 1.
 * @param {Mask} mask
 * @param {number} width
 * @param {number} radius pixels
 */
function dilate(mask, width, radius) {
  const height = mask.length / width;
  /**
   * @param {Mask} source
   * @param {number} stride
   * @param {number} n
   * @param {number} rows
   * @param {number} rowStride
   */
  const pass = (source, stride, n, rows, rowStride) => {
    const out = new Uint8Array(source.length);
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < n; i++) {
        if (!source[row * rowStride + i * stride]) continue;
        for (let k = Math.max(0, i - radius); k <= Math.min(n - 1, i + radius); k++)
          out[row * rowStride + k * stride] = 1;
      }
    }
    return out;
  };
  return pass(pass(mask, 1, width, height, width), width, height, width, 1);
}

/**
 * What a truth alone decides, once for all superpixels.
 * @param {LabelMap} truth
 * @param {number} width
 * @returns {PreparedTruth}
 */
export function prepareTruth(truth, width) {
  const edge = boundaries(truth, width, (label) => label === VOID);
  let nRegions = 0;
  for (const label of truth) if (label !== VOID) nRegions = Math.max(nRegions, label + 1);
  return { truth, edge, nRegions, radius: tolerance(width, truth.length / width) };
}

/**
 * Everything at once. `labels` are 0 … n−1, some of which may be absent; `prepared` is null without a truth.
 * → { scores, named as in Python; counts; hits: 1 where an outline was found, 2 where missed; leak; table … }
 * @param {ArrayLike<number> & Iterable<number>} labels height × width
 * @param {number} width
 * @param {number} n
 * @param {PreparedTruth | null} prepared
 */
export function measure(labels, width, n, prepared) {
  /** @type {Record<string, Score>} */
  const scores = {
    n_segments: new Set(labels).size,
    boundary_recall: null,
    undersegmentation_neubert_protzel: null,
    achievable_accuracy: null,
    compactness: compactness(labels, width, n),
  };
  if (!prepared) return { scores };
  const { truth, edge, nRegions, radius } = prepared;
  const near = dilate(boundaries(labels, width), width, radius);
  let [found, all] = [0, 0];
  const hits = new Uint8Array(labels.length); // 1 found, 2 missed
  for (let p = 0; p < edge.length; p++) {
    if (!edge[p]) continue;
    all++;
    hits[p] = near[p] ? 1 : 2;
    found += near[p];
  }
  const table = new Int32Array(n * nRegions); // superpixel by superpixel
  const sizes = new Int32Array(n);
  let counted = 0;
  for (let p = 0; p < labels.length; p++) {
    if (truth[p] === VOID) continue;
    table[labels[p] * nRegions + truth[p]]++;
    sizes[labels[p]]++;
    counted++;
  }
  const best = new Int16Array(n).fill(-1); // each superpixel's largest region
  let [inside, smaller] = [0, 0];
  for (let k = 0; k < n; k++) {
    let most = 0;
    for (let i = 0; i < nRegions; i++) {
      const shared = table[k * nRegions + i];
      smaller += Math.min(shared, sizes[k] - shared);
      if (shared > most) [most, best[k]] = [shared, i];
    }
    inside += most;
  }
  const leak = new Uint8Array(labels.length);
  for (let p = 0; p < labels.length; p++) leak[p] = truth[p] !== VOID && truth[p] !== best[labels[p]] ? 1 : 0;
  scores.boundary_recall = all ? found / all : null;
  scores.undersegmentation_neubert_protzel = smaller / counted;
  scores.achievable_accuracy = inside / counted;
  return {
    scores,
    counts: { found, all, missed: all - found, smaller, inside, counted },
    hits,
    leak,
    table,
    sizes,
    nRegions,
  };
}

/**
 * Σ (|S| / N) · 4π|S| / L², L the outline in pixel sides, the image's border included.
 * @param {ArrayLike<number>} labels
 * @param {number} width
 * @param {number} n
 * @returns {number}
 */
function compactness(labels, width, n) {
  const total = labels.length;
  const [size, sides] = [new Float64Array(n), new Float64Array(n)];
  for (let p = 0; p < total; p++) {
    const k = labels[p];
    const x = p % width;
    size[k]++;
    if (!x || labels[p - 1] !== k) sides[k]++;
    if (x === width - 1 || labels[p + 1] !== k) sides[k]++;
    if (p < width || labels[p - width] !== k) sides[k]++;
    if (p >= total - width || labels[p + width] !== k) sides[k]++;
  }
  return size.reduce((sum, s, k) => (s ? sum + ((s / total) * 4 * Math.PI * s) / sides[k] ** 2 : sum), 0);
}
