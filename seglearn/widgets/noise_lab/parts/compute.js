/** What follows from a state of the lab, each part worked out once for what it depends on. */
import { FILTERS, SLOW } from "../../web/core/denoise.js";
import { meanSquaredError, psnr, ssim } from "../../web/core/fidelity.js";
import { addNoise } from "../../web/core/noise.js";
import { open, openedPicture } from "../../web/core/packed.js";
import { createBackground } from "./background.js";
import { createSurface } from "./surface.js";

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

const labs = new WeakMap();

/** Unpacks the pictures of a widget's constant data; the lab needs them at hand. */
export const ready = ({ pictures }) => Promise.all(Object.values(pictures).map((p) => open(p.pixels)));

/** The one lab of a widget's constant data; `worker` is the script of a worker for the slow filters, if there is one. */
export function labOf(data, worker = "") {
  if (!labs.has(data)) labs.set(data, createLab(data, worker));
  return labs.get(data);
}

/** The slow filters run in a worker, the others at once: `{ finished, filtered, subscribe }` of states. */
function createFilters({ noisy, keyOf }, worker) {
  const listeners = new Set();
  const cleaned = recent();
  let last = null; // what the worker finished last: { picture, image }
  const tell = () => listeners.forEach((listener) => listener());
  let background =
    worker &&
    globalThis.Worker &&
    createBackground(
      worker,
      ({ key, picture, image }, samples) => {
        last = { picture, image: cleaned.keep(key, { ...image, data: samples }) };
        tell();
      },
      () => {
        background = null; // refused: from now on the page does the work
        tell();
      },
    );
  /** The filtered picture, or null while the worker works on it. */
  function finished(state) {
    const { filter, setting, picture } = state;
    if (filter === "none") return noisy(state);
    const key = [keyOf(state), filter, setting].join();
    const known = cleaned.get(key);
    if (known) return known;
    const image = noisy(state);
    if (background && filter in SLOW) {
      background.ask({ key, image, picture, filter, setting });
      return null;
    }
    return cleaned.keep(key, { ...image, data: FILTERS[filter](image, setting) });
  }
  return {
    finished,
    /** What to show: the filtered picture; until it is there the last one of the same scene (a copy: what is derived
        from it is of this state alone), or the noisy one. */
    filtered: (state) => finished(state) ?? (last?.picture === state.picture ? { ...last.image } : noisy(state)),
    /** Calls `listener` whenever the worker has finished a picture; returns what ends that, and with the last one the
        worker. */
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (!listeners.size && background) background.close();
      };
    },
  };
}

function createLab(data, worker) {
  const picture = remembering((name) => {
    const { shape, pixels } = data.pictures[name];
    const [height, width, channels] = shape;
    const samples = Float32Array.from(openedPicture(pixels, width, channels), (v) => v / 255);
    return { data: samples, width, height, channels };
  });
  let own = null; // the reader's picture; in a page that was opened with a link to it there is none
  const first = Object.keys(data.pictures)[0];
  const clean = ({ picture: name }) => {
    if (name === "own" && own) return own;
    const known = name in data.pictures ? name : first;
    return picture(known, known);
  };
  const disturbed = remembering((state) => {
    const image = clean(state);
    return { ...image, data: addNoise(image.data, state.noise, state.strength, state.seed, state.salt) };
  });
  const keyOf = ({ picture: name, noise, strength, salt, seed }) =>
    [name, name === "own" && own?.id, noise, strength, salt, seed].join();
  const noisy = (state) => disturbed(keyOf(state), state);
  const { finished, filtered, subscribe } = createFilters({ noisy, keyOf }, worker);
  const surface = createSurface(data);

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

  let cost = 0;
  return {
    ...surface,
    /** Milliseconds that it took to follow the last change. */
    get cost() {
      return cost;
    },
    get hasOwn() {
      return own !== null;
    },
    /** Takes the reader's picture: height × width × 3 bytes. */
    take({ rgb, width, height }) {
      own = { data: Float32Array.from(rgb, (v) => v / 255), width, height, channels: 3, id: (own?.id ?? 0) + 1 };
    },
    clean,
    noisy,
    filtered,
    pending: (state) => finished(state) === null,
    subscribe,
    scores,
    metrics(state) {
      const begun = performance.now();
      const before = scores(state, noisy(state));
      const image = finished(state);
      const after = image && scores(state, image);
      const { exact, mean_iou: iou } = surface.network(state);
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
