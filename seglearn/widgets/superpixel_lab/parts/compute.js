/** What follows from a state of the lab, each part worked out once for what it depends on. */
import { decodeLabelRuns } from "../../web/core/codec.js";
import { connectedParts, neighbours } from "../../web/core/connectivity.js";
import { open, opened, openedPicture } from "../../web/core/packed.js";
import { addNoise, blur, toLab } from "../../web/core/pixels.js";
import { remembering } from "../../web/core/remember.js";
import { around, ITERATIONS, runSlic } from "../../web/core/slic.js";
import { ERRORS, measure, prepareTruth } from "../../web/core/superpixel_quality.js";

export { ERRORS, ITERATIONS };
export const STAGES = ["seeds", "nudge", "assign", "update", "connect"];
export const LAST = 2 * ITERATIONS + 2;
export const SCORES = ["boundary_recall", ...ERRORS, "achievable_accuracy", "compactness"];

/** Position 0 … 22 in a run of stage and iteration, and back. */
export const positionOf = ({ stage, iteration }) =>
  ({ seeds: 0, nudge: 1, assign: 2 * iteration, update: 2 * iteration + 1, connect: LAST })[stage];
export function atPosition(position) {
  if (position < 2) return { stage: STAGES[position], iteration: 0 };
  if (position >= LAST) return { stage: "connect", iteration: ITERATIONS };
  return { stage: position % 2 ? "update" : "assign", iteration: position >> 1 };
}

const labs = new WeakMap();

/** Unpacks what a widget's constant data hold; the lab needs it at hand. */
export const ready = ({ pictures }) =>
  Promise.all(Object.values(pictures).flatMap((p) => [p.pixels, p.recorded].filter(Boolean).map(open)));

/** The one lab of a widget's constant data. */
export function labOf(data) {
  if (!labs.has(data)) labs.set(data, createLab(data));
  return labs.get(data);
}

/** What is cut. */
function createPictures(pictures) {
  let own = null; // the reader's picture; in a page that was opened with a link to it there is none
  const picture = remembering((name) => {
    const { shape, pixels, truth, names, probe } = pictures[name];
    const [height, width, channels] = shape;
    return {
      width,
      height,
      channels,
      pixels: openedPicture(pixels, width, channels),
      names,
      probe,
      truth: truth ? prepareTruth(decodeLabelRuns(truth, width * height), width) : null,
    };
  }, 4);
  const first = Object.keys(pictures)[0];
  const pictureOf = ({ picture: name }) => {
    if (name === "own" && own) return own;
    const known = name in pictures ? name : first;
    return picture(known, known);
  };
  /** What a picture is remembered by. */
  const keyOf = ({ picture: name }) => (name === "own" ? `own ${own?.id}` : name);
  const see = remembering((state, noise, sigma) => {
    const { pixels, width, height, channels } = pictureOf(state);
    const image = blur(addNoise(pixels, noise), width, height, channels, sigma);
    const rgba = new Uint8ClampedArray(4 * width * height).fill(255);
    for (let p = 0; p < width * height; p++) {
      for (let c = 0; c < 3; c++) rgba[4 * p + c] = Math.round(255 * image[channels === 1 ? p : 3 * p + c]);
    }
    return { lab: toLab(image, channels), rgba };
  }, 3);
  return {
    pictureOf,
    keyOf,
    get hasOwn() {
      return own !== null;
    },
    /** Takes the reader's picture: height × width × 3 bytes. */
    take({ rgb, width, height }) {
      const probe = [height >> 1, width >> 1];
      own = { width, height, channels: 3, pixels: rgb, names: {}, probe, truth: null, id: (own?.id ?? 0) + 1 };
    },
    /** { lab, rgba } with noise and blur, but beside the six others as they saw it. */
    seen(state) {
      const [noise, sigma] = state.tab === "compare" ? [0, 0] : [state.noise, state.sigma];
      return see([keyOf(state), noise, sigma].join(), state, noise, sigma);
    },
  };
}

/** How it is cut: `{ slic, shown }`. */
function createRuns({ pictures, methods, sizes }, { pictureOf, keyOf, seen }) {
  const run = remembering((state, lab) => {
    const { width, height } = pictureOf(state);
    return runSlic(lab, width, height, state.n_segments, state.compactness);
  }, 6);
  const slic = (state) => {
    const { tab, noise, sigma, n_segments: n, compactness: m } = state;
    return run([keyOf(state), ...(tab === "compare" ? [0, 0] : [noise, sigma]), n, m].join(), state, seen(state).lab);
  };
  const replay = remembering((state) => {
    const { picture: name, method, n_segments: n } = state;
    const { width, height } = pictureOf(state);
    const size = width * height;
    // The first method is SLIC, which runs here.
    const from = size * ((methods.findIndex((m) => m.name === method) - 1) * sizes.length + sizes.indexOf(n));
    const { parts, sizes: found } = connectedParts(opened(pictures[name].recorded).subarray(from, from + size), width);
    return { labels: parts, n: found.length };
  }, 40);
  /** { labels, n } of what is shown; labels is null before anything is assigned. */
  function shown(state) {
    const { tab, stage, iteration, method, picture: name, n_segments: n } = state;
    if (tab === "compare" && method !== "slic") return replay([name, method, n].join(), state);
    const result = slic(state);
    if (tab === "compare" || stage === "connect") return result.connected;
    if (stage === "seeds" || stage === "nudge") return { labels: null, n: 0 };
    return { labels: result.iterations[iteration - 1].labels, n: result.seeds.length };
  }
  return { slic, shown };
}

/** Of each superpixel { size, mean: [r, g, b], lab, beside, pieces }; `pieces` is how many parts it is in. */
function describe({ labels, n }, width, { rgba, lab }) {
  const sums = new Float64Array(7 * n);
  labels.forEach((k, p) => {
    const at = 7 * k;
    sums[at]++;
    for (let c = 0; c < 3; c++) sums[at + 1 + c] += rgba[4 * p + c];
    sums[at + 4] += lab.l[p];
    sums[at + 5] += lab.a[p];
    sums[at + 6] += lab.b[p];
  });
  const pieces = new Int32Array(n);
  const { parts, sizes } = connectedParts(labels, width);
  const first = new Int32Array(sizes.length).fill(-1);
  labels.forEach((k, p) => {
    if (first[parts[p]] < 0) first[parts[p]] = pieces[k]++;
  });
  const beside = neighbours(labels, width, n);
  return Array.from({ length: n }, (_, k) => {
    const mean = [...sums.subarray(7 * k + 1, 7 * k + 7)].map((sum) => sum / sums[7 * k]);
    return { size: sums[7 * k], mean: mean.slice(0, 3), lab: mean.slice(3), beside: beside[k], pieces: pieces[k] };
  });
}

/** The nine centres around a pixel's cell, or those of them whose window holds it, nearest first. */
function competing(run, { lab, width, iteration }, { row, col }) {
  const { rows, columns, step, weight, tiles, iterations } = run;
  const centres = iterations[iteration - 1].before;
  const p = row * width + col;
  const found = [];
  for (const [r, c] of around(tiles.y.of[row], tiles.x.of[col])) {
    const k = r * columns + c;
    if (r < 0 || c < 0 || r >= rows || c >= columns) continue;
    const centre = centres[k];
    const [dy, dx] = [row - centre[3], col - centre[4]];
    if (Math.max(Math.abs(dy), Math.abs(dx)) > step) continue;
    const dlab = Math.hypot(lab.l[p] - centre[0], lab.a[p] - centre[1], lab.b[p] - centre[2]);
    const dxy = Math.hypot(dy, dx);
    // Browsers take lab() to mean white D50; on screen the difference is slight.
    const color = `lab(${centre
      .slice(0, 3)
      .map((v) => v.toFixed(1))
      .join(" ")})`;
    found.push({ k, centre, color, dlab, dxy, D: Math.sqrt(dlab ** 2 + weight * dxy ** 2) });
  }
  return found.sort((a, b) => a.D - b.D);
}

function createLab({ pictures, methods = [], sizes = [] }) {
  const cut = createPictures(pictures);
  const { pictureOf, seen } = cut;
  const { slic, shown } = createRuns({ pictures, methods, sizes }, cut);

  const measured = new WeakMap();
  /** The scores of what is shown, with what they are made of; null before anything is assigned. */
  function quality(state) {
    const { labels, n } = shown(state);
    if (!labels) return null;
    const { width, truth } = pictureOf(state);
    if (!measured.has(labels)) measured.set(labels, measure(labels, width, n, truth));
    return measured.get(labels);
  }

  const described = new WeakMap();
  function regions(state) {
    const now = shown(state);
    if (!described.has(now.labels)) described.set(now.labels, describe(now, pictureOf(state).width, seen(state)));
    return described.get(now.labels);
  }

  const candidates = (state, probe) => {
    const iteration = state.stage === "connect" ? ITERATIONS : state.iteration;
    return competing(slic(state), { lab: seen(state).lab, width: pictureOf(state).width, iteration }, probe);
  };
  const nothing = Object.fromEntries(["n_segments", ...SCORES].map((name) => [name, null]));
  const scores = (state) => quality(state)?.scores ?? nothing;

  return {
    pictureOf,
    take: cut.take,
    hasOwn: () => cut.hasOwn,
    seen,
    slic,
    shown,
    quality,
    regions,
    candidates,
    methods,
    sizes,
    metrics(state) {
      const { tab, stage, iteration } = state;
      const compare = tab === "compare";
      const all = methods.map(({ name }) => [name, compare && scores({ ...state, method: name })]);
      return {
        ...scores(state),
        residual: !compare && stage === "update" ? slic(state).iterations[iteration - 1].residual : null,
        compared: compare ? Object.fromEntries(all) : null,
      };
    },
  };
}
