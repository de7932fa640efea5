/** How good superpixels are; definitions and names of seglearn/superpixels/quality.py. Label 255 of the truth is void. */
import { pairs } from "./connectivity.js";

export const VOID = 255;

const SHARE = 0.05; // of a superpixel; an overlap of less Achanta's error forgives

/** The four quantities that go by the name of under-segmentation error. */
export const ERRORS = [
  "undersegmentation_neubert_protzel",
  "undersegmentation_bleeding",
  "undersegmentation_levinshtein",
  "undersegmentation_achanta",
];

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
  pairs(labels, width, (p, q) => {
    if (labels[p] !== labels[q] && !isVoid(labels[p]) && !isVoid(labels[q])) edge[p] = edge[q] = 1;
  });
  return edge;
}

/**
 * Whether `edge` has a pixel in the square of side 2·radius + 1 around p.
 * @param {Mask} edge
 * @param {number} width
 * @param {number} radius pixels
 * @param {number} p
 */
function isNear(edge, width, radius, p) {
  for (let dx = Math.max(-radius, -(p % width)); dx <= radius && (p % width) + dx < width; dx++) {
    for (let dy = -radius; dy <= radius; dy++) if (edge[p + dy * width + dx]) return true;
  }
  return false;
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
 * Pixels that superpixels share with regions: `table[k · nRegions + i]`, without the void.
 * @param {ArrayLike<number>} labels height × width
 * @param {number} n
 * @param {PreparedTruth} prepared
 */
function contingency(labels, n, { truth, nRegions }) {
  const table = new Int32Array(n * nRegions);
  const sizes = new Int32Array(n);
  const regions = new Int32Array(nRegions);
  let counted = 0;
  for (let p = 0; p < labels.length; p++) {
    if (truth[p] === VOID) continue;
    table[labels[p] * nRegions + truth[p]]++;
    sizes[labels[p]]++;
    regions[truth[p]]++;
    counted++;
  }
  return { table, sizes, regions, counted };
}

/**
 * The four under-segmentation errors with their numerators, each superpixel's largest region, and how many regions
 * charge it whole: those that it touches, and those of which it has more than `SHARE`.
 * @param {ReturnType<typeof contingency>} found
 * @param {number} n
 */
function charges({ table, sizes, regions, counted }, n) {
  const nRegions = regions.length;
  const best = new Int16Array(n).fill(-1);
  const [touched, entered] = [new Uint8Array(n), new Uint8Array(n)];
  const whole = new Float64Array(nRegions); // pixels of all superpixels that touch a region
  let [inside, smaller, charged] = [0, 0, 0];
  for (let k = 0; k < n; k++) {
    const shares = table.subarray(k * nRegions, (k + 1) * nRegions);
    const most = Math.max(0, ...shares);
    if (most) best[k] = shares.indexOf(most);
    inside += most;
    shares.forEach((shared, i) => {
      if (!shared) return;
      touched[k]++;
      whole[i] += sizes[k];
      smaller += Math.min(shared, sizes[k] - shared);
      if (shared <= SHARE * sizes[k]) return;
      entered[k]++;
      charged += sizes[k];
    });
  }
  const present = [...regions.keys()].filter((i) => regions[i]);
  const excess = present.reduce((sum, i) => sum + whole[i] / regions[i] - 1, 0);
  return {
    best,
    touched,
    entered,
    counts: { smaller, inside, outside: counted - inside, charged, regions: present.length, excess },
    errors: {
      undersegmentation_neubert_protzel: smaller / counted,
      undersegmentation_bleeding: 1 - inside / counted,
      undersegmentation_levinshtein: excess / present.length,
      undersegmentation_achanta: charged / counted - 1,
    },
  };
}

/**
 * Everything at once. `labels` are 0 … n−1, some of which may be absent; `prepared` is null without a truth.
 * → { scores, named as in Python; counts; hits: 1 where an outline was found, 2 where missed; leaks: for each error the
 * pixels that it charges; table … }
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
    ...Object.fromEntries(ERRORS.map((name) => [name, null])),
    achievable_accuracy: null,
    compactness: compactness(labels, width, n),
  };
  if (!prepared) return { scores };
  const { truth, edge, nRegions, radius } = prepared;
  const borders = boundaries(labels, width);
  const hits = edge.map((on, p) => on && (isNear(borders, width, radius, p) ? 1 : 2)); // 1 found, 2 missed
  const [found, missed] = [1, 2].map((hit) => hits.filter((h) => h === hit).length);
  const shared = contingency(labels, n, prepared);
  const { counted } = shared;
  const { best, touched, entered, counts, errors } = charges(shared, n);
  /** @param {(k: number, p: number) => boolean} is */
  const where = (is) => Uint8Array.from(labels, (k, p) => (truth[p] !== VOID && is(k, p) ? 1 : 0));
  const leak = where((k, p) => truth[p] !== best[k]);
  const leaks = {
    undersegmentation_neubert_protzel: leak,
    undersegmentation_bleeding: leak,
    undersegmentation_levinshtein: where((k) => touched[k] > 1),
    undersegmentation_achanta: where((k) => entered[k] > 1),
  };
  Object.assign(scores, errors);
  scores.boundary_recall = found + missed ? found / (found + missed) : null;
  scores.achievable_accuracy = counts.inside / counted;
  return { scores, counts: { ...counts, found, missed, counted }, hits, leaks, nRegions, ...shared };
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
    const x = p % width;
    size[labels[p]]++;
    sides[labels[p]] += Number(x === 0) + Number(x === width - 1) + Number(p < width) + Number(p >= total - width);
  }
  pairs(labels, width, (p, q) => {
    if (labels[p] === labels[q]) return;
    sides[labels[p]]++;
    sides[labels[q]]++;
  });
  return size.reduce((sum, s, k) => (s ? sum + ((s / total) * 4 * Math.PI * s) / sides[k] ** 2 : sum), 0);
}
