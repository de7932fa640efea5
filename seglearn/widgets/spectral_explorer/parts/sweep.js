/** How well each band would do, worked out in slices between frames. */
const FIRST_MS = 30; // so that what was asked for is drawn before
const SLICE_MS = 12;
const PAUSE_MS = 8;

/** Returns sweep(state): the best IoU of each band so far, null where not tried yet; null where nothing is asked. */
export function createSweep(shell, model) {
  let sweep = null; // { key, values, at }
  function slice(mine, name, roles) {
    if (mine !== sweep) return;
    const end = performance.now() + SLICE_MS;
    while (mine.at < mine.values.length && performance.now() < end) {
      mine.values[mine.at] = model.bestOnBand(name, mine.at, roles);
      mine.at++;
    }
    if (mine.at < mine.values.length) setTimeout(slice, PAUSE_MS, mine, name, roles);
    else shell.redraw();
  }
  shell.onClose(() => (sweep = null));
  return (state) => {
    const roles = state.on === "band" ? model.rolesOf(state) : null;
    if (!roles) return null;
    const key = [state.sensor, roles.target, state.rest, state.rest === "pinned" && state.pins].join();
    if (sweep?.key !== key) {
      sweep = { key, values: Array(model.sensors[state.sensor].n).fill(null), at: 0 };
      setTimeout(slice, FIRST_MS, sweep, state.sensor, roles);
    }
    return sweep.values;
  };
}
