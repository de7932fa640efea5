/** The curve Dice = 2 IoU / (1 + IoU), and where on it the two shapes are. */
import { diceOfIou } from "../../web/core/areas.js";
import { h } from "../../web/ui/dom.js";
import { score } from "../../web/ui/format.js";
import { frac, ident, number, op, row, text } from "../../web/ui/formula.js";
import { strings } from "../words/en.js";

/** @returns {{ el: HTMLElement, show(metrics: any): void }} */
export function diceStrip() {
  const points = Array.from({ length: 51 }, (_, i) => `${2 * i} ${100 - 100 * diceOfIou(i / 50)}`);
  const svg = h("div", { class: "curve", "aria-hidden": "true" });
  svg.innerHTML =
    '<svg viewBox="0 0 100 100" preserveAspectRatio="none"><path class="equal" d="M0 100 100 0"/>' +
    `<path class="dice" d="M${points.join("L")}"/><path class="drop"/></svg>`;
  const drop = svg.querySelector(".drop");
  const dot = h("span", { class: "dot" });
  const read = h("span", { class: "dot-read" });
  const ticks = [0, 0.5, 1].flatMap((t) => {
    const x = h("span", { class: "tick x" }, String(t));
    const y = h("span", { class: "tick y" }, String(t));
    x.style.left = `${100 * t}%`;
    y.style.bottom = `${100 * t}%`;
    return [x, y];
  });
  const plot = h(
    "div",
    { class: "plot", role: "img", "data-testid": "strip-plot", "data-readout": true },
    svg,
    ticks,
    h("span", { class: "axis x" }, "IoU"),
    h("span", { class: "axis y" }, "Dice"),
    dot,
    read,
  );
  const law = h("div", { class: "formula" });
  const over = row(number(2), op("·"), ident("IoU"));
  law.innerHTML = `<math displaystyle="true">${row(text("Dice"), op("="), frac(over, row(number(1), op("+"), ident("IoU"))))}</math>`;
  return {
    el: h("div", { class: "strip" }, h("div", { class: "law" }, law, h("p", {}, strings.strip.note)), plot),
    show(m) {
      const defined = m.iou !== null;
      dot.hidden = read.hidden = !defined;
      drop.setAttribute("d", defined ? `M0 ${100 - 100 * m.dice}H${100 * m.iou}V100` : "");
      const words = defined ? strings.strip.point(score(m.iou), score(m.dice)) : strings.strip.nowhere;
      plot.setAttribute("aria-label", `${strings.strip.label}. ${words}`);
      if (!defined) return;
      dot.style.left = `${100 * m.iou}%`;
      dot.style.bottom = `${100 * m.dice}%`;
      read.textContent = `${score(m.iou)} → ${score(m.dice)}`;
    },
  };
}
