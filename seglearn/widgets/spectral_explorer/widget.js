/** Spectral explorer: point at a pixel, see its spectrum, and ask what each kind of sensor can tell apart. */
import { button, segmented } from "../web/ui/controls.js";
import { h } from "../web/ui/dom.js";
import { OKABE_ITO, TOL } from "../web/ui/palette.js";
import { defineWidget } from "../web/ui/shell.js";
import { goals, guesses } from "./parts/goals.js";
import { metrics, modelOf } from "./parts/model.js";
import { createPicture } from "./parts/picture.js";
import { createPins, createReadout, nameAt, pairSeen } from "./parts/pins.js";
import { createPlot } from "./parts/plot.js";
import { python } from "./parts/python.js";
import { createSweep } from "./parts/sweep.js";
import { createThreshold } from "./parts/threshold.js";
import css from "./style.css";
import { strings } from "./words/en.js";

const MOST_PINS = 5;

/** What changes the state: { merge(patch, done), toggle(pin), remove(i) }. */
function createChanges({ store }) {
  /** @param {string} [run] see store.js */
  function merge(patch, done, run) {
    const next = { ...store.state, ...patch };
    if (done) store.commit(next, run);
    else store.preview(next);
  }
  function remove(i) {
    const { pins, pin } = store.state;
    const next = pins.filter((_, n) => n !== i);
    const asked = Math.max(0, Math.min(next.length - 1, pin > i ? pin - 1 : pin));
    merge({ pins: next, pin: asked, t: null }, true);
  }
  /** Pins a pixel, or takes its pin away; a sixth takes the place of the last one. */
  function toggle(pin) {
    const { pins, pin: asked } = store.state;
    const there = pins.findIndex((p) => String(p) === String(pin));
    if (there >= 0) return remove(there);
    const next = [...pins.slice(0, MOST_PINS - 1), pin];
    merge({ pins: next, pin: Math.min(asked, next.length - 1), t: null }, true);
  }
  return { merge, remove, toggle };
}

/** The controls above and under the picture. */
function createControls({ store, data }, model, { merge }) {
  const sensors = segmented({
    label: strings.sensors.label,
    id: "sensor",
    options: Object.keys(data.sensors).map((value) => ({ value, label: strings.sensorName(value, model) })),
    onChange: (sensor) => merge({ sensor, t: null }, true),
  });
  const scale = segmented({
    label: strings.scale.label,
    id: "scale",
    options: ["values", "shape"].map((value) => ({ value, label: strings.scale[value] })),
    onChange: (value) => store.look({ scale: value }),
  });
  const toggle = (name) => {
    const onClick = () => store.look({ [name]: !store.view[name] });
    return button({ label: strings.picture[name], id: `show-${name}`, onClick });
  };
  const [borders, paint] = [toggle("borders"), toggle("paint")];
  paint.dataset.stage = "threshold";
  borders.dataset.stage = "look angles";
  return { sensors, scale, borders, paint };
}

/** What is said of a pixel that the keyboard comes to. */
function describe(model, { sensor, pins }, i) {
  const [row, col] = [Math.floor(i / model.cube.width), i % model.cube.width];
  const angles = pins.length ? model.angles(sensor, [i, ...pins.map(model.at)])[0].slice(1) : [];
  return strings.here(row, col, nameAt(model, i), angles);
}

/** All parts; `pointed.at` is the pixel under the pointer, or null. */
function createParts(shell, model, pointed) {
  const { store, data } = shell;
  const changes = createChanges(shell);
  const { merge } = changes;
  const picture = createPicture(shell, model, {
    onPoint(i, byKey) {
      if (i === pointed.at) return;
      pointed.at = i;
      if (byKey && i !== null) shell.say(describe(model, store.state, i));
      shell.redraw();
    },
    onPin: changes.toggle,
  });
  const plot = createPlot(shell, model, data, {
    onBand(name, band, done, run) {
      if (name === "t") return merge({ band, t: null }, done, run);
      const bands = store.state.bands.slice();
      bands["rgb".indexOf(name)] = band;
      merge({ bands }, done, run);
    },
  });
  const pins = createPins(shell, model, { onRemove: changes.remove, onPair: (pair) => store.look({ pair }) });
  const threshold =
    model.labels &&
    createThreshold(shell, model, {
      change(patch, done) {
        if (!store.view.paint) store.look({ paint: true });
        merge(patch, done);
      },
      sensor: (sensor) => merge({ sensor, on: "angle", t: null }, true),
    });
  return { picture, plot, pins, threshold, readout: createReadout(), ...createControls(shell, model, changes) };
}

/** Where the parts stand: the picture in every stage, and beside it what the stage is about. Returns { board, caption }. */
function layOut({ body, data, control }, model, parts) {
  const caption = h("p", { class: "hint", "data-stage": "look angles", "data-testid": "caption" });
  const at = (stage, name, area, ...inside) =>
    h(
      "div",
      { class: `${area}-part`, style: `grid-area: ${area}`, "data-stage": stage },
      control(name, h("div", {}, inside)),
    );
  const split = parts.threshold?.parts;
  const toggles = h("div", { class: "row" }, parts.borders, parts.paint);
  const scale = h(
    "div",
    { class: "row", "data-stage": "look" },
    h("span", { class: "hint" }, strings.scale.lead),
    parts.scale.el,
  );
  const board = h(
    "div",
    { class: "board" },
    h("div", { class: "sensors-part", style: "grid-area: sensors" }, control("sensor", parts.sensors.el)),
    control(
      "picture",
      h("div", { class: "picture-part", style: "grid-area: picture" }, parts.picture.el, toggles, caption),
    ),
    split && at("threshold", "threshold", "ask", split.ask),
    at("look threshold", "spectrum", "plot", scale, parts.plot.el),
    at("look", "pins", "readout", parts.readout.el),
    at("angles", "pins", "angles", parts.pins.el),
    split && at("threshold", "threshold", "cut", split.cut),
    split && at("threshold", "threshold", "scores", split.scores),
    split && at("threshold", "threshold", "ledger", split.ledger),
  );
  if (!model.labels) toggles.hidden = true;
  body.append(
    board,
    h(
      "p",
      { class: "hint fine", "data-stage": "look", "data-testid": "reduction" },
      strings.reduction(data.error, model.cube.bands),
      data.credit ? ` ${strings.credit(data.credit)}` : "",
    ),
  );
  return { board, caption };
}

const CONTROLS = { look: "spectrum", angles: "pins", threshold: "threshold" };

function build(shell) {
  const model = modelOf(shell.data);
  const pointed = { at: null };
  const parts = createParts(shell, model, pointed);
  const { board, caption } = layOut(shell, model, parts);
  const stages = ["look", "angles", ...(parts.threshold ? ["threshold"] : [])];
  shell.stages(stages.map((id) => ({ id, label: strings.stages[id], control: CONTROLS[id] })));
  const sweep = createSweep(shell, model);

  return (drawing) => {
    const { state, view, metrics: found } = drawing;
    board.dataset.at = view.stage;
    // On one band there is nothing to compare by sensor, and bands to choose from instead.
    board.dataset.cut = state.on === "band" && model.sensors[state.sensor].n > 1 ? "band" : "angle";
    parts.sensors.value = state.sensor;
    parts.scale.value = view.scale;
    for (const name of ["borders", "paint"]) parts[name].setAttribute("aria-pressed", String(view[name]));
    const cutting = view.stage === "threshold";
    const t = cutting ? model.threshold(state) : null;
    const lines = state.pins.map((pin, i) => ({ part: `pin-${i}`, pixel: model.at(pin) }));
    if (pointed.at !== null) lines.push({ part: null, pixel: pointed.at });
    const pair = pairSeen(model, state, view, pointed.at);
    parts.picture.draw(state, view, t);
    parts.plot.draw(state, view, lines, cutting ? sweep(state) : null);
    parts.readout.draw(pair, pointed.at);
    parts.pins.draw(state, view, found, pointed.at, pair);
    if (cutting) parts.threshold?.draw(drawing, t, shell.light.parts);
    caption.textContent = strings.picture.caption(
      state.sensor,
      model.channels(state).map((b) => b + 1),
      model.sensors[state.sensor].boxes,
    );
  };
}

export default defineWidget({
  name: "spectral_explorer",
  strings,
  palettes: { "okabe-ito": OKABE_ITO, tol: TOL },
  css,
  view: ({ view }) => ({ stage: "look", scale: "values", borders: false, paint: false, pair: null, ...view }),
  metrics,
  python,
  announce: (_, m) => strings.announce(m),
  goals,
  guesses,
  build,
});
