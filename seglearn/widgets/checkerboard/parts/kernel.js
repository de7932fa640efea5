/**
 * The kernel as bars that can be dragged, and under it what each kind of output collects. Weights of one phase share a
 * hatch and a letter.
 */

import { h } from "../../web/ui/dom.js";
import { arrow } from "../../web/ui/keys.js";
import { strings } from "../words/en.js";

const MOST_SLIDERS = 12;
const LETTERS = "abcdefgh";

/** The letter of a phase where there are few enough to tell apart. */
export const letterOf = (phase, stride) => (stride <= LETTERS.length ? LETTERS[phase] : "");
export const phaseClass = (phase, stride) => (stride <= 4 ? `phase-${phase}` : "phase-many");
export const tidy = (x) => String(Math.round(x * 1000) / 1000);

export function createKernel(shell, { preview, commit, cancel, largest }) {
  const { light } = shell;
  const bars = h("div", { class: "tap-bars" });
  const note = h("p", { class: "hint" });
  const sums = h("div", { class: "phase-sums", "data-testid": "phase-sums" });
  const about = h("p", { class: "hint" });
  const el = h(
    "div",
    { class: "kernel" },
    h("div", { class: "pane-head" }, h("strong", {}, strings.kernel.title), note),
    bars,
    h("strong", {}, strings.phases.title),
    sums,
    about,
  );
  let shape = "";
  let nodes = [];
  let rows = [];

  /** A bar that is a slider: drag it, or arrow keys; Home and End for 0 and the largest. */
  function tapBar(j, k, s) {
    const letter = letterOf(j % s, s);
    const label = strings.kernel.tap(j, letter && strings.kernel.ofPhase(letter));
    const fill = h("span", { class: `tap-fill ${phaseClass(j % s, s)}` });
    const read = h("span", { class: "tap-value" });
    const bar = h(
      "div",
      {
        class: "tap-bar",
        role: "slider",
        tabindex: "0",
        "aria-label": label,
        "aria-valuemin": 0,
        "aria-valuemax": largest,
        "aria-orientation": "vertical",
        "data-testid": `tap-${j}`,
      },
      fill,
      read,
    );
    dragValue(bar, {
      largest,
      step: 0.05,
      get: () => Number(bar.ariaValueNow),
      set: (v) => preview(j, v),
      commit,
      cancel,
    });
    light.bind(bar, { term: `tap-${j}` });
    const column = h(
      "div",
      { class: "tap" },
      bar,
      h("span", { class: "tap-name", "aria-hidden": "true" }, `w${j}`),
      letter && h("span", { class: "tap-phase", "aria-hidden": "true" }, letter),
    );
    return { column, bar, fill, read };
  }

  function rebuild(k, s) {
    if (shape === `${k},${s}`) return;
    shape = `${k},${s}`;
    const own = k <= MOST_SLIDERS;
    note.textContent = own ? strings.kernel.note : strings.kernel.fine;
    bars.classList.toggle("fine", !own);
    nodes = Array.from({ length: k }, (_, j) => (own ? tapBar(j, k, s) : thinBar(j)));
    bars.replaceChildren(...nodes.map((n) => n.column));
    rows = s <= 8 ? Array.from({ length: s }, (_, phase) => sumRow(phase, s, k)) : [];
    sums.classList.toggle("many", !rows.length);
    if (rows.length) sums.replaceChildren(...rows.map((r) => r.el));
    else {
      rows = Array.from({ length: s }, () => ({ bar: h("span", { class: "sum-thin" }) }));
      sums.replaceChildren(
        h(
          "div",
          { class: "sum-thins", "aria-hidden": "true" },
          rows.map((r) => r.bar),
        ),
        h("b", { class: "sum-range" }),
      );
    }
    about.textContent = strings.phases.note(s);
  }

  function thinBar(j) {
    const fill = h("span", { class: "tap-fill phase-many" });
    const column = light.bind(
      h("div", { class: "tap thin", "aria-hidden": "true" }, h("div", { class: "tap-bar" }, fill)),
      { term: `tap-${j}` },
    );
    return { column, fill };
  }

  function sumRow(phase, s, k) {
    const letter = letterOf(phase, s);
    const taps = Array.from({ length: k }, (_, j) => j).filter((j) => j % s === phase);
    const words = taps.length ? taps.map((j) => `w${j}`).join(" + ") : "–";
    const bar = h("span", { class: `sum-fill ${phaseClass(phase, s)}` });
    const read = h("b", { class: "sum-value", "data-testid": `sum-${phase}` });
    const el = h(
      "div",
      { class: "sum-row", role: "group", tabindex: "0" },
      h("span", { class: "sum-letter" }, letter),
      h("span", { class: "sum-words" }, taps.length > 3 ? `${taps.length} × w` : words),
      h("span", { class: "sum-track" }, bar),
      read,
    );
    light.bind(el, { term: `phase-${phase}` });
    return { el, bar, read, words, letter };
  }

  return {
    el,
    draw({ taps, stride: s }, m) {
      const k = taps.length;
      rebuild(k, s);
      const lit = light.parts; // a part that is lit by another term, as a weight by an output
      nodes.forEach(({ column, bar, fill, read }, j) => {
        (bar ?? column).classList.toggle("lit", Boolean(lit?.has(`tap-${j}`)));
        fill.style.height = `${(100 * taps[j]) / largest}%`;
        if (!bar) return;
        bar.ariaValueNow = tidy(taps[j]);
        read.textContent = tidy(Math.round(100 * taps[j]) / 100);
      });
      const most = Math.max(largest, ...m.sums);
      m.sums.forEach((sum, phase) => {
        const { el: node, bar, read, words, letter } = rows[phase];
        if (!node) {
          bar.style.height = `${(100 * sum) / most}%`;
          return;
        }
        bar.style.width = `${(100 * sum) / most}%`;
        read.textContent = tidy(sum);
        node.classList.toggle("lit", Boolean(lit?.has(`sum-${phase}`)));
        node.setAttribute("aria-label", strings.phases.label(letter, words, tidy(sum)));
      });
      const range = sums.querySelector(".sum-range");
      if (range) range.textContent = strings.phases.many(tidy(Math.min(...m.sums)), tidy(Math.max(...m.sums)));
    },
  };
}

/** Makes an element with role slider follow a vertical drag and the arrow keys. */
export function dragValue(el, { largest, step, get, set, commit, cancel }) {
  const clamp = (v) => Math.min(largest, Math.max(0, Math.round(v / step) * step));
  const tidied = (v) => Math.round(clamp(v) * 1000) / 1000;
  let drag = null;
  const at = (event) => {
    const box = el.getBoundingClientRect();
    return tidied(((box.bottom - event.clientY) / box.height) * largest);
  };
  el.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    drag = event.pointerId;
    el.setPointerCapture(drag);
    set(at(event));
  });
  el.addEventListener("pointermove", (event) => drag === event.pointerId && set(at(event)));
  el.addEventListener("pointerup", (event) => {
    if (drag !== event.pointerId) return;
    drag = null;
    commit();
  });
  el.addEventListener("pointercancel", () => {
    drag = null;
    cancel();
  });
  el.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && drag !== null) {
      drag = null;
      cancel();
      return;
    }
    const [dx, dy] = arrow(event) ?? [0, 0];
    const by = (event.shiftKey ? 5 : 1) * step * (dx - dy);
    const next = { Home: 0, End: largest }[event.key] ?? (by ? get() + by : null);
    if (next === null || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    set(tidied(next));
  });
  el.addEventListener("keyup", () => commit());
  el.addEventListener("blur", () => drag === null && commit());
}
