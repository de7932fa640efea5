/** Phases: outputs come in `stride` kinds, one for each place between two inputs. Each has a letter and a hatch. */
import { h } from "../../web/ui/dom.js";
import { trimmed } from "../../web/ui/format.js";
import { strings } from "../words/en.js";

const LETTERS = "abcdefgh";
const MOST_ROWS = 4; // of sums; more are thin bars side by side

/** The letter of a phase where there are few enough to tell apart. */
export const letterOf = (phase, stride) => (stride <= LETTERS.length ? LETTERS[phase] : "");
export const phaseClass = (phase, stride) => (stride <= MOST_ROWS ? `phase-${phase}` : "phase-many");
/** A number of the layer, to three decimals where it has them. */
export const tidy = (x) => trimmed(x, 3);

/**
 * The sum of the weights that reach each kind of output.
 * @param {Shell} shell
 */
export function createPhases({ light }) {
  const sums = h("div", { class: "phase-sums", "data-testid": "phase-sums", "data-readout": true });
  let shape = "";
  let rows = [];
  function rebuild(k, s) {
    if (shape === `${k},${s}`) return;
    shape = `${k},${s}`;
    const few = s <= MOST_ROWS;
    sums.classList.toggle("many", !few);
    rows = Array.from({ length: s }, (_, phase) => (few ? sumRow(phase, s, k, light) : thinBar()));
    const els = rows.map(({ el }) => el);
    if (few) sums.replaceChildren(...els);
    else
      sums.replaceChildren(
        h("div", { class: "sum-thins", "aria-hidden": "true" }, els),
        h("b", { class: "sum-range" }),
      );
  }
  return {
    el: h("div", { class: "phases" }, h("strong", {}, strings.phases.title), sums),
    draw({ taps, stride }, { sums: values }, largest) {
      rebuild(taps.length, stride);
      const most = Math.max(largest, ...values);
      values.forEach((sum, phase) => rows[phase].show(sum, most, Boolean(light.parts?.has(`sum-${phase}`))));
      const range = sums.querySelector(".sum-range");
      if (range) range.textContent = strings.phases.many(tidy(Math.min(...values)), tidy(Math.max(...values)));
    },
  };
}

function thinBar() {
  const el = h("span", { class: "sum-thin" });
  return { el, show: (sum, most) => (el.style.height = `${(100 * sum) / most}%`) };
}

function sumRow(phase, s, k, light) {
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
  return {
    el,
    show(sum, most, lit) {
      bar.style.width = `${(100 * sum) / most}%`;
      read.textContent = tidy(sum);
      el.classList.toggle("lit", lit);
      el.setAttribute("aria-label", strings.phases.label(letter, words, tidy(sum)));
    },
  };
}
