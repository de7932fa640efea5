/**
 * Questions to the kernel about a document, one at a time; Python's side is seglearn/widgets/asking.py.
 *
 *   const ask = createAsk(kernel, (answer, state) => { … });     // answer: what Python found, or { error }
 *   ask.send(state);                                             // a question that waits is forgotten
 *   ask.waiting                                                  // the state that was asked about, or null
 */

/**
 * @param {Model | null} kernel without one nothing is asked
 * @param {(answer: any, state: any) => void} told
 * @returns {{ send(state: any): void, readonly waiting: any }}
 */
export function createAsk(kernel, told) {
  /** @type {{ id: string, state: any } | null} */
  let question = null;
  let serial = 0;
  kernel?.on("_answer", () => {
    const answer = kernel.get("_answer");
    if (!question || answer.id !== question.id) return;
    const { state } = question;
    question = null;
    told(answer, state);
  });
  return {
    send(state) {
      question = { id: `${Date.now()}-${++serial}`, state };
      kernel?.set({ _question: question });
    },
    get waiting() {
      return question?.state ?? null;
    },
  };
}
