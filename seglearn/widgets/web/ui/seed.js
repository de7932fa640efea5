/** The seed beside the presets; only the bundles of widgets that have one carry it. */
import { strings as common } from "../words/en.js";
import { button, numberField } from "./controls.js";
import { h } from "./dom.js";

const DICE = "M2.5 2.5h11v11h-11zM5.5 5.5v.01M10.5 5.5v.01M8 8v.01M5.5 10.5v.01M10.5 10.5v.01";

/**
 * For `seeded` of a definition.
 * @param {Seeds["make"]} make the state that a seed gives
 * @returns {Seeds}
 */
export const seeds = (make) => ({ make, control });

/**
 * A field for the seed, 0 … 9999, and a button for the next.
 * @param {string} label of the button
 * @param {(seed: number) => void} sow
 */
function control(label, sow) {
  const field = numberField({ label: common.seed, id: "seed", min: 0, max: 9999, value: 0, onChange: sow });
  const next = () => {
    field.value = (field.value + 1) % 10000;
    sow(field.value);
  };
  return h(
    "div",
    { class: "seed", "data-control": "seed" },
    button({ label, id: "seed-next", symbol: DICE, onClick: next }),
    field.el,
  );
}
