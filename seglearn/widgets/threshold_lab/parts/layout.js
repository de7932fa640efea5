/** What stands beside a control and under a plot. */
import { h } from "../../web/ui/dom.js";

/** A control of several parts with its name before it. */
export const named = (label, el) => h("span", { class: "named" }, h("span", { class: "hint" }, label), el);

/** The axis under a plot, from its lowest value to its highest. */
export const ticks = (...words) =>
  h(
    "div",
    { class: "ticks hint small", "aria-hidden": "true" },
    words.map((word) => h("span", {}, word)),
  );
