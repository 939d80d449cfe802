/**
 * How soon a browser asks again for a stream that broke off; by itself it waits three seconds. Shorter: every page asks more often while the
 * panel restarts. Longer: an outage of a blink stands on the page for as long.
 */
const reconnectAfterMs = 400;

/** A live stream tells the browser first when to come back; any other answer stays as it is. */
export function withReconnectTime(response: Response): Response {
  if (response.body === null || response.headers.get("content-type")?.startsWith("text/event-stream") !== true)
    return response;
  const first = new TransformStream<Uint8Array, Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(`retry: ${reconnectAfterMs}\n\n`)),
  });
  return new Response(response.body.pipeThrough(first), response);
}
