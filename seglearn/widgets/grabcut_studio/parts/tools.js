/** The tools: what a drag on the picture does, and how wide the brush is. */
import { brushSize, toolbox } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { strings } from "../words/en.js";
import { LABELS } from "./strokes.js";

const ICONS = {
  box: "M2.500 3.500h11v9h-11z",
  foreground: "M8 3v10M3 8h10",
  background: "M3 8h10",
  erase: "M6.500 13.500h7M3 9.500 9.500 3l4 4-6.500 6.500h-2.500L2.500 11z",
};

/** @param {Shell} shell */
export function createTools({ store }) {
  const tools = toolbox({
    label: strings.tools.label,
    id: "tool",
    options: Object.entries(ICONS).map(([value, symbol]) => ({
      value,
      label: strings.tools[value],
      symbol,
      hint: strings.stage[value],
    })),
    onChange: (tool) => store.look({ tool }),
  });
  const brush = brushSize({
    label: strings.brush,
    id: "brush",
    value: store.view.brush,
    format: strings.pixels,
    onInput: (size) => store.look({ brush: size }),
  });
  return {
    el: h("div", { class: "tools" }, tools.el, brush.el),
    draw({ tool, brush: size }) {
      tools.value = tool;
      brush.value = size;
      brush.el.classList.toggle("idle", !(tool in LABELS));
    },
  };
}
