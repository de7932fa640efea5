/** By sensor, the best IoU that a threshold on the angle reaches; a row chooses its sensor. */
import { h } from "../../web/ui/dom.js";
import { score } from "../../web/ui/format.js";
import { strings } from "../words/en.js";

const words = strings.threshold;

/** `onSensor(name)`. Returns { el, draw(ledger, sensor, everything) }, all IoU in [0, 1] or null. */
export function createLedger(model, onSensor) {
  const rows = Object.keys(model.sensors).map((name) => {
    const fill = h("i", { class: "meter-fill" });
    const floor = h("i", { class: "floor keeps-colors" });
    const number = h("b", { "data-testid": `ledger-${name}` });
    const el = h(
      "button",
      { type: "button", class: "ledger-row", "data-testid": `ledger-row-${name}`, onclick: () => onSensor(name) },
      h("span", {}, strings.sensorName(name, model)),
      h("i", { class: "meter-track" }, fill, floor),
      number,
    );
    return { name, el, fill, floor, number };
  });
  return {
    el: h(
      "div",
      { class: "threshold-ledger" },
      h("p", { class: "ledger-title" }, words.ledger),
      h(
        "ul",
        { class: "ledger", "data-readout": true, "data-cells": true },
        rows.map(({ el }) => h("li", {}, el)),
      ),
      h("p", { class: "hint" }, words.floor),
    ),
    draw(ledger, sensor, everything) {
      for (const { name, el, fill, floor, number } of rows) {
        fill.style.width = `${100 * (ledger[name] ?? 0)}%`;
        floor.style.left = `${100 * everything}%`;
        number.textContent = score(ledger[name]);
        el.setAttribute("aria-pressed", String(name === sensor));
      }
    },
  };
}
