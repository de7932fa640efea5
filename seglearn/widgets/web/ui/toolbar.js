/** The buttons that every widget has: undo, redo, start again, hold to see before, projector, link, copy as Python. */
import { strings as common } from "../words/en.js";
import { before } from "./before.js";
import { button, enable } from "./controls.js";
import { h } from "./dom.js";
import { roving } from "./roving.js";

const ICONS = {
  undo: "M6 3 2.5 6.5 6 10M3 6.5h6.5a4 4 0 0 1 0 8H7",
  redo: "M10 3l3.5 3.5L10 10M13 6.5H6.5a4 4 0 0 0 0 8H9",
  reset: "M13.5 8A5.5 5.5 0 1 1 11.5 3.7M13.5 1.5v3.5H10",
  projector: "M2 6V2h4M14 6V2h-4M2 10v4h4M14 10v4h-4",
  link: "M6.5 9.5l3-3M7 4.5l1.5-1.5a2.8 2.8 0 0 1 4 4L11 8.5M9 11.5l-1.5 1.5a2.8 2.8 0 0 1-4-4L5 7.5",
  done: "M3 8.5l3.5 3.5 6.5-8",
  copy: "M5.5 5.5V2h8.5v8.5h-3.5M2 5.5h8.5V14H2z",
};

/**
 * @param {Store} store
 * @param {{ restart: () => void, project: () => void, code: () => string, say: (text: string) => void,
 *   peek: (held: boolean) => void, address?: () => Promise<string> }} calls
 *   `restart` goes back to the start, `project` changes the size, `peek` shows what was before the last change while it
 *   is held, `code` and `address` are what gets copied; without an address there is no such button
 * @returns {{ el: HTMLElement, panel: HTMLElement, show(size: string): void }}
 */
export function createToolbar(store, { restart, project, code, say, peek, address }) {
  /**
   * @param {"undo" | "redo" | "reset" | "projector"} id
   * @param {() => void} onClick
   */
  const quiet = (id, onClick) => button({ label: common[id], id, symbol: ICONS[id], quiet: true, onClick });
  const undo = quiet("undo", () => store.undo());
  const redo = quiet("redo", () => store.redo());
  const reset = quiet("reset", restart);
  const peeking = before(common.before, peek);
  const projector = quiet("projector", project);
  const copying = createCopying(say);
  const link =
    address && copying.button({ id: "link", quiet: true, label: common.link, done: common.linkCopied, text: address });
  const copy = copying.button({ id: "copy", label: common.copy, done: common.copied, text: code });
  const buttons = { undo, redo, reset, before: peeking, projector, ...(link && { link }), copy };
  for (const [name, el] of Object.entries(buttons)) el.dataset.control = name;
  copying.panel.dataset.control = "copy";
  const el = h("div", { class: "toolbar" }, Object.values(buttons));
  const stop = roving(el, common.tools);
  return {
    el,
    panel: copying.panel,
    show(size) {
      stop.show();
      enable(undo, store.canUndo);
      enable(redo, store.canRedo);
      enable(reset, store.canReset);
      enable(peeking, store.canUndo);
      projector.setAttribute("aria-pressed", String(size === "projector"));
    },
  };
}

/**
 * Buttons that copy a text, and the panel that shows it where the clipboard is out of reach (file://, a frame).
 * @param {(text: string) => void} say
 */
function createCopying(say) {
  const text = h("textarea", { readonly: true, rows: 8, spellcheck: "false", "data-testid": "copy-code" });
  const panel = h("div", { class: "copy-panel" }, h("label", {}, h("span", {}, common.copyByHand), text));
  const wrap = h("div", { class: "copy-wrap", hidden: true }, panel);
  panel.append(button({ label: common.close, id: "copy-close", onClick: () => (wrap.hidden = true) }));
  return {
    panel: h("div", {}, wrap),
    /**
     * @param {{ id: "link" | "copy", label: string, quiet?: boolean, done: string, text: () => string | Promise<string> }}
     *   options
     */
    button({ id, label: name, quiet, done, text: make }) {
      const el = button({ label: name, id, symbol: ICONS[id], quiet, onClick: copy });
      const label = el.querySelector(".button-label");
      /** @param {boolean} on */
      const mark = (on) => {
        el.querySelector("path")?.setAttribute("d", on ? ICONS.done : ICONS[id]);
        if (label) label.textContent = on ? done : name;
      };
      async function copy() {
        text.value = await make();
        try {
          await navigator.clipboard.writeText(text.value);
          wrap.hidden = true;
          mark(true);
          setTimeout(mark, 1600, false);
          say(done);
        } catch {
          wrap.hidden = false;
          text.focus();
          text.select();
          say(common.copyByHand);
        }
      }
      return el;
    },
  };
}
