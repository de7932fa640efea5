/** What follows from the data and a state: spectra, pictures, angles, thresholds. Remembered, as a drag asks again. */

import { decodeLabelRuns } from "../../web/core/codec.js";
import {
  anglesTo,
  bestStop,
  captured,
  decodeCube,
  metricOf,
  project,
  quantiles,
  rangeOf,
  STOPS,
  sensorRows,
  spectralAngle,
  spectrum,
  spread,
} from "../../web/core/cube.js";

const models = new WeakMap();

/** The model of a widget's data; made once. */
export function modelOf(data) {
  if (!models.has(data)) models.set(data, createModel(data));
  return models.get(data);
}

/** Remembers the last few results of `work`, by the values that it depends on. */
function remembering(work, most) {
  const known = new Map();
  return (...key) => {
    const name = key.join(" ");
    if (!known.has(name)) known.set(name, work(...key));
    const result = known.get(name);
    if (known.size > most) known.delete(known.keys().next().value);
    return result;
  };
}

function createModel(data) {
  const cube = decodeCube(data.cube);
  const labels = data.labels ? decodeLabelRuns(data.labels, cube.size) : null;
  const sensors = sensorsOf(data, cube);
  const isCounted = (label) => label !== data.ignore;
  /** @type {any} */
  const model = {
    cube,
    labels,
    sensors,
    boxOf,
    isCounted,
    at: (pin) => pin[0] * cube.width + pin[1],
    classAt: (i) => (labels && isCounted(labels[i]) ? data.class_names[labels[i]] : null),
    seen: (name, i) => spectrum(cube, sensors[name].rows, i),
    bandValues: remembering((name, b) => project(cube, sensors[name].rows[b]), 24),
    angleValues: remembering((name, i) => anglesTo(cube, sensors[name].metric(), i), 24),

    /** Angles between pixels as a sensor sees them; null where there is none. */
    angles(name, pixels) {
      const seen = pixels.map((i) => model.seen(name, i));
      const one = sensors[name].n < 2;
      return seen.map((a, i) => seen.map((b, j) => (one ? null : angleOf(a, b, i === j))));
    },

    /** The bands of a sensor that make the picture: three, or one that is grey. */
    channels({ sensor, bands: chosen }) {
      const { n } = sensors[sensor];
      if (n === 1) return [0, 0, 0];
      return sensor === "rgb" ? [0, 1, 2] : chosen.map((band) => boxOf(sensors[sensor], band));
    },

    picture: remembering((name, ...channels) => {
      const values = channels.map((b) => model.bandValues(name, b));
      return stretched(values, cube.size);
    }, 4),
  };
  return Object.assign(model, splitting(model, data));
}

/** What each sensor makes of the cube's bands: { name, boxes, rows, centres, n, metric }. */
function sensorsOf(data, cube) {
  const sensors = {};
  for (const [name, boxes] of Object.entries(data.sensors)) {
    const rows = sensorRows(cube, boxes);
    const centres =
      boxes?.map(({ first, weights }) => weights.reduce((sum, w, d) => sum + w * (first + d), 0)) ??
      rows.map((_, b) => b);
    let metric = null;
    sensors[name] = { name, boxes, rows, centres, n: rows.length, metric: () => (metric ??= metricOf(cube, rows)) };
  }
  return sensors;
}

/** Which band of a sensor stands where `band` of the cube is. */
function boxOf({ boxes, centres }, band) {
  if (!boxes) return band;
  let best = 0;
  centres.forEach((c, i) => (best = Math.abs(c - band) < Math.abs(centres[best] - band) ? i : best));
  return best;
}

function angleOf(a, b, same) {
  const { angle } = spectralAngle(a, b);
  return Number.isNaN(angle) ? null : same ? 0 : angle;
}

/** A picture as RGBA bytes, each channel stretched from its 2nd to its 98th percentile. */
function stretched(channels, size) {
  const out = new Uint8ClampedArray(4 * size).fill(255);
  channels.forEach((values, c) => {
    const [low, high] = quantiles(values, [0.02, 0.98]);
    const scale = high > low ? 255 / (high - low) : 0;
    for (let i = 0; i < size; i++) out[4 * i + c] = (values[i] - low) * scale;
  });
  return out;
}

/** The half of a model that splits a class from others by a threshold. */
function splitting(model, data) {
  const { cube, labels, sensors } = model;

  /** { values, range } of what a threshold is set on; null for an angle of one band, or without a pin. */
  function quantity(state, name = state.sensor) {
    const angle = state.on === "angle";
    if (angle && (sensors[name].n < 2 || !state.pins.length)) return null;
    const values = angle
      ? model.angleValues(name, model.at(state.pins[state.pin]))
      : model.bandValues(name, boxOf(sensors[name], state.band));
    const range = rangeOf(values, angle);
    return range[1] > range[0] ? { values, range } : null;
  }

  const roleArray = remembering((target, others) => {
    const against = others === "all" ? null : new Set(others.split(",").map(Number));
    const roles = labels.map((label) => {
      if (label === target) return 1;
      return model.isCounted(label) && (!against || against.has(label)) ? 2 : 0;
    });
    const count = (role) => roles.reduce((sum, r) => sum + Number(r === role), 0);
    const [total, rest] = [count(1), count(2)];
    return { roles, total, everything: total / (total + rest), target };
  }, 6);

  /** { roles, total, everything }: 1 for the class of the asked pin, 2 for what it is held against; null without. */
  function rolesOf({ pins, pin, rest }) {
    if (!labels || !pins.length || !model.isCounted(labels[model.at(pins[pin])])) return null;
    const others = rest === "all" ? "all" : pins.map((p) => labels[model.at(p)]).join();
    return roleArray(labels[model.at(pins[pin])], others);
  }

  return {
    quantity,
    rolesOf,

    /** { class, side, value, tp … best, everything, counts, range, values, roles }, or null. */
    threshold(state) {
      const q = quantity(state);
      const r = q && rolesOf(state);
      if (!r) return null;
      const angle = state.on === "angle";
      const b = best(q, r, angle);
      const auto = state.t === null;
      const t = auto ? b.t : state.t;
      const side = angle || auto ? b.side : state.side;
      const found = captured(q.values, r.roles, side, t);
      return { ...q, ...r, ...found, name: data.class_names[r.target], side, t, best: b.iou, counts: b.counts };
    },

    /** By sensor, the highest IoU that a threshold on the angle to the asked pin reaches. */
    ledger(state) {
      const r = rolesOf(state);
      const bestOf = (name) => {
        const q = r && quantity({ ...state, on: "angle" }, name);
        return q ? best(q, r, true).iou : null;
      };
      return Object.fromEntries(Object.keys(sensors).map((name) => [name, bestOf(name)]));
    },

    /** The highest IoU of a threshold on band b of a sensor. Not remembered: a sweep asks for each once. */
    bestOnBand(name, b, r) {
      const values = project(cube, sensors[name].rows[b]);
      return best({ values, range: rangeOf(values, false) }, r, false).iou;
    },
  };
}

/** The best threshold of all stops: { counts, t, side, iou }. */
function best({ values, range }, { roles, total }, angle) {
  const counts = spread(values, roles, range);
  const { stop, side, iou } = bestStop(counts, total, angle ? ["below"] : undefined);
  return { counts, t: range[0] + (stop * (range[1] - range[0])) / STOPS, side, iou };
}

/** What goes to the trait `metrics`; Python computes the same. */
export function metrics(state, data) {
  const model = modelOf(data);
  const pixels = state.pins.map(model.at);
  const found = model.threshold(state);
  const number = (x) => (Number.isNaN(x) ? null : x);
  return {
    sensor: state.sensor,
    n_bands: model.sensors[state.sensor].n,
    pins: state.pins.map(([row, column], i) => ({ row, column, class: model.classAt(pixels[i]) })),
    angles: model.angles(state.sensor, pixels),
    threshold: found && {
      class: found.name,
      side: found.side,
      value: number(found.t),
      ...Object.fromEntries(
        ["tp", "fp", "fn", "precision", "recall", "iou", "best", "everything"].map((name) => [name, found[name]]),
      ),
    },
    ledger: model.ledger(state),
  };
}
