/** The weights, each a field; named kernels; and what the sum is divided by. */
import { KERNELS, makeKernel } from "../../web/core/convolution.js";
import { numberField, segmented, settable } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { strings } from "../words/en.js";

const LARGEST = 99; // of a typed weight, so that it can be read

/**
 * @param {Shell} shell
 * @param {import("./desk.js").Desk} desk
 */
export function createKernel({ store, light, control }, desk) {
  const title = h("strong", { class: "pane-title" });
  const box = h("div", {
    class: "kernel",
    role: "group",
    "aria-label": strings.kernel.label,
    "data-testid": "kernel",
    "data-cells": true,
  });
  /** @type {{ el: HTMLElement, show: (w: number) => void }[]} row by row */
  let weights = [];
  const write = (i, j, value) =>
    desk.commit({
      kernel: store.state.kernel.map((line, r) => line.map((w, c) => (r === i && c === j ? value : w))),
      kind: "own",
    });
  const kinds = segmented({
    label: strings.kernel.kinds.label,
    id: "kind",
    options: KERNELS.map((value) => ({ value, label: strings.kernel.kinds[value] })),
    onChange: (kind) => desk.commit({ kind, ...makeKernel(kind, store.state.kernel.length) }),
  });
  const divisor = numberField({
    label: strings.kernel.divisor,
    id: "divisor",
    min: 1,
    max: 999,
    value: 1,
    onChange: (value) => desk.commit({ divisor: value, kind: "own" }),
  });
  function rebuild(k) {
    weights = Array.from({ length: k * k }, (_, at) => {
      const [i, j] = [Math.floor(at / k), at % k];
      const made = weightField(i, j, (value) => write(i, j, value));
      light.bind(made.el, { part: `t-${i}-${j}` });
      return made;
    });
    box.style.setProperty("--k", k);
    box.replaceChildren(...weights.map(({ el }) => el));
  }
  return {
    el: h(
      "div",
      { class: "middle" },
      h("div", { class: "kernel-head" }, title),
      box,
      h(
        "div",
        { "data-stage": "window" },
        control("kernel", h("div", { class: "kernel-tools" }, kinds.el, divisor.el)),
      ),
    ),
    draw(state) {
      const k = state.kernel.length;
      kinds.value = state.kind;
      divisor.value = state.divisor;
      if (weights.length !== k ** 2) rebuild(k);
      weights.forEach(({ show }, at) => show(state.kernel[Math.floor(at / k)][at % k]));
      title.textContent = strings.kernel.title(k);
    },
  };
}

/**
 * The field of one weight.
 * @param {number} i row
 * @param {number} j column
 * @param {(value: number) => void} write
 */
function weightField(i, j, write) {
  let shown = 0;
  const field = h("input", {
    type: "number",
    step: "any",
    "aria-label": strings.kernel.weight(i + 1, j + 1),
    "data-testid": `weight-${i}-${j}`,
    onchange() {
      const typed = field.value === "" ? shown : Number(field.value);
      const value = Math.max(-LARGEST, Math.min(LARGEST, typed));
      field.value = String(value);
      if (value !== shown) write(value);
    },
  });
  const put = settable(field);
  const el = h("label", { class: "weight" }, field);
  return {
    el,
    show(w) {
      shown = w;
      el.classList.toggle("minus", w < 0);
      el.classList.toggle("zero", w === 0);
      put(Math.round(w * 1000) / 1000);
    },
  };
}
