/** The row over the picture: boxes or masks, which shape is edited, with which tool. */
import { brushSize, segmented, toolbox } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { strings } from "../words/en.js";
import { SHAPES } from "./model.js";

const ICONS = {
  move: "M8 1.500v13M1.500 8h13M8 1.500 6.200 3.300M8 1.500l1.800 1.800M8 14.500l-1.800-1.800M8 14.500l1.800-1.800M1.500 8l1.800-1.800M1.500 8l1.800 1.800M14.500 8l-1.800-1.800M14.500 8l-1.800 1.800",
  brush: "M13.500 2.500 7.500 9M6.200 9.200c-2.400.1-1.900 3.300-4.200 4.100 3 .9 6-.3 5.700-2.700",
  erase: "M6.500 13.500h7M3 9.500 9.500 3l4 4-6.500 6.500h-2.500L2.500 11z",
  fill: "M7 2.500 2.500 7.500 7.500 12.500 12.500 7.500zM2.500 7.500h10M13.500 10.500c1.500 2 1 3 0 3s-1.500-1 0-3",
};

/** Tools that draw with a brush. */
export const BRUSHES = ["brush", "erase"];

/**
 * @param {Shell} shell
 * @returns {{ el: HTMLElement, draw(drawing: Drawing): void }}
 */
export function createTools({ store, control }) {
  const modes = segmented({
    label: strings.modes.label,
    id: "mode",
    options: ["masks", "boxes"].map((v) => ({ value: v, label: strings.modes[v] })),
    onChange: (mode) => store.commit({ ...store.state, mode }),
  });
  const targets = segmented({
    label: strings.targets.label,
    id: "target",
    options: SHAPES.map((v) => {
      const [letter, word] = strings.targets[v];
      return { value: v, label: [letter, h("span", { class: "when-wide" }, ` ${word}`)], role: v };
    }),
    onChange: (target) => store.look({ target }),
  });
  const tools = toolbox({
    label: strings.tools.label,
    id: "tool",
    options: Object.entries(ICONS).map(([v, symbol]) => ({
      value: v,
      label: strings.tools[v],
      symbol,
      hint: strings.stage[v],
    })),
    onChange: (tool) => store.look({ tool }),
  });
  const brush = brushSize({
    label: strings.brushSize,
    id: "brush",
    value: store.view.brush,
    format: strings.pixels,
    onInput: (size) => store.look({ brush: size }),
  });
  const editing = h("div", { class: "editing" }, targets.el, tools.el, brush.el);
  const hint = h("p", { class: "hint" });
  return {
    el: h(
      "div",
      { class: "tools" },
      control("tabs", modes.el),
      control("tools", h("div", { class: "editing" }, editing, hint)),
    ),
    draw({ state, view }) {
      const inMasks = state.mode === "masks";
      modes.value = state.mode;
      targets.value = view.target;
      tools.value = view.tool;
      brush.value = view.brush;
      editing.classList.toggle("away", !inMasks);
      hint.textContent = inMasks ? (view.tool ? "" : strings.hints.none) : strings.hints.boxes;
      brush.el.classList.toggle("away", !BRUSHES.includes(view.tool));
    },
  };
}
