import { TRPCError } from "@trpc/server";
import { AppError } from "@/contract/errors";
import { trpcCodeOf } from "@/server/trpc/error-code";

/**
 * A subscription that ends by throwing SERVICE_UNAVAILABLE when the panel stops. Throwing matters: a generator that returns ends
 * the browser's subscription for good, one that throws a 5xx makes it reconnect and resume with lastEventId. And it must
 * end: the HTTP server waits for every open stream before the process may exit.
 */
export function endWithShutdown(source: unknown, shutdown: AbortSignal): unknown {
  return isAsyncIterable(source) ? iterateUntil(source, shutdown) : source;
}

async function* iterateUntil(source: AsyncIterable<unknown>, shutdown: AbortSignal): AsyncGenerator<unknown, void> {
  const iterator = source[Symbol.asyncIterator]();
  const stopped = Promise.withResolvers<"stopped">();
  const stop = (): void => stopped.resolve("stopped");
  shutdown.addEventListener("abort", stop, { once: true });
  if (shutdown.aborted) stop();
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), stopped.promise]);
      if (next === "stopped")
        throw new TRPCError({ code: "SERVICE_UNAVAILABLE", message: "The panel is shutting down." });
      if (next.done === true) return;
      yield next.value;
    }
  } catch (error) {
    // Middleware sees only how the stream began. Without its code a refusal would look like a 5xx, which browsers ask again for ever.
    if (error instanceof AppError)
      throw new TRPCError({ code: trpcCodeOf(error.code), message: error.message, cause: error });
    throw error;
  } finally {
    shutdown.removeEventListener("abort", stop);
    // Not awaited: a source waiting inside its own next() would hold this one back; it hears of the end by its signal.
    void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;
