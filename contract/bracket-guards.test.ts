import { expect, test } from "vitest";
import { bracketGuards } from "@/contract/bracket-guards";
import type { EndableBracket } from "@/contract/bracket-kinds";
import type { CephStatus, HaStatus } from "@/contract/ha-status";
import { factsOfHa, type GuardFacts } from "@/contract/maintenance-guards";
import { known, unknown } from "@/contract/observed";
import { sentenceText } from "@/contract/sentence";
import { healthyStatus } from "@/testing/drill-world/healthy-status";

const at = "2026-01-01T00:00:00.000Z";
const whole = healthyStatus("ceph-1", 7);
if (whole.ceph.state === "unknown" || whole.consul.state === "unknown") throw new Error("a healthy status is expected");
const { value: ceph } = whole.ceph;
const { value: consul } = whole.consul;
const osds = (up: boolean) => ({ "ceph-1": [{ id: 0, up: true, in: true }], "ceph-3": [{ id: 2, up, in: true }] });
const withTree = (osdsByHost: CephStatus["osdsByHost"]): Partial<HaStatus> => ({
  ceph: known({ ...ceph, osdsByHost }, at),
});
const withOsds = (up: boolean): Partial<HaStatus> => withTree(osds(up));
const facts = (change: Partial<HaStatus> = {}, more: Partial<GuardFacts> = {}): GuardFacts => ({
  ...factsOfHa({ ...whole, ...withOsds(true), ...change }, at, { okToStop: null, open: known([], at) }),
  ...more,
});
const record = {
  protocol: 1 as const,
  kind: "node-down" as const,
  subject: "ceph-3",
  runId: "r",
  actor: "li",
  at,
  flags: "host" as const,
  before: { hosts: {}, vmHa: null, guests: {} },
};
const open = { open: known([record], at) };
const noout: EndableBracket = { kind: "cluster-flags", node: null, flags: ["noout"] };
const hostNoout: EndableBracket = { kind: "host-flags", node: "ceph-3", flags: ["noout"] };
const service: EndableBracket = { kind: "ha-service-off", node: "ceph-3", flags: [] };
const lost = { ...consul, members: consul.members.map((one) => ({ ...one, status: "failed" as const })) };

test.each<[string, EndableBracket, GuardFacts, string | null]>([
  ["noout with every OSD back", noout, facts(), null],
  ["noout while an OSD is down", noout, facts(withOsds(false)), "osd.2 not up and in"],
  ["a host's noout while its OSD is down", hostNoout, facts(withOsds(false)), "osd.2 not up and in"],
  ["a host's noout while another host's OSD is down", { ...hostNoout, node: "ceph-1" }, facts(withOsds(false)), null],
  ["noout while nobody knows whose OSDs are where", noout, facts(withTree(null)), "could not be read"],
  ["noscrub, which protects no OSD", { ...noout, flags: ["noscrub"] }, facts(withOsds(false)), null],
  ["noout in a running maintenance", noout, facts({}, open), "It belongs to the maintenance of ceph-3, begun by li"],
  [
    "noout while Ceph does not answer",
    noout,
    facts({ ceph: unknown("timed out", at) }),
    "could not be read: timed out",
  ],
  ["noout while a run is at work", noout, facts({}, { activeRun: "r9" }), "Something else is changing the cluster: r9"],
  ["noout while nobody could read the records", noout, facts({}, { open: unknown("no", at) }), "could not be read"],
  ["the service of a node that lives", service, facts(), null],
  ["the service of a node that is gone", service, facts({ consul: known(lost, at) }), "ceph-3 is not alive"],
  [
    "the order to stay stopped without a leader",
    { kind: "stopped-intent", node: null, flags: [] },
    facts({ consul: known({ ...consul, leader: null }, at) }),
    "Consul has no leader",
  ],
])("%s", (_what, bracket, given, expected) => {
  const held = bracketGuards(given, bracket).filter(({ state }) => state !== "holds");
  const said = held.map(({ sentence }) => sentenceText(sentence)).join("; ");
  expect(said === "").toBe(expected === null);
  expect(said).toContain(expected ?? "");
});
