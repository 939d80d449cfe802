import { expect, test } from "vitest";
import type { HaStatus } from "@/contract/ha-status";
import { known, unknown } from "@/contract/observed";
import { say } from "@/contract/sentence";
import { autopilotSafe } from "@/suite/commands/consul-reading";
import { statusAlarms } from "@/suite/commands/status-alarms";
import { healthyStatus } from "@/testing/drill-world/healthy-status";

const at = "2026-01-01T00:00:00.000Z";
const quiet = { foreignWatchers: [], waitingBlocklist: [], consulListens: [] };
const codes = (change: Partial<HaStatus>): string[] =>
  statusAlarms(healthyStatus("ceph-1", 7, change), quiet).map(({ code }) => code);
const late = unknown<never>(say("ceph-late", { question: "status", seconds: 4.5 }), at);
const hostIo = (state: "ok" | "failed" | "unknown"): HaStatus["hostIo"] =>
  ["ceph-1", "ceph-2", "ceph-3"].map((node) => ({ node, state, milliseconds: null }));

test("Ceph is called unreachable when it is silent and no node's canary answers", () => {
  expect(codes({ ceph: late, image: late, hostIo: hostIo("failed") })).toContain("ceph-unreachable");
  expect(codes({ ceph: late, image: late, hostIo: hostIo("unknown") })).toContain("ceph-unreachable");
});

test("a slow answer of a Ceph that nodes write to is unknown, not an alarm", () => {
  expect(codes({ ceph: late, image: late, hostIo: hostIo("ok") })).not.toContain("ceph-unreachable");
});

test("autopilot that did not tell its settings is unknown, not unsafe", () => {
  expect(autopilotSafe({ because: say("consul-here-late", { seconds: 4.5 }) }, 3)).toBeNull();
  expect(autopilotSafe({ value: "odd" }, 3)).toBeNull();
  expect(autopilotSafe({ value: { CleanupDeadServers: true, MinQuorum: 3 } }, 3)).toBe(false);
  expect(autopilotSafe({ value: { CleanupDeadServers: false, MinQuorum: 1 } }, 3)).toBe(false);
  expect(autopilotSafe({ value: { CleanupDeadServers: false, MinQuorum: 2 } }, 3)).toBe(true);
  const { consul } = healthyStatus("ceph-1", 7);
  if (consul.state === "unknown") throw new Error("the fixture knows Consul");
  const told = (safe: boolean | null) => codes({ consul: known({ ...consul.value, autopilotSafe: safe }, at) });
  expect(told(false)).toContain("unsafe-autopilot");
  expect(told(null)).not.toContain("unsafe-autopilot");
});

test("Consul has lost its quorum when nothing could be read through its leader", () => {
  const silent = unknown<never>(say("consul-here-late", { seconds: 4.5 }), at);
  expect(codes({ consul: silent, intent: silent })).toContain("consul-no-quorum");
  expect(codes({ consul: silent })).not.toContain("consul-no-quorum");
});
