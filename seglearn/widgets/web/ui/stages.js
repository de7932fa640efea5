/**
 * Stages: tabs in the head, of which one is on. Parts of the body carry `data-stage="ID …"` and show only there; the
 * view says which it is (`store.view.stage`), so a preset's view may name one.
 */
import { segmented } from "./controls.js";
import { elementsOf } from "./dom.js";

/**
 * @param {Store} store
 * @param {HTMLElement} head
 * @param {HTMLElement} root
 */
export function createStages(store, head, root) {
  /** @type {StageTab[]} */
  let tabs = [];
  /** @type {Control<any> | null} */
  let choice = null;
  return {
    /** @type {Shell["stages"]} */
    make(list, label = "") {
      tabs = list;
      choice = segmented({
        label,
        id: "stages",
        testId: "stage",
        options: list.map(({ id, label: words }) => ({ value: id, label: words })),
        onChange: (stage) => store.look({ stage }),
      });
      choice.el.dataset.control = "stages";
      choice.el.classList.add("stage-tabs");
      head.append(choice.el);
      store.view = { stage: list[0].id, ...store.view };
    },
    /** @param {Set<string>} hidden the controls that are away, and with them their tabs */
    show(hidden) {
      if (!choice) return;
      const there = tabs.filter(({ control }) => !(control && hidden.has(control)));
      const { id = "" } = there.find((tab) => tab.id === store.view.stage) ?? there[0] ?? {};
      if (id !== store.view.stage) store.view = { ...store.view, stage: id };
      choice.value = id;
      const inputs = elementsOf(choice.el, "input");
      inputs.forEach((input, i) => {
        /** @type {HTMLElement} */ (input.parentElement).hidden = !there.includes(tabs[i]);
      });
      root.dataset.stageOn = id;
      for (const el of elementsOf(root, "[data-stage]"))
        el.classList.toggle("off-stage", !(el.dataset.stage ?? "").split(" ").includes(id));
    },
  };
}
