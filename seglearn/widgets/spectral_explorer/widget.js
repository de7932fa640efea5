/** Spectral explorer: point at a pixel, see its spectrum, and ask what each kind of sensor can tell apart. */
import { py, pythonLiteral, pythonName } from "../web/core/python.js";
import { button, segmented } from "../web/ui/controls.js";
import { h } from "../web/ui/dom.js";
import { OKABE_ITO, TOL } from "../web/ui/palette.js";
import { defineWidget } from "../web/ui/shell.js";
import { metrics, modelOf } from "./parts/model.js";
import { createPicture } from "./parts/picture.js";
import { createPins } from "./parts/pins.js";
import { createPlot } from "./parts/plot.js";
import { createThreshold } from "./parts/threshold.js";
import css from "./style.css";
import { strings } from "./words/en.js";

const MOST_PINS = 5;

function python(state, data) {
  const { sensor, pins, pin, on, band, rest } = state;
  const model = modelOf(data);
  const found = model.threshold(state);
  const given = !data.source;
  const own = sensor === "hyper";
  const b = model.boxOf(model.sensors[sensor], band);
  const lines = ["import numpy as np", ""];
  if (!given) lines.push("from seglearn.data import samples");
  lines.push("from seglearn.imaging.spectra import spectral_angle");
  if (!own) lines.push("from seglearn.widgets import SpectralExplorer");
  lines.push("", `# ${strings.pythonNotes.reduced}`);
  if (given) lines.push(`# ${strings.pythonNotes.given}`);
  else
    lines.push(
      `scene = samples.${pythonName(data.source)}()`,
      `cube${model.labels ? ", labels" : ""} = scene.image${model.labels ? ", scene.labels" : ""}`,
    );
  if (!own) {
    lines.push(`# ${strings.pythonNotes.sensor}`);
    lines.push(
      `cube = cube @ SpectralExplorer(${given ? "cube, wavelengths_um" : "scene"}).responses[${pythonLiteral(sensor)}].T`,
    );
  }
  lines.push("", `pins = [${pins.map((p) => py`(${p[0]}, ${p[1]})`).join(", ")}]`);
  if (pins.length && model.sensors[sensor].n > 1) {
    lines.push("spectra = np.array([cube[pin] for pin in pins])");
    lines.push("angles = np.degrees(spectral_angle(spectra[:, None], spectra[None]))", "print(angles.round(2))");
  }
  if (found) {
    lines.push("", py`target = labels == labels[pins[${pin}]]`);
    const counted = data.ignore === null ? "np.ones(labels.shape, bool)" : py`labels != ${data.ignore}`;
    lines.push(
      `counted = ${rest === "all" ? counted : `(${counted}) & np.isin(labels, [labels[pin] for pin in pins])`}`,
    );
    lines.push(
      `values = ${on === "angle" ? py`np.degrees(spectral_angle(cube, cube[pins[${pin}]]))` : py`cube[..., ${b}]`}`,
    );
    lines.push(`captured = values ${found.side === "below" ? "<=" : ">"} ${Number(found.t.toPrecision(6))}`);
    lines.push(
      "tp = int((captured & target).sum())",
      "fp = int((captured & counted & ~target).sum())",
      "fn = int((~captured & target).sum())",
      'print(f"TP {tp}  FP {fp}  FN {fn}  IoU {tp / (tp + fp + fn):.3f}")',
    );
  }
  return `${lines.join("\n")}\n`;
}

function build(shell) {
  const { store, data, control } = shell;
  const model = modelOf(data);
  let hover = null;

  const merge = (patch, done) => {
    const next = { ...store.state, ...patch };
    if (done) store.commit(next);
    else store.preview(next);
  };

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
  const toggles = Object.fromEntries(
    ["borders", "paint"].map((name) => [
      name,
      button({
        label: strings.picture[name],
        id: `show-${name}`,
        onClick: () => store.look({ [name]: !store.view[name] }),
      }),
    ]),
  );

  const picture = createPicture(shell, model, {
    onPoint(i, byKey) {
      if (i === hover) return;
      hover = i;
      if (byKey && i !== null) shell.say(describe(i));
      shell.redraw();
    },
    onPin(pin) {
      const { pins, pin: asked } = store.state;
      const there = pins.findIndex((p) => String(p) === String(pin));
      if (there >= 0) return remove(there);
      // A sixth takes the place of the last one.
      const next = [...pins.slice(0, MOST_PINS - 1), pin];
      merge({ pins: next, pin: Math.min(asked, next.length - 1), t: null }, true);
    },
  });

  function remove(i) {
    const { pins, pin } = store.state;
    const next = pins.filter((_, n) => n !== i);
    const asked = Math.max(0, Math.min(next.length - 1, pin > i ? pin - 1 : pin));
    merge({ pins: next, pin: asked, t: null }, true);
  }

  function describe(i) {
    const [row, col] = [Math.floor(i / model.cube.width), i % model.cube.width];
    const { sensor, pins } = store.state;
    const angles = pins.length ? model.angles(sensor, [i, ...pins.map(model.at)])[0].slice(1) : [];
    return strings.here(row, col, model.classAt(i) ?? strings.noClass(model.labels !== null), angles);
  }

  const plot = createPlot(shell, model, data, {
    onBand(name, band, done) {
      if (name === "t") return merge({ band, t: null }, done);
      const bands = store.state.bands.slice();
      bands["rgb".indexOf(name)] = band;
      merge({ bands }, done);
    },
  });
  const pins = createPins(shell, model, {
    onRemove: remove,
    onPair: (pair) => store.look({ pair }),
  });
  const threshold = createThreshold(shell, model, {
    change(patch, done) {
      if (!store.view.paint) store.look({ paint: true });
      merge(patch, done);
    },
    sensor: (sensor) => merge({ sensor, on: "angle", t: null }, true),
  });

  const caption = h("p", { class: "hint", "data-testid": "caption" });
  shell.head.append(control("sensor", sensors.el));
  shell.body.append(
    h(
      "div",
      { class: "board" },
      control(
        "picture",
        h(
          "div",
          { class: "picture-part" },
          picture.el,
          h("div", { class: "row" }, toggles.borders, toggles.paint),
          caption,
        ),
      ),
      control(
        "spectrum",
        h(
          "div",
          { class: "plot-part" },
          h("div", { class: "row" }, h("span", { class: "hint" }, strings.scale.lead), scale.el),
          plot.el,
        ),
      ),
    ),
    control("pins", pins.el),
    ...(model.labels ? [control("threshold", threshold.el)] : []),
    h(
      "p",
      { class: "hint fine", "data-testid": "reduction" },
      strings.reduction(data.error, model.cube.bands),
      data.credit ? ` ${strings.credit(data.credit)}` : "",
    ),
  );
  if (!model.labels) toggles.borders.hidden = toggles.paint.hidden = true;

  // --- how well each band would do: in slices, between frames -----------------------------------------------------
  let sweep = null; // { key, values, at }
  function sweeping(state) {
    const roles = state.on === "band" ? model.rolesOf(state) : null;
    if (!roles) return null;
    const key = [state.sensor, roles.target, state.rest, state.rest === "pinned" && state.pins].join();
    const { n } = model.sensors[state.sensor];
    if (sweep?.key !== key) {
      sweep = { key, values: Array(n).fill(null), at: 0 };
      setTimeout(slice, 30, sweep, state.sensor, roles);
    }
    return sweep.values;
  }
  function slice(mine, name, roles) {
    if (mine !== sweep) return;
    const end = performance.now() + 12;
    while (mine.at < mine.values.length && performance.now() < end) {
      mine.values[mine.at] = model.bestOnBand(name, mine.at, roles);
      mine.at++;
    }
    if (mine.at < mine.values.length) setTimeout(slice, 8, mine, name, roles);
    else shell.redraw();
  }
  shell.onClose(() => (sweep = null));

  return ({ state, view, metrics: found }) => {
    sensors.value = state.sensor;
    scale.value = view.scale;
    for (const name of ["borders", "paint"]) toggles[name].setAttribute("aria-pressed", String(view[name]));
    const t = model.threshold(state);
    const lines = state.pins.map((pin, i) => ({ part: `pin-${i}`, pixel: model.at(pin) }));
    if (hover !== null) lines.push({ part: null, pixel: hover });
    picture.draw(state, view, t);
    plot.draw(state, view, lines, sweeping(state));
    pins.draw(state, view, found, hover, hover === null ? null : model.classAt(hover));
    if (model.labels) threshold.draw(state, view, t, found, shell.light.parts);
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
  view: ({ view }) => ({ scale: "values", borders: false, paint: false, pair: null, ...view }),
  metrics,
  python,
  announce: (_, m) => strings.announce(m),
  build,
});
