/** One direction: a row of inputs, a lane for the stamp of each, and the output that they add up to. */
import { overlapCounts, transposedConvolution } from "../../web/core/upsampling.js";
import { h } from "../../web/ui/dom.js";
import { arrow } from "../../web/ui/keys.js";
import { createPlayer } from "../../web/ui/player.js";
import { strings } from "../words/en.js";
import { dragBar } from "./drag.js";
import { kindOf, lanes } from "./lanes.js";
import { tidy } from "./phases.js";

const STEP = 0.25;
const MILLISECONDS = 650; // from stamp to stamp
const words = strings.stamps;

/**
 * @param {Shell} shell
 * @param {{ preview: (i: number, v: number) => void, commit: (run?: string) => void, cancel: () => void, largest: number }} options
 */
export function createStamps(shell, options) {
  const { store, light } = shell;
  const n = store.state.inputs.length;
  const chart = h("div", { class: "stamps-svg", "aria-hidden": "true" });
  const inputs = createInputs(light, n, options);
  const player = createPlayer(shell, {
    label: words.slider,
    last: () => n,
    at: () => Math.min(n, store.view.stamps),
    go: (stamps) => store.look({ stamps }),
    format: (i) => words.of(i, n),
    milliseconds: MILLISECONDS,
  });
  const read = h("p", { class: "readout", "data-testid": "readout" });
  const finger = createFinger(shell, chart, n, player.stop);
  const observer = new ResizeObserver(() => shell.redraw());
  observer.observe(chart);
  shell.onClose(() => observer.disconnect());
  return {
    el: h(
      "div",
      { class: "stamps" },
      h("div", { class: "pane-head" }, h("strong", {}, words.title), player.el),
      inputs.el,
      finger.frame,
      read,
    ),
    draw(state, view) {
      const now = Math.min(n, view.stamps);
      player.draw();
      const plan = planOf(state, now, chart, light.parts);
      if (!plan) return; // not in sight
      inputs.draw(state, plan, light.parts);
      finger.plan = plan;
      chart.innerHTML = lanes(plan);
      readout(read, plan, finger.at, light.parts);
    },
  };
}

/** The values that stamp, as bars to be dragged, each over the middle of its stamp. */
function createInputs(light, n, { preview, commit, cancel, largest }) {
  const bars = Array.from({ length: n }, (_, i) => {
    const bar = dragBar(
      {
        label: words.input(i),
        id: `input-${i}`,
        className: "input",
        fillClass: `input-fill ${kindOf(i)}`,
        largest,
        step: STEP,
      },
      { preview: (v) => preview(i, v), commit, cancel },
    );
    light.bind(bar.el, { term: `in-${i}` });
    return bar;
  });
  const caption = h("span", { class: "inputs-caption", "aria-hidden": "true" }, words.inputs);
  return {
    el: h(
      "div",
      { class: "inputs", "data-cells": true },
      caption,
      bars.map(({ el }) => el),
    ),
    draw({ taps, stride: s, inputs: x }, { left, cell, em, now }, lit) {
      caption.style.left = `${left}px`;
      const wide = Math.min(2.4 * em, Math.max(0.9 * s * cell, 0.6 * em));
      bars.forEach(({ el, show }, i) => {
        show(x[i], tidy(x[i]));
        el.classList.toggle("lit", Boolean(lit?.has(`in-${i}`)));
        el.classList.toggle("waiting", i >= now);
        el.style.left = `${left + (s * i + taps.length / 2) * cell - wide / 2}px`;
        el.style.width = `${wide}px`;
      });
    },
  };
}

/** @returns {import("./lanes.js").Plan & { sums: Float64Array } | null} null where there is no room to draw */
function planOf(state, now, chart, lit) {
  const { taps, stride: s, inputs: x } = state;
  const width = chart.clientWidth;
  if (!width) return null;
  const em = Number.parseFloat(getComputedStyle(chart).fontSize);
  const full = s * (x.length - 1) + taps.length;
  const cell = Math.min(3.4 * em, (width - 0.4 * em) / full);
  const counts = overlapCounts(now, taps.length, s);
  return {
    state,
    now,
    width,
    em,
    cell,
    left: (width - cell * full) / 2,
    full,
    sums: transposedConvolution(
      x.map((v, i) => (i < now ? v : 0)),
      taps,
      s,
    ),
    counts: Array.from({ length: full }, (_, o) => counts[o] ?? 0),
    lit,
    most: Math.max(2, ...transposedConvolution(x, taps, s)),
  };
}

/** What mouse, finger and keys do to the drawing: they light an output; up and down take stamps away and add them. */
function createFinger(shell, chart, n, stop) {
  const { store, light } = shell;
  const frame = h(
    "div",
    { class: "stamps-chart", tabindex: "0", role: "application", "aria-label": words.chart, "data-testid": "stamps" },
    chart,
  );
  const finger = { frame, plan: null, at: null };
  const walk = (by) => {
    const { full, state, counts, sums } = finger.plan;
    finger.at = Math.min(full - 1, Math.max(0, (finger.at ?? -1) + by));
    light.point({ term: `out-${finger.at}` });
    shell.say(words.said(finger.at - state.padding, counts[finger.at], tidy(sums[finger.at])));
  };
  const add = (by) => {
    stop();
    const next = Math.min(n, Math.max(0, Math.min(n, store.view.stamps) + by));
    store.look({ stamps: next });
    shell.say(words.of(next, n));
  };
  const point = (event) => {
    if (!finger.plan) return;
    const { left, cell, full } = finger.plan;
    const o = Math.floor((event.clientX - chart.getBoundingClientRect().left - left) / cell);
    finger.at = o >= 0 && o < full ? o : null;
    light.point(finger.at === null ? null : { term: `out-${o}` });
  };
  const leave = () => {
    finger.at = null;
    light.point(null);
  };
  frame.addEventListener("pointermove", point);
  frame.addEventListener("pointerdown", point);
  frame.addEventListener("pointerleave", leave);
  frame.addEventListener("blur", leave);
  frame.addEventListener("keydown", (event) => {
    const [dx, dy] = arrow(event) ?? [0, 0];
    if (event.target !== frame || !finger.plan || event.ctrlKey || event.metaKey || !(dx || dy)) return;
    event.preventDefault();
    if (dy) add(-dy);
    else walk(dx);
  });
  return finger;
}

/** The output that is pointed at, as the sum that it is. */
function readout(el, { state, now, full, sums }, o, lit) {
  const { taps, stride: s, padding: p, inputs: x } = state;
  if (o === null || o >= full || !lit?.has(`out-${o}`)) return el.replaceChildren(words.point);
  if (o < p || o >= full - p) return el.replaceChildren(words.cut);
  const terms = [];
  for (let i = 0; i < now; i++) if (taps[o - i * s] !== undefined) terms.push([i, o - i * s]);
  const name = ["y", h("sub", {}, String(o - p))];
  if (!terms.length) return el.replaceChildren(...name, " = 0: ", words.none);
  const plus = (list) => list.flatMap((item, i) => (i ? [" + ", ...item] : item));
  el.replaceChildren(
    ...name,
    " = ",
    ...plus(terms.map(([i, j]) => ["x", h("sub", {}, String(i)), "·w", h("sub", {}, String(j))])),
    " = ",
    ...plus(terms.map(([i, j]) => [`${tidy(x[i])}·${tidy(taps[j])}`])),
    " = ",
    h("b", {}, tidy(sums[o])),
  );
}
