/** The kernel as bars that can be dragged. Weights of one phase share a hatch and a letter. */
import { h } from "../../web/ui/dom.js";
import { trimmed } from "../../web/ui/format.js";
import { strings } from "../words/en.js";
import { dragBar } from "./drag.js";
import { letterOf, phaseClass } from "./phases.js";

const MOST_BARS = 12; // beyond, they are too thin to drag
const STEP = 0.05;

/**
 * @param {Shell} shell
 * @param {{ preview: (j: number, v: number) => void, commit: (run?: string) => void, cancel: () => void, largest: number }} options
 */
export function createKernel({ light }, { preview, commit, cancel, largest }) {
  const bars = h("div", { class: "tap-bars", "data-cells": true });
  const note = h("span", { class: "hint" });
  let shape = "";
  let taps = [];

  function tapBar(j, k, s) {
    const letter = letterOf(j % s, s);
    const { el, show } = dragBar(
      {
        label: strings.kernel.tap(j, letter && strings.kernel.ofPhase(letter)),
        id: `tap-${j}`,
        className: "tap-bar",
        fillClass: `tap-fill ${phaseClass(j % s, s)}`,
        largest,
        step: STEP,
      },
      { preview: (v) => preview(j, v), commit, cancel },
    );
    light.bind(el, { term: `tap-${j}` });
    const column = h(
      "div",
      { class: "tap" },
      el,
      h("span", { class: "tap-name", "aria-hidden": "true" }, `w${j}`),
      letter && h("span", { class: "tap-phase", "aria-hidden": "true" }, letter),
    );
    return { column, outlined: el, show };
  }
  function thinBar(j) {
    const fill = h("span", { class: "tap-fill phase-many" });
    const column = h("div", { class: "tap thin", "aria-hidden": "true" }, h("div", { class: "tap-bar" }, fill));
    light.bind(column, { term: `tap-${j}` });
    return { column, outlined: column, show: (w) => (fill.style.height = `${(100 * w) / largest}%`) };
  }
  function rebuild(k, s) {
    if (shape === `${k},${s}`) return;
    shape = `${k},${s}`;
    const own = k <= MOST_BARS;
    note.textContent = own ? strings.kernel.note : strings.kernel.fine;
    bars.classList.toggle("fine", !own);
    taps = Array.from({ length: k }, (_, j) => (own ? tapBar(j, k, s) : thinBar(j)));
    bars.replaceChildren(...taps.map(({ column }) => column));
  }

  return {
    el: h(
      "div",
      { class: "kernel" },
      h("div", { class: "pane-head" }, h("strong", {}, strings.kernel.title), note),
      bars,
    ),
    draw({ taps: weights, stride }) {
      rebuild(weights.length, stride);
      taps.forEach(({ outlined, show }, j) => {
        show(weights[j], trimmed(weights[j], 2));
        outlined.classList.toggle("lit", Boolean(light.parts?.has(`tap-${j}`))); // also by another term, as an output
      });
    },
  };
}
