/** The buttons that every widget has: undo, redo, start again, projector size, copy as Python. */
import { strings as common } from "../words/en.js";
import { button, enable } from "./controls.js";
import { h } from "./dom.js";

const ICONS = {
  undo: "M6 3 2.5 6.5 6 10M3 6.5h6.5a4 4 0 0 1 0 8H7",
  redo: "M10 3l3.500 3.500L10 10M13 6.5H6.500a4 4 0 0 0 0 8H9",
  reset: "M13.500 8A5.500 5.500 0 1 1 11.500 3.700M13.500 1.500v3.500H10",
  projector: "M2 6V2h4M14 6V2h-4M2 10v4h4M14 10v4h-4",
  copy: "M5.500 5.500V2h8.500v8.500h-3.500M2 5.500h8.500V14H2z",
};

/**
 * @param {Store} store
 * @param {{ restart: () => void, project: () => void, code: () => string, say: (text: string) => void }} calls
 *   `restart` goes back to the start, `project` changes the size, `code` is what gets copied
 * @returns {{ buttons: Record<string, HTMLElement>, panel: HTMLElement, show(size: string): void }}
 */
export function createToolbar(store, { restart, project, code, say }) {
  /**
   * @param {"undo" | "redo" | "reset" | "projector"} id
   * @param {() => void} onClick
   */
  const quiet = (id, onClick) => button({ label: common[id], id, symbol: ICONS[id], quiet: true, onClick });
  const undo = quiet("undo", () => store.undo());
  const redo = quiet("redo", () => store.redo());
  const reset = quiet("reset", restart);
  const projector = quiet("projector", project);
  const copy = copyButton(code, say);
  return {
    buttons: { undo, redo, reset, projector, copy: copy.el },
    panel: copy.panel,
    show(size) {
      enable(undo, store.canUndo);
      enable(redo, store.canRedo);
      enable(reset, store.canReset);
      projector.setAttribute("aria-pressed", String(size === "projector"));
    },
  };
}

/**
 * The button, and the panel that shows the code where the clipboard is out of reach (file://, a frame).
 * @param {() => string} code
 * @param {(text: string) => void} say
 */
function copyButton(code, say) {
  const text = h("textarea", { readonly: true, rows: 8, spellcheck: "false", "data-testid": "copy-code" });
  const panel = h("div", { class: "copy-panel" }, h("label", {}, h("span", {}, common.copyByHand), text));
  const wrap = h("div", { class: "copy-wrap", hidden: true }, panel);
  panel.append(button({ label: common.close, id: "copy-close", onClick: () => (wrap.hidden = true) }));
  const el = button({ label: common.copy, id: "copy", symbol: ICONS.copy, onClick: copy });
  const label = /** @type {HTMLElement} */ (el.querySelector(".button-label"));

  async function copy() {
    text.value = code();
    try {
      await navigator.clipboard.writeText(text.value);
      wrap.hidden = true;
      label.textContent = common.copied;
      setTimeout(() => (label.textContent = common.copy), 1600);
      say(common.copied);
    } catch {
      wrap.hidden = false;
      text.focus();
      text.select();
      say(common.copyByHand);
    }
  }

  return { el, panel: h("div", {}, wrap) };
}
