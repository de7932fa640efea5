/**
 * One Tab stop for a row of buttons: arrow keys, Home and End go from one to the next. What is hidden is passed over.
 * @param {HTMLElement} el the row; gets role "toolbar"
 * @param {string} label its accessible name
 * @param {string} [selector] what is in it
 * @returns {{ show(current?: Element | null): void }} `show` says which one Tab comes to while none has the focus
 */
export function roving(el, label, selector = "button") {
  /** @type {Element | null} */
  let stop = null;
  const all = () => /** @type {HTMLElement[]} */ ([...el.querySelectorAll(selector)]);
  const seen = () => all().filter((item) => item.checkVisibility());
  /** @param {Element | null | undefined} next */
  const set = (next) => {
    const items = seen();
    stop = next && items.includes(/** @type {HTMLElement} */ (next)) ? next : (items[0] ?? null);
    for (const item of all()) item.tabIndex = item === stop ? 0 : -1;
  };
  el.setAttribute("role", "toolbar");
  el.setAttribute("aria-label", label);
  el.addEventListener("focusin", (event) => {
    if (event.target !== stop && all().includes(/** @type {HTMLElement} */ (event.target)))
      set(/** @type {Element} */ (event.target));
  });
  el.addEventListener("keydown", (event) => {
    const items = seen();
    const at = items.indexOf(/** @type {HTMLElement} */ (event.target));
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: -1 }[
      event.key
    ];
    if (to === undefined) return;
    event.preventDefault();
    items.at(to % items.length)?.focus();
  });
  return {
    show(current) {
      if (!el.matches(":focus-within")) set(current ?? stop);
      else if (!stop?.isConnected) set(null);
    },
  };
}
