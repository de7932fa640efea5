/**
 * The player: play or pause, one step back, one step on, a slider over the steps, and the speed. It stands above its
 * picture. The step that is shown lives elsewhere (document or view); the player asks and tells.
 *
 *   const player = createPlayer(shell, { label: strings.cell, last: () => n, at: () => view.step, go: (i) => …,
 *     settle: () => store.commit(), format: (i) => strings.of(i, n) });
 *   player.draw();      // in draw()
 *   player.stop();      // when the reader takes something else in hand
 *
 * Hooks for tests: `play` (aria-pressed while it plays), `step-back`, `step-on`, `scrub`, `speed`.
 */
import { strings as common } from "../words/en.js";
import { button, enable, slider } from "./controls.js";
import { h } from "./dom.js";

const ICONS = {
  play: "M4.5 2.5v11l9-5.5z",
  pause: "M5.5 3v10M10.5 3v10",
  back: "M11.5 3 6 8l5.5 5M4 3v10",
  on: "M4.5 3 10 8l-5.5 5M12 3v10",
};
const SPEEDS = [0.5, 1, 2, 4];

/**
 * @param {Shell} shell
 * @param {{ label: string, last: () => number, at: () => number, go: (step: number) => void, settle?: () => void,
 *   format?: (step: number) => string, milliseconds?: number }} options
 *   steps run from 0 to `last()`; `settle` is called when it stops or the slider is let go; `milliseconds` at speed 1
 * @returns {{ el: HTMLElement, readonly playing: boolean, stop(): void, draw(): void }}
 */
export function createPlayer(shell, { label, last, at, go, settle, format = String, milliseconds = 600 }) {
  let timer = 0;
  let speed = 1;
  const tick = () => {
    go(Math.min(at() + 1, last()));
    if (at() >= last()) stop();
    else timer = window.setTimeout(tick, pause());
  };
  const pause = () => (milliseconds / speed) * (shell.reducedMotion ? 2 : 1);
  function stop() {
    if (!timer) return;
    clearTimeout(timer);
    timer = 0;
    settle?.();
    show();
  }
  /** @param {number} step */
  const to = (step) => {
    stop();
    go(Math.min(last(), Math.max(0, step)));
  };
  /** @param {number} by */
  const by = (by) => () => {
    to(at() + by);
    settle?.();
  };
  const play = button({
    label: common.play,
    id: "play",
    symbol: ICONS.play,
    onClick() {
      if (timer) return stop();
      if (at() >= last()) go(0);
      timer = window.setTimeout(tick, pause());
      show();
    },
  });
  const back = button({ label: common.stepBack, id: "step-back", symbol: ICONS.back, quiet: true, onClick: by(-1) });
  const on = button({ label: common.stepOn, id: "step-on", symbol: ICONS.on, quiet: true, onClick: by(1) });
  const scrub = slider({ label, id: "scrub", min: 0, max: 1, value: 0, format, onInput: to, onChange: settle });
  const times = h(
    "select",
    { "aria-label": common.speed, "data-testid": "speed", onchange: () => (speed = Number(times.value)) },
    SPEEDS.map((n) => h("option", { value: n, selected: n === 1 }, `${n}×`)),
  );
  const show = () => {
    play.querySelector("path")?.setAttribute("d", timer ? ICONS.pause : ICONS.play);
    play.setAttribute("aria-pressed", String(timer > 0));
    const words = play.querySelector(".button-label");
    if (words) words.textContent = timer ? common.pause : common.play;
  };
  show();
  shell.onClose(() => clearTimeout(timer));
  return {
    el: h("div", { class: "player" }, play, back, on, scrub.el, times),
    get playing() {
      return timer > 0;
    },
    stop,
    draw() {
      const input = /** @type {HTMLInputElement} */ (scrub.el.querySelector("input"));
      input.max = String(last());
      scrub.value = at();
      enable(back, at() > 0);
      enable(on, at() < last());
    },
  };
}
