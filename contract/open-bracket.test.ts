import { describe, expect, test } from "vitest";
import {
  cephFixture,
  clusterStatusFixture,
  haStatusFixture,
} from "@/components/cluster/fixtures/cluster-status-fixture";
import type { ClusterStatus } from "@/contract/cluster-status";
import type { MaintenanceRecord } from "@/contract/maintenance";
import { known, unknown } from "@/contract/observed";
import {
  type BracketLook,
  bracketName,
  endingCommands,
  openBrackets,
  overdueSince,
  remindAfterMs,
  unreadBrackets,
} from "@/contract/open-bracket";

const at = "2026-11-22T14:00:00.000Z";
const status = (change: Partial<ClusterStatus> = {}) => clusterStatusFixture(at, change);
const record = (change: Partial<MaintenanceRecord> = {}): MaintenanceRecord => ({
  protocol: 1,
  kind: "node-down",
  subject: "ceph-3",
  runId: "r1",
  actor: "li",
  at,
  flags: "host",
  before: { hosts: {}, vmHa: null, guests: {} },
  ...change,
});
const shutdown = record({ kind: "cluster-down", subject: "cluster", flags: "cluster" });
const look = (change: Partial<BracketLook> = {}): BracketLook => ({
  open: known([], at),
  flags: known({ cluster: [], byHost: {} }, at),
  platform: known({ vmHa: "true", hosts: {} }, at),
  flagsOfRuns: {},
  ...change,
});
const flags = (cluster: string[], byHost: Record<string, string[]> = {}) => known({ cluster, byHost }, at);
const names = (seen: BracketLook, given = status()) => openBrackets(given, seen).map(bracketName);
const unread = unknown<never>("no answer", at);

describe("who set it is told only by whoever noted it", () => {
  test("a maintenance owns its flags and is named by its record", () => {
    const open = openBrackets(
      status(),
      look({ open: known([record()], at), flags: flags([], { "ceph-3": ["noout"] }) }),
    );
    expect(open).toMatchObject([
      { kind: "maintenance", node: "ceph-3", author: { by: "run", runId: "r1", actor: "li" }, since: at },
    ]);
  });

  test("a flag that the run found set was set by somebody else", () => {
    const seen = { open: known([shutdown], at), flags: flags(["noout", "noscrub"]) };
    expect(names(look(seen))).toEqual(["maintenance", "cluster-flags"]);
    expect(openBrackets(status(), look(seen))[1]).toMatchObject({ flags: ["noscrub"], author: { by: "unknown" } });
    for (const noted of ["found", "not-set"] as const)
      expect(openBrackets(status(), look({ ...seen, flagsOfRuns: { r1: noted } }))[1]).toMatchObject({
        flags: ["noout", "noscrub"],
        author: { by: "unknown" },
        since: null,
      });
  });

  test("an order names whom it came from, or the run", () => {
    const stopped = (actor: string) => status({ intent: known({ want: "stopped", generation: 4, actor, at }, at) });
    expect(openBrackets(stopped("li.wei"), look())).toMatchObject([
      { kind: "stopped-intent", author: { by: "order", actor: "li.wei" }, since: at },
    ]);
    expect(openBrackets(stopped("trivet run r7"), look())).toMatchObject([{ author: { by: "run", runId: "r7" } }]);
    expect(names(look({ open: known([shutdown], at) }), stopped("li"))).toEqual(["maintenance"]);
  });
});

describe("what is found", () => {
  const services = haStatusFixture(at).services.map((service, place) => ({
    ...service,
    state: place === 1 ? ("stopped" as const) : service.state,
  }));
  const idle = status({ ha: known(haStatusFixture(at, { services }), at) });

  test.each<[string, string[], BracketLook, ClusterStatus]>([
    ["nothing in a cluster at rest", [], look({ flags: flags(["sortbitwise", "purged_snapdirs"]) }), status()],
    [
      "flags of one host, set by hand",
      ["host-flags ceph-1"],
      look({ flags: flags([], { "ceph-1": ["noout"] }) }),
      status(),
    ],
    ["a frozen storage", ["cluster-flags"], look({ flags: flags(["pauserd", "pausewr"]) }), status()],
    ["a node that lives without HA", ["ha-service-off ceph-2"], look(), idle],
    ["the platform's switch", ["vm-ha-off"], look({ platform: known({ vmHa: "false", hosts: {} }, at) }), status()],
    [
      "a host in maintenance at the platform",
      ["host-maintenance ceph-2"],
      look({ platform: known({ vmHa: "true", hosts: { "ceph-2": { state: "PreMaintenance" } } }, at) }),
      status(),
    ],
    [
      "neither of them while the maintenance of it is open",
      ["maintenance ceph-2"],
      look({
        open: known([record({ subject: "ceph-2" })], at),
        platform: known({ vmHa: "true", hosts: { "ceph-2": { state: "Maintenance" } } }, at),
      }),
      idle,
    ],
  ])("%s", (_what, expected, seen, given) => {
    expect(names(seen, given)).toEqual(expected);
  });

  test("from the live status alone, where nobody was asked", () => {
    const set = status({ ha: known(haStatusFixture(at, { ceph: known(cephFixture({ flags: ["noout"] }), at) }), at) });
    expect(openBrackets(set, null).map(bracketName)).toEqual(["cluster-flags"]);
  });
});

test("what cannot be read is neither open nor closed", () => {
  const dark = look({ open: unread, flags: unread, platform: unread });
  const blind = status({ ha: unread, intent: unread });
  expect(openBrackets(blind, dark)).toEqual([]);
  expect(unreadBrackets(blind, dark)).toHaveLength(7);
  expect(unreadBrackets(status(), look())).toEqual([]);
});

test("a pause is ended by its one name, a host's flag on its host", () => {
  expect(endingCommands({ kind: "cluster-flags", node: null, flags: ["pauserd", "pausewr", "noout"] })).toEqual([
    ["ceph", "osd", "unset", "pause"],
    ["ceph", "osd", "unset", "noout"],
  ]);
  expect(endingCommands({ kind: "host-flags", node: "ceph-1", flags: ["noout"] })).toEqual([
    ["ceph", "osd", "unset-group", "noout", "ceph-1"],
  ]);
});

test("what nobody owns is late after an hour, a maintenance after a working day; before the first sight nothing is", () => {
  const [byHand] = openBrackets(status(), look({ flags: flags(["noout"]) }));
  const [owned] = openBrackets(status(), look({ open: known([record()], at) }));
  if (byHand === undefined || owned === undefined) throw new Error("two brackets are expected");
  const after = (ms: number): number => Date.parse(at) + ms;
  expect(overdueSince(byHand, null, after(remindAfterMs.unowned + 1))).toBeNull();
  expect(overdueSince(byHand, at, after(remindAfterMs.unowned - 1))).toBeNull();
  expect(overdueSince(byHand, at, after(remindAfterMs.unowned + 1))).toBe(
    new Date(after(remindAfterMs.unowned)).toISOString(),
  );
  expect(overdueSince(owned, null, after(remindAfterMs.owned - 1))).toBeNull();
  expect(overdueSince(owned, null, after(remindAfterMs.owned + 1))).not.toBeNull();
});
