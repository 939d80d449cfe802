import { expect, test } from "vitest";
import { clusterStatusFixture } from "@/components/cluster/fixtures/cluster-status-fixture";
import { messageFor } from "@/server/cluster/status-messages";
import { withChange } from "@/lib/change";

const first = clusterStatusFixture("2026-11-23T10:00:00.000Z", { revision: 4 });
const second = clusterStatusFixture("2026-11-23T10:00:04.000Z", { revision: 5, panelNetworkSuspect: true });

test("a stream begins with the whole status and goes on with what changed", () => {
  expect(messageFor(null, first)).toEqual({ whole: first });
  const message = messageFor(first, second);
  if ("whole" in message) throw new Error("the second message is whole");
  expect(message.from).toBe(4);
  expect(withChange(first, message.change)).toEqual(second);
  expect(JSON.stringify(message).length).toBeLessThan(JSON.stringify(second).length / 4);
});

test("readers who are equally far get the same message, so that it is packed once", () => {
  expect(messageFor(first, second)).toBe(messageFor(first, second));
  expect(messageFor(null, second)).toBe(messageFor(null, second));
  expect(messageFor(structuredClone(first), second)).toEqual(messageFor(first, second));
});

test("the same status sent again says so in a few bytes", () => {
  expect(messageFor(second, { ...second })).toEqual({ from: 5, change: { in: {} } });
});
