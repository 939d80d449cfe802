import { expect, test, vi } from "vitest";
import { withReconnectTime } from "@/server/trpc/event-stream";

const stream = (): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start: (controller) => {
      controller.enqueue(new TextEncoder().encode("event: connected\ndata: {}\n\n"));
      controller.close();
    },
  });

test("a stream says first when to come back, then everything it said before", async () => {
  const answer = withReconnectTime(
    new Response(stream(), {
      status: 200,
      headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
    }),
  );
  expect(await answer.text()).toMatch(/^retry: \d+\n\nevent: connected\ndata: \{\}\n\n$/);
  expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
});

test("a message that was written in pieces leaves as one", async () => {
  const pieces = ["data: {}\n", "id: 7\n", "\n\n", "event: ping\n", "data: \n", "\n\n", "data: cut"];
  const source = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
  const answer = withReconnectTime(new Response(source, { headers: { "content-type": "text/event-stream" } }));
  const left: string[] = [];
  for await (const piece of answer.body ?? []) left.push(new TextDecoder().decode(piece));
  expect(left.slice(1)).toEqual(["data: {}\nid: 7\n\n\n", "event: ping\ndata: \n\n\n", "data: cut"]);
});

test("whoever goes away ends the source too", async () => {
  let ended: unknown = null;
  const source = new ReadableStream<Uint8Array>({ cancel: (reason) => void (ended = reason) });
  const answer = withReconnectTime(new Response(source, { headers: { "content-type": "text/event-stream" } }));
  await answer.body?.cancel("gone");
  await vi.waitFor(() => expect(ended).toBe("gone"));
});

test("what is no stream stays as it is", () => {
  const answer = Response.json({ ok: true });
  expect(withReconnectTime(answer)).toBe(answer);
});
