import { expect, it } from "vitest";
import { endWithShutdown } from "@/server/trpc/subscription";

const iterate = (source: unknown, shutdown: AbortSignal): AsyncIterator<unknown> => {
  const ended = endWithShutdown(source, shutdown);
  if (typeof ended !== "object" || ended === null || !(Symbol.asyncIterator in ended)) throw new Error("not a stream");
  return (ended as AsyncIterable<unknown>)[Symbol.asyncIterator]();
};

async function* silentAfter(...values: number[]): AsyncGenerator<number> {
  yield* values;
  await new Promise(() => undefined);
}

it("passes events on and ends by throwing, so that browsers come back", async () => {
  const shutdown = new AbortController();
  const stream = iterate(silentAfter(1, 2), shutdown.signal);
  expect(await stream.next()).toEqual({ done: false, value: 1 });
  expect(await stream.next()).toEqual({ done: false, value: 2 });
  const waiting = stream.next();
  shutdown.abort();
  await expect(waiting).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
});

it("does not begin while the panel stops", async () => {
  const stream = iterate(silentAfter(), AbortSignal.abort());
  await expect(stream.next()).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
});

it("returns when the source returns, and tells the source when the reader leaves", async () => {
  let cleaned = false;
  const source = (async function* () {
    try {
      yield 1;
      yield 2;
    } finally {
      cleaned = true;
    }
  })();
  const stream = iterate(source, new AbortController().signal);
  await stream.next();
  await stream.return?.();
  expect(cleaned).toBe(true);
  const short = iterate((async function* () {})(), new AbortController().signal);
  expect((await short.next()).done).toBe(true);
});

it("leaves what is no stream alone", () => {
  expect(endWithShutdown(42, new AbortController().signal)).toBe(42);
});
