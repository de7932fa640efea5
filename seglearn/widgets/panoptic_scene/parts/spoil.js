/** The tool and the buttons that spoil a predicted segment; what cannot be done to it is off, and says why. */
import { button, enable, toolbox } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { strings } from "../words/en.js";
import { KINDS, refusal } from "./edits.js";

const words = strings.edit;
const MOVE =
  "M8 1.500v13M1.500 8h13M8 1.500 6.200 3.300M8 1.500l1.800 1.800M8 14.500l-1.800-1.800M8 14.500l1.800-1.800M1.500 8l1.800-1.800M1.500 8l1.800 1.800M14.500 8l-1.800-1.800M14.500 8l-1.800 1.800";

/** `onEdit(kind)`. Returns { el, draw(state, view, label, name) }; label null when none is chosen, name what it is. */
export function createSpoil({ store, data }, onEdit) {
  const tools = toolbox({
    label: words.label,
    id: "tool",
    options: [{ value: "move", label: words.move, symbol: MOVE }],
    onChange: (tool) => store.look({ tool }),
  });
  const acts = KINDS.map((kind) => ({
    kind,
    el: button({ label: words[kind], id: `edit-${kind}`, onClick: () => onEdit(kind) }),
  }));
  const hint = h("p", { class: "hint", "data-testid": "edit-hint" });
  return {
    el: h(
      "div",
      { class: "edit" },
      h(
        "div",
        { class: "toolbox", role: "group", "aria-label": words.label },
        tools.el,
        acts.map(({ el }) => el),
      ),
      hint,
    ),
    draw(state, view, label, name) {
      tools.value = view.tool;
      const reasons = new Set();
      for (const { kind, el } of acts) {
        const reason = label ? refusal(state, data, kind, label) : "none";
        enable(el, !reason);
        if (label && reason) reasons.add(words.refused[reason](name));
      }
      hint.textContent = label ? [words.ready(name), ...reasons].join(" ") : words.choose;
    },
  };
}
