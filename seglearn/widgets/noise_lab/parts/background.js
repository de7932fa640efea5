/**
 * Filters pictures in a worker. Of those that wait only the newest is kept, so a drag is never behind by more than one.
 *
 *   const background = createBackground(source, told, refused);   // source: a script
 *   background.ask({ key, image, filter, setting });              // then told(request, data) or, for good, refused()
 *   background.close();
 *
 * Some pages refuse workers, at once or a moment later (content security policy).
 */
export function createBackground(source, told, refused) {
  let worker = null;
  let url = "";
  let running = null;
  let next = null;
  const close = () => {
    worker?.terminate();
    URL.revokeObjectURL(url);
    worker = running = next = null;
  };
  const fail = () => {
    close();
    refused();
  };
  const start = () => {
    url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    worker = new Worker(url);
    worker.onerror = (event) => {
      event.preventDefault(); // it is not the page's error
      fail();
    };
    worker.onmessage = ({ data }) => {
      const done = running;
      running = null;
      if (next) send(next);
      told(done, data);
    };
  };
  const send = (request) => {
    next = null;
    running = request;
    try {
      if (!worker) start();
      worker.postMessage(request);
    } catch {
      setTimeout(fail); // after the asking is over
    }
  };
  return {
    ask(request) {
      if (request.key === running?.key || request.key === next?.key) return;
      if (running) next = request;
      else send(request);
    },
    close,
  };
}
