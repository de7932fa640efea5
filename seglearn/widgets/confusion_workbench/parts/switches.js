/** Switches: how the matrix is written, what is painted, and what is counted. */
import { brushSize, segmented } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { percent } from "../../web/ui/format.js";
import { className } from "../../web/ui/names.js";
import { strings } from "../words/en.js";
import { derive } from "./model.js";

/**
 * A switch with its question before it.
 * @param {string} words
 * @param {...HTMLElement} els
 */
const choice = (words, ...els) => h("div", { class: "choice" }, h("span", { "aria-hidden": "true" }, words), els);

/**
 * Counts, or per cent of the row or column.
 * @param {Store} store
 */
export const createUnits = (store) =>
  segmented({
    label: strings.units.label,
    id: "units",
    options: ["counts", "rows", "columns"].map((value) => ({ value, label: strings.units[value] })),
    onChange: (units) => store.look({ units }),
  });

/**
 * What 0 ÷ 0 does to a mean.
 * @param {Store} store
 * @returns {Control<string>}
 */
export function createAbsent(store) {
  const absent = segmented({
    label: strings.absent.label,
    id: "absent",
    options: ["skip", "zero"].map((value) => ({ value, label: strings.absent[value] })),
    onChange: (value) => store.commit({ ...store.state, absent: value }),
  });
  return withLabel(strings.absent.label, absent);
}

/**
 * What happens to the ignore label; two of three are the bugs that people make.
 * @param {Store} store
 * @param {string[]} names
 * @returns {Control<string>}
 */
export function createIgnore(store, names) {
  const bug = () => h("em", { class: "bug" }, strings.ignore.bug);
  const ignore = segmented({
    label: strings.ignore.label,
    id: "ignore",
    options: [
      { value: "skip", label: strings.ignore.skip },
      { value: "class", label: [strings.ignore.class, bug()] },
      { value: "zero", label: [strings.ignore.zero(names[0]), bug()] },
    ],
    onChange: (value) => store.commit({ ...store.state, ignore: value }),
  });
  return withLabel(strings.ignore.label, ignore);
}

/**
 * @param {string} words
 * @param {Control<string>} control
 * @returns {Control<string>}
 */
const withLabel = (words, control) => ({
  el: choice(words, control.el),
  get value() {
    return control.value;
  },
  set value(next) {
    control.value = next;
  },
});

/**
 * The brush: none, a class or the ignore label, and its size.
 * @param {Store} store
 * @param {(k: number) => string} mark of a class
 * @returns {{ el: HTMLElement, draw(view: any): void }}
 */
export function createBrush(store, mark) {
  const brush = segmented({
    label: strings.brush.label,
    id: "brush",
    options: [
      { value: "look", label: strings.brush.look },
      ...store.state.classes.map((/** @type {string} */ name, /** @type {number} */ k) => ({
        value: String(k),
        label: className(name),
        role: mark(k),
      })),
      { value: "ignore", label: strings.brush.ignore, role: "ignore" },
    ],
    onChange: (value) => store.look({ brush: value }),
  });
  const radius = brushSize({
    label: strings.brush.size,
    id: "brush-size",
    value: store.view.radius,
    format: strings.pixels,
    onInput: (size) => store.look({ radius: size }),
  });
  return {
    el: h("div", { class: "choice" }, brush.el, radius.el),
    draw(view) {
      brush.value = view.brush;
      radius.value = view.radius;
      radius.el.classList.toggle("away", view.brush === "look");
    },
  };
}

/**
 * What counting the ignore label does, in words.
 * @returns {{ el: HTMLElement, draw(state: import("./model.js").State, now: any, without: any): void }} `without`:
 *   the metrics with ignored pixels left out, or null where they are
 */
export function createVerdict() {
  const el = h("p", { class: "verdict", role: "note", "data-testid": "bug-note" });
  return {
    el,
    draw(state, now, without) {
      const { names, ignored } = derive(state);
      const bug = Boolean(without && ignored);
      const numbers = () => ({ name: names[0], now: percent(now.mean_iou, 2), without: percent(without.mean_iou, 2) });
      el.textContent = bug ? strings.verdict[state.ignore](numbers()) : without ? strings.verdict.nothing : "";
      el.classList.toggle("is-bug", bug);
    },
  };
}
