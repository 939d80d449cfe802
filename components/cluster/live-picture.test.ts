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

test("what is only confirmed is not drawn, and its age goes by the newest confirmation", () => {
  const picture = new LivePicture();
  const [second, third, fourth] = [after(4, 2), after(12, 3), after(62, 4)];
  expect(picture.take({ whole: first }, beganMs)?.status).toBe(first);
  expect(picture.take(step(first, second), beganMs + 4_000)).toBeNull();
  expect(picture.confirmedAt(first.at)).toBe(second.at);
  expect(picture.take(step(second, third), beganMs + 12_000)).toBeNull();
  expect(picture.newest()).toEqual(third);
  expect(picture.confirmedAt(first.at)).toBe(third.at);
  expect(picture.take(step(third, fourth), beganMs + 62_000)).toMatchObject({ status: fourth, isNews: false });
  expect(picture.confirmedAt(first.at)).toBe(fourth.at);
});

test("a reading that nobody confirms goes on growing old beside others, also where it once had their time", () => {
  const picture = new LivePicture();
  picture.take({ whole: first }, beganMs);
  const second = structuredClone(after(4, 2));
  for (const node of second.nodes) node.link.at = first.at;
  picture.take(step(first, second), beganMs + 4_000);
  expect(picture.confirmedAt(first.at)).toBe(first.at);
});

test("a card that was drawn before its neighbour's news is told of its own confirmations", () => {
  const picture = new LivePicture();
  picture.take({ whole: first }, beganMs);
  const news = after(2, 2, { panelNetworkSuspect: true });
  expect(picture.take(step(first, news), beganMs + 2_000)?.isNews).toBe(true);
  const later = after(6, 3, { panelNetworkSuspect: true });
  picture.take(step(news, later), beganMs + 6_000);
  expect(picture.confirmedAt(first.ha.at)).toBe(later.ha.at);
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
  const second = after(60, 2);
  expect(picture.take({ whole: first }, beganMs - 60_000)?.clockOffsetMs).toBe(60_000);
  expect(picture.take(step(first, second), beganMs - 100)?.clockOffsetMs).toBe(60_000);
  const third = after(70, 3, { panelNetworkSuspect: true });
  expect(picture.take(step(second, third), beganMs + 70_000)?.clockOffsetMs).toBe(0);
});

test("what guests write and how long an answer took is drawn every so often, and not together with news", () => {
  const picture = new LivePicture();
  picture.take({ whole: first }, beganMs);
  const busy = (seconds: number, revision: number, milliseconds: number): ClusterStatus => {
    const next = structuredClone(after(seconds, revision));
    if (next.ha.state !== "known" || next.ha.value.ceph.state !== "known") throw new Error("the fixture has no Ceph");
    next.ha.value.ceph.value.clientIo.operationsPerSecond += milliseconds;
    for (const check of next.ha.value.hostIo) check.milliseconds = milliseconds;
    return next;
  };
  const timesOf = (status: ClusterStatus | null | undefined) =>
    status?.ha.state === "known" ? status.ha.value.hostIo.map(({ milliseconds }) => milliseconds) : [];
  const before = timesOf(first);
  const [second, third] = [busy(5, 2, 99), busy(12, 3, 98)];
  expect(picture.take(step(first, second), beganMs + 5_000)).toBeNull();
  third.panelNetworkSuspect = true;
  const news = picture.take(step(second, third), beganMs + 12_000);
  expect(news).toMatchObject({ isNews: true, status: { panelNetworkSuspect: true } });
  expect(timesOf(news?.status)).toEqual(before);
  const fourth = { ...busy(13, 4, 97), panelNetworkSuspect: true };
  const figures = picture.take(step(third, fourth), beganMs + 13_000);
  expect(figures?.isNews).toBe(false);
  expect(timesOf(figures?.status)).toEqual([97, 97, 97]);
  expect(figures?.status?.nodes[0]?.member).toBe(first.nodes[0]?.member);
});

test("with news all the while, figures are drawn together with some", () => {
  const picture = new LivePicture();
  picture.take({ whole: first }, beganMs);
  const second = structuredClone(after(17, 2, { panelNetworkSuspect: true }));
  for (const node of second.nodes) if (node.link.state === "known") node.link.value.roundTripMs = 77;
  const shown = picture.take(step(first, second), beganMs + 17_000);
  expect(shown?.isNews).toBe(true);
  expect(shown?.status?.nodes[0]?.link).toMatchObject({ value: { roundTripMs: 77 } });
});
