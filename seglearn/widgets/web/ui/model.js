/**
 * One face for every host. Some lack save_changes, off or send, or throw from them, and a static page has no
 * model at all; the widgets only ever see:
 *
 *   model.get(name), model.set({name: value, …}), model.on(name, fn), model.close()
 * @param {any} host anywidget's model
 * @returns {Model}
 */
export function hostModel(host) {
  /** @type {[string, () => void][]} */
  const listening = [];
  return {
    get: (name) => host.get(name),
    set(values) {
      for (const [name, value] of Object.entries(values)) host.set(name, value);
      attempt(() => host.save_changes());
    },
    on(name, fn) {
      attempt(() => host.on(`change:${name}`, fn));
      listening.push([name, fn]);
    },
    close() {
      for (const [name, fn] of listening.splice(0)) attempt(() => host.off(`change:${name}`, fn));
    },
  };
}

/**
 * A model for a page with no kernel: `values` is what Python would have sent.
 * @param {Json} values
 * @returns {Model}
 */
export function staticModel(values) {
  return {
    get: (name) => values[name],
    set: (changes) => Object.assign(values, changes),
    on() {},
    close() {},
  };
}

/**
 * `send` at once, then at most once in `wait` milliseconds; the last call always gets through.
 * @param {() => void} send
 * @param {number} wait
 * @returns {{ soon(): void, now(): void, stop(): void }}
 */
export function throttle(send, wait) {
  let timer = 0;
  let last = -Infinity;
  const go = () => {
    clearTimeout(timer);
    timer = 0;
    last = performance.now();
    send();
  };
  return {
    soon() {
      if (!timer) timer = setTimeout(go, Math.max(0, last + wait - performance.now()));
    },
    now: go,
    stop: () => clearTimeout(timer),
  };
}

/** @param {() => void} call */
function attempt(call) {
  try {
    call();
  } catch {
    // The host has no such method, or refuses it: the widget goes on without.
  }
}
