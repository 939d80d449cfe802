import { expect, test } from "vitest";
import { clusterStatusFixture } from "@/components/cluster/fixtures/cluster-status-fixture";
import { LivePicture } from "@/components/cluster/live-picture";
import type { ClusterStatus } from "@/contract/cluster-status";
import type { StatusMessage } from "@/contract/status-message";
import { changeBetween } from "@/lib/change";

const beganMs = Date.parse("2026-11-23T10:00:00.000Z");
const first = clusterStatusFixture(new Date(beganMs).toISOString(), { revision: 1 });
/** The same, confirmed so many seconds later. */
function after(seconds: number, revision: number, change: Partial<ClusterStatus> = {}): ClusterStatus {
  const at = new Date(beganMs + seconds * 1000).toISOString();
  const confirmed: ClusterStatus = JSON.parse(
    JSON.stringify(first, (key, value: unknown) => (key === "at" && value === first.at ? at : value)),
  );
  return { ...confirmed, revision, ...change };
}
const step = (from: ClusterStatus, to: ClusterStatus): StatusMessage => ({
  from: from.revision,
  change: changeBetween(from, to) ?? { in: {} },
});

test("what is only confirmed is known and not drawn, until its times have been overtaken for long", () => {
  const picture = new LivePicture();
  const [second, third, fourth] = [after(4, 2), after(8, 3), after(12, 4)];
  expect(picture.take({ whole: first }, beganMs)?.status).toBe(first);
  expect(picture.take(step(first, second), beganMs + 4_000)).toBeNull();
  expect(picture.take(step(second, third), beganMs + 8_000)).toBeNull();
  expect(picture.newest()).toEqual(third);
  expect(picture.take(step(third, fourth), beganMs + 12_000)?.status).toEqual(fourth);
});

test("of news only what changed is drawn", () => {
  const picture = new LivePicture();
  picture.take({ whole: first }, beganMs);
  const changed = after(2, 2, { panelNetworkSuspect: true });
  const shown = picture.take(step(first, changed), beganMs + 2_000)?.status;
  expect(shown).toMatchObject({ panelNetworkSuspect: true, revision: 2 });
  expect(shown?.nodes).toBe(first.nodes);
  expect(shown?.ha).toBe(first.ha);
  expect(picture.newest()).toEqual(changed);
});

test("a change from another status than the one that is here is not believed; the next whole one is", () => {
  const picture = new LivePicture();
  expect(picture.take(step(after(0, 7), after(1, 8)), beganMs)).toBeNull();
  picture.take({ whole: first }, beganMs);
  expect(picture.take(step(after(0, 7), after(1, 8, { panelNetworkSuspect: true })), beganMs)).toBeNull();
  expect(picture.newest()).toEqual(first);
  const whole = after(3, 9, { panelNetworkSuspect: true });
  expect(picture.take({ whole }, beganMs + 3_000)?.status?.panelNetworkSuspect).toBe(true);
});

test("a clock that differs is measured once, not with each message", () => {
  const picture = new LivePicture();
  const second = after(20, 2);
  expect(picture.take({ whole: first }, beganMs - 60_000)?.clockOffsetMs).toBe(60_000);
  expect(picture.take(step(first, second), beganMs - 40_100)?.clockOffsetMs).toBe(60_000);
  const third = after(40, 3, { panelNetworkSuspect: true });
  expect(picture.take(step(second, third), beganMs + 40_000)?.clockOffsetMs).toBe(0);
});

test("what guests write and how long an answer took waits for news", () => {
  const picture = new LivePicture();
  picture.take({ whole: first }, beganMs);
  const busy = structuredClone(after(5, 2));
  if (busy.ha.state !== "known" || busy.ha.value.ceph.state !== "known") throw new Error("the fixture has no Ceph");
  busy.ha.value.ceph.value.clientIo.operationsPerSecond += 1;
  for (const check of busy.ha.value.hostIo) check.milliseconds = 99;
  expect(picture.take(step(first, busy), beganMs + 5_000)).toBeNull();
  const old = structuredClone({ ...busy, revision: 3 });
  if (old.ha.state === "known") old.ha.value.managementVm.node = "ceph-2";
  const shown = picture.take(step(busy, old), beganMs + 6_000)?.status;
  expect(shown?.ha).toMatchObject({
    at: old.ha.at,
    value: { managementVm: { node: "ceph-2" }, hostIo: [{ milliseconds: 47 }, {}, {}] },
  });
});
