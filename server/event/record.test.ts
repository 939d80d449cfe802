import { afterEach, beforeEach, expect, test } from "vitest";
import { isQuiet } from "@/contract/event";
import { conditionOf } from "@/contract/event-conditions";
import { runMoments } from "@/contract/event-moments";
import { auditPage } from "@/server/audit/service";
import { EventRecorder } from "@/server/event/record";
import { acknowledge, eventPage, standingAlarms } from "@/server/event/service";
import { forgetOldEvents } from "@/server/event/store";
import { learnSecret } from "@/server/secret/scrub";
import { type TemporaryDatabase, temporaryDatabase } from "@/testing/temporary-database";

let temporary: TemporaryDatabase;
let clusterId: string;
beforeEach(async () => {
  temporary = await temporaryDatabase();
  ({ id: clusterId } = await temporary.client.cluster.create({ data: { name: "office" } }));
});
afterEach(() => temporary.close());

const minute = 60_000;
const began = Date.parse("2026-11-22T10:00:00.000Z");
const cable = conditionOf("cable-out", "cables ceph-3", { node: "ceph-3", facts: { nic: "eth1", into: "bond0" } });
const readable = new Set(["cables ceph-3", "ceph"]);
const everything = { clusterId: null, groups: null, severities: null, nodes: null, sinceMs: null, untilMs: null };
const all = async (filter = {}) => (await eventPage({ ...everything, ...filter }, 50, null)).events;
const me = { actor: { id: "u1", username: "admin" }, address: null };

/** Out for 15 s, then back for 25 s: settled and cleared each time. */
async function flap(recorder: EventRecorder, fromMs: number): Promise<void> {
  for (const seconds of [0, 15]) await recorder.look({ conditions: [cable], readable }, [], fromMs + seconds * 1000);
  for (const seconds of [20, 45]) await recorder.look({ conditions: [], readable }, [], fromMs + seconds * 1000);
}

test("a flapping cable is one line with a count, a later one another line", async () => {
  const recorder = new EventRecorder(clusterId);
  for (const minutes of [0, 2, 4, 6]) await flap(recorder, began + minutes * minute);
  expect(await all()).toMatchObject([{ kind: "cable-out", count: 4, node: "ceph-3", facts: { nic: "eth1" } }]);
  await flap(recorder, began + 60 * minute);
  expect((await all()).map(({ count }) => count)).toEqual([1, 4]);
});

test("two panels on one database write one line", async () => {
  const recorders = [new EventRecorder(clusterId), new EventRecorder(clusterId)];
  for (const seconds of [0, 15, 20])
    await Promise.all(recorders.map((one) => one.look({ conditions: [cable], readable }, [], began + seconds * 1000)));
  expect(await all()).toMatchObject([{ endedAt: null, count: 1 }]);
});

test("a panel that starts again goes on with what stands", async () => {
  const storage = (kind: "storage-warning" | "storage-error") =>
    conditionOf(kind, "ceph", { identity: "storage", facts: { summary: kind } });
  for (const seconds of [0, 100])
    await new EventRecorder(clusterId).look(
      { conditions: [storage("storage-warning")], readable },
      [],
      began + seconds * 1000,
    );
  expect(await all()).toEqual([]);
  const recorder = new EventRecorder(clusterId);
  for (const seconds of [0, 100])
    await recorder.look({ conditions: [storage("storage-warning")], readable }, [], began + seconds * 1000);
  const again = new EventRecorder(clusterId);
  await again.look({ conditions: [storage("storage-error")], readable }, [], began + 200_000);
  expect(await all()).toMatchObject([
    { kind: "storage-error", severity: "critical", facts: { summary: "storage-error" } },
  ]);
  for (const seconds of [300, 330]) await again.look({ conditions: [], readable }, [], began + seconds * 1000);
  expect(await all()).toMatchObject([{ endedAt: new Date(began + 300_000).toISOString() }]);
});

test("a moment is written once, whoever sees it again, and never with a secret", async () => {
  learnSecret("an-opened-password");
  const run = {
    id: "r1",
    kind: "node-down",
    state: "succeeded",
    actor: "an-opened-password",
    createdAt: new Date(began),
    finishedAt: new Date(began + minute),
  } as const;
  for (const recorder of [new EventRecorder(clusterId), new EventRecorder(clusterId)])
    for (const at of [1, 2]) await recorder.look({ conditions: [], readable }, runMoments([run]), began + at);
  expect((await all()).map(({ identity }) => identity)).toEqual(["run-succeeded r1", "run-started r1"]);
  expect((await all())[0]?.facts).toMatchObject({ actor: "«secret»", run: "node-down" });
});

test("the timeline is filtered and read page by page", async () => {
  const recorder = new EventRecorder(clusterId);
  await flap(recorder, began);
  await flap(recorder, began + 60 * minute);
  expect(await all({ groups: ["storage"] })).toEqual([]);
  expect(await all({ groups: ["network"], severities: ["warning"], nodes: ["ceph-3"], clusterId })).toHaveLength(2);
  expect(await all({ nodes: ["ceph-1"] })).toEqual([]);
  expect(await all({ sinceMs: began + 30 * minute })).toHaveLength(1);
  expect(await all({ untilMs: began + 30 * minute })).toHaveLength(1);
  const first = await eventPage(everything, 1, null);
  const second = await eventPage(everything, 1, first.before);
  expect([first, second].map(({ events }) => events[0]?.id)).toEqual([2, 1]);
  expect(second.before).toBeNull();
});

test("an alarm somebody has taken note of is quiet until it is worse, comes back or its time is over", async () => {
  const recorder = new EventRecorder(clusterId);
  for (const seconds of [0, 15]) await recorder.look({ conditions: [cable], readable }, [], began + seconds * 1000);
  const [alarm] = await standingAlarms(clusterId);
  await acknowledge(me, { eventId: alarm?.id ?? 0, reason: "new cable ordered", untilHours: 24 });
  const [noted] = await standingAlarms(null);
  if (noted === undefined) throw new Error("it stands no more");
  expect(noted.acknowledged).toMatchObject({ by: "admin", reason: "new cable ordered", severity: "warning", count: 1 });
  const now = Date.now();
  expect(isQuiet(noted, now)).toBe(true);
  expect(isQuiet({ ...noted, severity: "critical" }, now)).toBe(false);
  expect(isQuiet({ ...noted, count: 2 }, now)).toBe(false);
  expect(isQuiet(noted, now + 25 * 60 * minute)).toBe(false);
  expect((await auditPage(5, null)).entries[0]).toMatchObject({ action: "alarm-acknowledged", actor: "admin" });
  await expect(acknowledge(me, { eventId: 99, reason: null, untilHours: null })).rejects.toMatchObject({
    code: "not-found",
  });
});

test("the oldest go when there are too many; what stands stays", async () => {
  const recorder = new EventRecorder(clusterId);
  for (const seconds of [0, 15]) await recorder.look({ conditions: [cable], readable }, [], began + seconds * 1000);
  const runs = [1, 2, 3].map((number) => ({
    id: `r${number}`,
    kind: "node-up" as const,
    state: "running" as const,
    actor: "a",
    createdAt: new Date(began + number * minute),
    finishedAt: null,
  }));
  await recorder.look({ conditions: [cable], readable }, runMoments(runs), began + 5 * minute);
  expect(await forgetOldEvents(clusterId, 2)).toBe(1);
  expect((await all()).map(({ identity }) => identity)).toEqual([
    "run-started r3",
    "run-started r2",
    "cable-out ceph-3",
  ]);
});
