import { expect, test } from "vitest";
import { leftOpen } from "@/components/maintenance/open-maintenance";
import type { MaintenanceRecord } from "@/contract/maintenance";
import { known, unknown } from "@/contract/observed";

const at = "2026-01-01T00:00:00.000Z";
const record: MaintenanceRecord = {
  protocol: 1,
  kind: "node-down",
  subject: "ceph-3",
  runId: "r1",
  actor: "li",
  at,
  flags: "host",
  before: { hosts: {}, vmHa: null, guests: {} },
};

test("a run's maintenance is shown by its record, one set by hand by its flag, each once", () => {
  const flags = known({ byHost: { "ceph-3": ["noout"], "ceph-1": ["noout"], "ceph-2": ["noup"] } }, at);
  expect(leftOpen({ open: known([record], at), flags })).toMatchObject([
    { subject: "ceph-3", kind: "node-up", record: { actor: "li" } },
    { subject: "ceph-1", kind: "node-up", record: null },
  ]);
});

test("a shutdown of the cluster is ended by a cold start; what cannot be read is not shown as open", () => {
  const down = { ...record, kind: "cluster-down" as const, subject: "cluster" };
  const unread = unknown<never>("no answer", at);
  expect(leftOpen({ open: known([down], at), flags: unread })).toMatchObject([{ kind: "cluster-up" }]);
  expect(leftOpen({ open: unread, flags: unread })).toEqual([]);
});
