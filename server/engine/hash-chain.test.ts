import { expect, test } from "vitest";
import { canonicalJson, chainStart, findChainBreak, type SealedEvent, sealEvent } from "@/server/engine/hash-chain";

function chain(length: number): SealedEvent[] {
  const events: SealedEvent[] = [];
  for (let seq = 1; seq <= length; seq += 1)
    events.push(
      sealEvent(events.at(-1)?.hash ?? chainStart, {
        runId: "r",
        seq,
        at: "2026-01-01T00:00:00.000Z",
        body: { kind: "run-created", actor: `a${seq}` },
      }),
    );
  return events;
}

test("an untouched chain is whole, also after a trip through a database", () => {
  expect(findChainBreak(chain(5))).toBeNull();
  expect(findChainBreak(JSON.parse(canonicalJson(chain(5))) as SealedEvent[])).toBeNull();
});

test("altered, removed, swapped and rewritten events are found at their place", () => {
  const [one, two, three, four] = chain(4);
  if (!one || !two || !three || !four) throw new Error("four events");
  const forged = { ...two, body: { kind: "run-created", actor: "somebody else" } } as const;
  expect(findChainBreak([one, forged, three, four])).toMatchObject({ seq: 2, reason: "event 2 was altered" });
  expect(findChainBreak([one, three, four])).toMatchObject({ seq: 2 });
  expect(findChainBreak([one, three, two, four])).toMatchObject({ seq: 2 });
  const resealed = sealEvent(one.hash, { ...forged });
  expect(findChainBreak([one, resealed, three, four])).toMatchObject({ seq: 3 });
});

test("keys have one order, undefined is nothing", () => {
  expect(canonicalJson({ b: [{ d: 1, c: undefined }], a: null })).toBe('{"a":null,"b":[{"d":1}]}');
});
