/**
 * How soon a browser asks again for a stream that broke off; by itself it waits three seconds. Shorter: every page asks more often while the
 * panel restarts. Longer: an outage of a blink stands on the page for as long.
 */
const reconnectAfterMs = 400;

const newline = 10;
/** No message holds an empty line; each ends with one. */
const isEnd = (piece: Uint8Array): boolean => piece.at(-1) === newline && piece.at(-2) === newline;

/**
 * A live stream tells the browser first when to come back; any other answer stays as it is. What tRPC writes in three or four pieces leaves as
 * one: each piece would be a packet of its own, and wake every browser that often.
 */
export function withReconnectTime(response: Response): Response {
  if (response.body === null || response.headers.get("content-type")?.startsWith("text/event-stream") !== true)
    return response;
  const pieces: Uint8Array[] = [];
  const whole = new TransformStream<Uint8Array, Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(`retry: ${reconnectAfterMs}\n\n`)),
    transform: (piece, controller) => {
      pieces.push(piece);
      if (isEnd(piece)) controller.enqueue(Buffer.concat(pieces.splice(0)));
    },
    flush: (controller) => {
      if (pieces.length > 0) controller.enqueue(Buffer.concat(pieces));
    },
  });
  return new Response(response.body.pipeThrough(whole), response);
}
