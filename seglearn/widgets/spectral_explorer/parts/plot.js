/** Spectra over the bands, with what a sensor sees of them, and the markers that choose bands. */

import { h } from "../../web/ui/dom.js";
import { strings } from "../words/en.js";
import { createAxis, roundUp, tidy } from "./axis.js";
import { drawing, extent, TALL } from "./curves.js";
import { createMarkers } from "./markers.js";
import { mark } from "./picture.js";

/**
 * `onBand` as in markers.js, of "r", "g", "b" or "t".
 * Returns { el, draw(state, view, lines, sweep) }: `lines` [{ part, pixel }], the one without part being what the pointer
 * is on; `sweep` the best IoU of each band, or null.
 */
export function createPlot(shell, model, data, { onBand }) {
  const { bands } = model.cube;
  const { axis } = data;
  const svg = h("div", { class: "curves", "aria-hidden": "true" });
  const over = h("div", { class: "plot-over" });
  const yTicks = h("div", { class: "y-ticks" });
  const unit = h("span", { class: "unit" });
  const read = h("p", { class: "hint plot-note", "data-testid": "plot-note" });
  const area = h("div", { class: "plot-area" }, svg, over);
  const markers = createMarkers(shell, model, area, onBand);
  return {
    el: h(
      "div",
      { class: "plot", role: "group", "aria-label": strings.plot.label, "data-testid": "plot" },
      unit,
      h("div", { class: "plot-frame" }, yTicks, area, ...createAxis(axis, bands)),
      h(
        "p",
        { class: "x-title", "data-stage": "look" },
        axis.wavelengths ? strings.plot.wavelength : strings.plot.band,
      ),
      read,
    ),
    draw(state, view, lines, sweep) {
      const sensor = model.sensors[state.sensor];
      const shape = view.scale === "shape";
      // The full spectrum is drawn faintly behind; as a shape, the two have different lengths and do not compare.
      const behind = sensor.boxes !== null && !shape;
      const seen = seenLines(model, state.sensor, lines, shape, shell.light.parts);
      const { bottom, top } = rangeOf(seen, behind);
      const y = (v) => (TALL - (TALL * (v - bottom)) / (top - bottom)).toFixed(2);
      svg.innerHTML = drawing(sensor, seen, { y, breaks: axis.breaks, behind, sweep, bands });
      over.replaceChildren(...boxNames(sensor, bands), ...marksOf(sensor, seen, bands, y));
      yTicks.replaceChildren(...gridOf(bottom, top));
      unit.textContent = shape ? strings.plot.shape : strings.units[data.unit] || data.unit || strings.plot.value;
      const free = sensor.n > 1 && state.sensor !== "rgb";
      setMarkers(markers, model, axis, state, view, free);
      read.textContent =
        noteOf(sensor, axis, sweep) ?? (free ? strings.plot.drag : strings.plot.fixed[state.sensor]) ?? "";
    },
  };
}

/** Each line with its values as the sensor sees them, those of all bands, and its classes in the drawing. */
function seenLines(model, sensor, lines, shape, lit) {
  const norm = (v) => Math.hypot(...v) || 1;
  const scaled = (v) => (shape ? v.map((x) => x / norm(v)) : v);
  const pinsLit = lit && [...lit].some((p) => String(p).startsWith("pin-"));
  return lines.map(({ part, pixel }) => {
    const values = model.seen(sensor, pixel);
    const full = model.sensors[sensor].boxes ? model.seen("hyper", pixel) : values;
    const faded = Boolean(pinsLit && part && !lit.has(part));
    return {
      part,
      faded,
      kind: `${part ?? "here"}${faded ? " faded" : ""}`,
      values: scaled(values),
      full: scaled(full),
    };
  });
}

/** The ends of the axis of values: round, with 0 inside. */
function rangeOf(lines, behind) {
  const highest = Math.max(...lines.flatMap(({ values, full }) => [...values, ...(behind ? full : [])]), 0);
  const lowest = Math.min(...lines.flatMap(({ values }) => [...values]), 0);
  const top = roundUp(highest);
  return { top, bottom: lowest < -0.02 * top ? -roundUp(-lowest) : 0 };
}

/** A number sits on its curve, each at another place. */
function marksOf(sensor, lines, bands, y) {
  return lines
    .filter(({ part }) => part)
    .map(({ part, values, faded }) => {
      const i = Number(part.slice(4));
      const b = sensor.boxes ? (i + 1) % sensor.n : Math.min(bands - 1, Math.round(bands * (0.19 + 0.045 * i)));
      const chip = mark(i);
      chip.style.left = sensor.n > 1 ? `${(100 * (sensor.centres[b] + 0.5)) / bands}%` : `${12 + 4 * i}%`;
      chip.style.top = `${y(values[b])}%`;
      chip.classList.toggle("faded", faded);
      return chip;
    });
}

function boxNames({ n, boxes }, bands) {
  return (n > 1 ? (boxes ?? []) : [])
    .filter(({ label }) => label)
    .map((box) => {
      const name = h("span", { class: "box-name" }, strings.boxes[box.label] ?? box.label);
      name.style.left = `${(50 * (extent(box)[0] + extent(box)[1])) / bands}%`;
      return name;
    });
}

function gridOf(bottom, top) {
  return [0, 0.25, 0.5, 0.75, 1].map((s) => {
    const tick = h("span", {}, tidy(bottom + s * (top - bottom), top));
    tick.style.bottom = `${100 * s}%`;
    return tick;
  });
}

const bandName = ({ boxes }, { wavelengths }, band, place) =>
  strings.bandName(boxes?.[band]?.label, place + 1, wavelengths?.[place]);

/** R, G and B choose the picture's bands; where a threshold is set on a band, its marker alone. */
function setMarkers(markers, model, axis, state, view, free) {
  const sensor = model.sensors[state.sensor];
  const channels = model.channels(state);
  const cutting = view.stage === "threshold";
  markers.forEach(({ name, set }, which) => {
    const band = name === "t" ? model.boxOf(sensor, state.band) : channels[which];
    const place = sensor.boxes ? sensor.centres[band] : band;
    const shown = name === "t" ? cutting && state.on === "band" : !cutting && free;
    set(place, !shown, bandName(sensor, axis, band, Math.round(place)));
  });
}

/** Which band splits best, once all have been tried. */
function noteOf(sensor, axis, sweep) {
  if (!sweep?.length || sweep.some((iou) => iou == null)) return null;
  const best = sweep.indexOf(Math.max(...sweep));
  return strings.plot.sweep(bandName(sensor, axis, best, best), sweep[best]);
}
