/** Traffic with Python: the state comes; state and metrics go at every commit, and during a drag four times a second. */
import { throttle } from "./model.js";

/**
 * @param {Model} model
 * @param {Store} store
 * @param {() => any} measure the metrics of the store's state
 * @returns {{ tell(why: Why): void, measured(): void, stop(): void }}
 */
export function createTraffic(model, store, measure) {
  let sent = JSON.stringify(store.state);
  const toPython = throttle(() => {
    sent = JSON.stringify(store.state);
    model.set({ state: store.state, metrics: measure() });
  }, 250);
  model.on("state", () => {
    const next = model.get("state");
    const text = JSON.stringify(next);
    if (text === sent) return; // our own words coming back
    sent = text;
    store.receive(next);
  });
  return {
    tell(why) {
      if (why === "preview") toPython.soon();
      else if (why !== "remote") toPython.now();
    },
    /** More is known of the same state; the state itself is not sent, as Python may have another by now. */
    measured: () => model.set({ metrics: measure() }),
    stop() {
      toPython.stop();
      model.close();
    },
  };
}
