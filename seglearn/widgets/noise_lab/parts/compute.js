/** What follows from a state of the lab, each part worked out once for what it depends on. */
import { FILTERS, SLOW } from "../../web/core/denoise.js";
import { meanSquaredError, psnr, ssim } from "../../web/core/fidelity.js";
import { addNoise } from "../../web/core/noise.js";
import { open, openedPicture } from "../../web/core/packed.js";
import { createBackground } from "./background.js";

const BETWEEN = 4; // steps of a slider from one measured value to the next

/** The last few results by what they are of. */
function recent() {
  const known = new Map();
  return {
    get: (key) => known.get(key),
    keep(key, result) {
      known.set(key, result);
      if (known.size > 4) known.delete(known.keys().next().value);
      return result;
    },
  };
}

/** Remembers the last few results of `work` by its first argument. */
function remembering(work) {
  const known = recent();
  return (key, ...rest) => known.get(key) ?? known.keep(key, work(...rest));
}

/** The values that a slider offers: those measured, and where it makes sense some between, in equal ratios. */
export function marksOf(values) {
  if (values.length < 4) return values; // sides of windows, or nothing
  return values.flatMap((v, i) =>
    i === values.length - 1
      ? [v]
      : Array.from({ length: BETWEEN }, (_, k) =>
          k ? Number((v * (values[i + 1] / v) ** (k / BETWEEN)).toPrecision(3)) : v,
        ),
  );
}

/** Where a value lies among the measured ones: 0 is the first, 1.5 halfway (in ratio) from the second to the third. */
export function placeOf(values, value) {
  for (let i = 0; i < values.length - 1; i++) {
    const share = Math.log(value / values[i]) / Math.log(values[i + 1] / values[i]);
    if (share < 1) return i + share;
  }
  return values.length - 1;
}

/** Of a row of numbers, the one at a place between two. */
export function between(row, place) {
  const i = Math.min(row.length - 1, Math.floor(place));
  return row[i] + (place - i) * ((row[i + 1] ?? row[i]) - row[i]);
}

const labs = new WeakMap();

/** Unpacks the pictures of a widget's constant data; the lab needs them at hand. */
export const ready = ({ pictures }) => Promise.all(Object.values(pictures).map((p) => open(p.pixels)));

/** The one lab of a widget's constant data; `worker` is the script of a worker for the slow filters, if there is one. */
export function labOf(data, worker = "") {
  if (!labs.has(data)) labs.set(data, createLab(data, worker));
  return labs.get(data);
}

function createLab({ pictures, noises, filters, surface }, worker) {
  const picture = remembering((name) => {
    const { shape, pixels } = pictures[name];
    const [height, width, channels] = shape;
    const data = Float32Array.from(openedPicture(pixels, width, channels), (v) => v / 255);
    return { data, width, height, channels };
  });
  const clean = ({ picture: name }) => picture(name, name);

  const disturbed = remembering((state) => {
    const image = clean(state);
    return { ...image, data: addNoise(image.data, state.noise, state.strength, state.seed, state.salt) };
  });
  const keyOf = ({ picture: name, noise, strength, salt, seed }) => [name, noise, strength, salt, seed].join();
  const noisy = (state) => disturbed(keyOf(state), state);

  // --- the filter, where it is slow in a worker -------------------------------------------------------------------
  const listeners = new Set();
  const cleaned = recent();
  const filterKey = (state) => [keyOf(state), state.filter, state.setting].join();
  let last = null; // what the worker finished last: { picture, image }
  let background = worker && createBackground(worker, told, refused);
  function told({ key, picture: name, image }, samples) {
    last = { picture: name, image: cleaned.keep(key, { ...image, data: samples }) };
    listeners.forEach((tell) => tell());
  }
  function refused() {
    background = null;
    listeners.forEach((tell) => tell());
  }
  /** The filtered picture, or null while the worker works on it. */
  function finished(state) {
    if (state.filter === "none") return noisy(state);
    const key = filterKey(state);
    const known = cleaned.get(key);
    if (known) return known;
    const image = noisy(state);
    if (background && state.filter in SLOW) {
      background.ask({ key, image, picture: state.picture, filter: state.filter, setting: state.setting });
      return null;
    }
    return cleaned.keep(key, { ...image, data: FILTERS[state.filter](image, state.setting) });
  }
  /** What to show: the filtered picture; until it is there the last one of the same scene (a copy: what is derived from
      it is of this state alone), or the noisy one. */
  const filtered = (state) => finished(state) ?? (last?.picture === state.picture ? { ...last.image } : noisy(state));
  /** Calls `tell` whenever the worker has finished a picture; returns what ends that, and with the last one the worker. */
  function subscribe(tell) {
    listeners.add(tell);
    return () => {
      listeners.delete(tell);
      if (!listeners.size && background) background.close();
    };
  }

  const judged = new WeakMap();
  /** { mse, psnr, ssim, map } of an image. */
  function scores(state, image) {
    if (!judged.has(image)) {
      const truth = clean(state);
      const mse = meanSquaredError(truth.data, image.data);
      const { mean, map } = ssim(truth, image);
      judged.set(image, { mse, psnr: psnr(mse), ssim: mean, map });
    }
    return judged.get(image);
  }

  // --- the surface ------------------------------------------------------------------------------------------------
  const columns = filters.flatMap(({ name, values }) => values.map((setting) => ({ filter: name, setting })));
  const strengths = Object.fromEntries(noises.map(({ name, values }) => [name, values]));
  const settings = Object.fromEntries(filters.map(({ name, values }) => [name, values]));
  const first = (filter) => columns.findIndex((c) => c.filter === filter);

  /** The measured scores against a noise: a row for each strength, a column for each filter and setting. */
  const rows = (noise, score) => {
    const all = surface.scores[noise][score];
    return strengths[noise].map((_, i) => all.slice(i * columns.length, (i + 1) * columns.length));
  };

  /** What the network makes of a state: { row, column, exact, psnr, mean_iou, points, line }. */
  function network(state) {
    const { noise, strength, filter, setting } = state;
    const row = placeOf(strengths[noise], strength);
    const start = first(filter);
    const list = settings[filter];
    const place = setting === null ? 0 : placeOf(list, setting);
    const at = (score) => {
      const table = rows(noise, score);
      return columns.map((_, c) =>
        between(
          table.map((r) => r[c]),
          row,
        ),
      );
    };
    const [decibels, ious] = [at("psnr"), at("mean_iou")];
    const mine = (values) => values.slice(start, start + list.length);
    const exact =
      Number.isInteger(row) && Number.isInteger(place) && (noise !== "salt-and-pepper" || state.salt === 0.5);
    const top = (values) => values.indexOf(Math.max(...values));
    return {
      row,
      column: start + place,
      exact,
      psnr: between(mine(decibels), place),
      mean_iou: between(mine(ious), place),
      points: columns.map((c, i) => ({ ...c, psnr: decibels[i], mean_iou: ious[i] })),
      line: mine(decibels).map((x, i) => [x, mine(ious)[i]]),
      bestPsnr: top(decibels),
      bestIou: top(ious),
    };
  }

  let cost = 0;
  return {
    /** Milliseconds that it took to follow the last change. */
    get cost() {
      return cost;
    },
    clean,
    noisy,
    filtered,
    pending: (state) => finished(state) === null,
    subscribe,
    scores,
    columns,
    strengths,
    settings,
    rows,
    network,
    surface,
    metrics(state) {
      const begun = performance.now();
      const before = scores(state, noisy(state));
      const image = finished(state);
      const after = image && scores(state, image);
      const { exact, mean_iou: iou } = network(state);
      cost = performance.now() - begun;
      return {
        ...(after && { psnr: after.psnr, ssim: after.ssim }), // not while the worker works
        noisy_psnr: before.psnr,
        noisy_ssim: before.ssim,
        mean_iou: exact ? iou : null,
      };
    },
  };
}
