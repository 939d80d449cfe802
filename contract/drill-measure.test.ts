import { expect, test } from "vitest";
import type { HistoryRecord } from "@/contract/consul-keys";
import type { DrillFault, DrillInput, DrillSight } from "@/contract/drill";
import { drillResult, drillStage, longestSilence, parseSights } from "@/contract/drill-measure";

const input = (fault: DrillFault): DrillInput => ({
  fault,
  nodes: [],
  owner: "ceph-1",
  standby: "ceph-2",
  addresses: [],
  profile: "fast",
  promise: { runningSeconds: 10, guestSeconds: 60, silentSeconds: fault === "migration" ? 3 : null },
});
const owner = (atMs: number, node: string, epoch: number, held = true): DrillSight => ({
  what: "owner",
  atMs,
  node,
  epoch,
  phase: "running",
  held,
});
const guest = (atMs: number, answers: boolean, lastAnswerMs: number | null = null): DrillSight => ({
  what: "guest",
  atMs,
  answers,
  lastAnswerMs,
});
const recorded = (atMs: number, epoch: number): DrillSight => {
  const at = new Date(atMs).toISOString();
  const seconds = { detect: 1, guest: 9 };
  const record: HistoryRecord = {
    id: `${epoch}`,
    kind: "failover",
    node: "ceph-2",
    from: "ceph-1",
    epoch,
    actor: "zshad",
    at,
    seconds,
    outcome: "succeeded",
    detail: "",
  };
  return { what: "history", atMs, record };
};

const before = [owner(0, "ceph-1", 7), guest(100, true)];

test("a crash: running when a higher epoch is held and runs, answering at the first answer after that", () => {
  const sights = [...before, guest(1_400, false, 1_000), owner(1_500, "ceph-1", 7, false), owner(6_000, "ceph-2", 8)];
  const goal = { fault: "node-crash", owner: "ceph-1", standby: "ceph-2", injectedMs: 1_000 } as const;
  expect(drillStage(sights.slice(0, 4), goal)).toEqual({ at: "armed" });
  expect(drillStage(sights, goal)).toMatchObject({ at: "running", runningMs: 6_000 });
  const whole = [...sights, guest(21_000, true, 1_000), recorded(21_500, 8)];
  expect(drillResult(whole, input("node-crash"), 1_000)).toMatchObject({
    runningSeconds: 5,
    guestSeconds: 20,
    silentSeconds: 20,
    after: { node: "ceph-2", epoch: 8 },
    record: { kind: "failover" },
    verdict: "as-promised",
  });
});

test("a cut owner's old guest is not taken for the new one", () => {
  const sights = [...before, owner(6_000, "ceph-2", 8)];
  const goal = { fault: "owner-cut", owner: "ceph-1", standby: "ceph-2", injectedMs: 1_000 } as const;
  expect(drillStage(sights, goal).at).toBe("running");
  const then = [...sights, guest(9_000, false, 8_800), guest(20_000, true, 8_800), recorded(20_500, 8)];
  expect(drillStage(then, goal)).toMatchObject({ at: "answering", guestMs: 20_500 });
});

test("a daemon crash: the adoption counts, not a last line written while the kill was on its way; the epoch must stay", () => {
  const line: DrillSight = {
    what: "service",
    atMs: 1_020,
    node: "ceph-1",
    writtenMs: 1_010,
    domain: "running",
    held: true,
  };
  const goal = { fault: "daemon-crash", owner: "ceph-1", standby: "ceph-2", injectedMs: 1_000 } as const;
  expect(drillStage([...before, line], goal).at).toBe("armed");
  const adoption = recorded(3_000, 7);
  if (adoption.what !== "history") throw new Error("a record is expected");
  const record: HistoryRecord = { ...adoption.record, kind: "adopt", seconds: { guest: 0.6, total: 0.6 } };
  const adopted = [...before, line, { ...adoption, record }];
  expect(drillResult(adopted, input("daemon-crash"), 1_000)).toMatchObject({
    runningSeconds: 1.4,
    guestSeconds: 1.4,
    silentSeconds: 0,
    verdict: "as-promised",
  });
  expect(drillResult(adopted, input("daemon-crash"), 1_000, 400)?.runningSeconds).toBe(1);
  const restarted = [...adopted, owner(9_000, "ceph-1", 8)];
  expect(drillResult(restarted, input("daemon-crash"), 1_000)?.verdict).toBe("elsewhere");
});

test("later than promised is slower; on the wrong node is elsewhere", () => {
  const slow = [...before, owner(30_000, "ceph-2", 8), guest(40_000, true)];
  expect(drillResult(slow, input("node-crash"), 1_000)?.verdict).toBe("slower");
  expect(drillResult(slow, input("qemu-crash"), 1_000)?.verdict).toBe("elsewhere");
});

test("a silence counts when it ended after the fault, and one that goes on is not over", () => {
  const early = [guest(0, true), guest(500, false, 300), guest(900, true, 300)];
  expect(longestSilence(early, 1_000)).toBe(0);
  const late = [...early, guest(2_000, false, 1_800), guest(4_300, true, 1_800), guest(9_000, false, 8_800)];
  expect(longestSilence(late, 1_000)).toBe(2.5);
  expect(longestSilence([guest(0, false)], 0)).toBeNull();
});

test("a line that is half written is left for the next reading", () => {
  expect(parseSights(`${JSON.stringify(guest(1, true))}\n{"what":"own`)).toHaveLength(1);
});
