import { expect, it } from "vitest";
import {
  cephFixture,
  clusterStatusFixture,
  haStatusFixture,
} from "@/components/cluster/fixtures/cluster-status-fixture";
import { openBrackets } from "@/components/cluster/open-brackets";
import { known, unknown } from "@/contract/observed";

const at = "2026-11-22T14:00:00.000Z";
const withFlags = (flags: string[]) =>
  clusterStatusFixture(at, { ha: known(haStatusFixture(at, { ceph: known(cephFixture({ flags }), at) }), at) });

it("finds none in a cluster at rest", () => {
  expect(openBrackets(clusterStatusFixture(at))).toEqual([]);
});

it("takes flags a person sets, not Ceph's own bookkeeping", () => {
  expect(openBrackets(withFlags(["sortbitwise", "purged_snapdirs"]))).toEqual([]);
  expect(openBrackets(withFlags(["noout", "sortbitwise", "norecover"]))).toEqual([
    {
      kind: "ceph-flags",
      flags: ["noout", "norecover"],
      seenAt: at,
      endedBy: ["ceph osd unset noout", "ceph osd unset norecover"],
    },
  ]);
});

it("ends a pause by its one name", () => {
  const [bracket] = openBrackets(withFlags(["pauserd", "pausewr"]));
  expect(bracket).toMatchObject({ endedBy: ["ceph osd unset pause"] });
});

it("tells of an order to stay stopped and of a run's lock", () => {
  const status = clusterStatusFixture(at, {
    intent: known({ want: "stopped", generation: 4, actor: "li.wei", at }, at),
    runLock: known(
      { holder: "panel", runId: "r1", kind: "deploy-cluster", fence: 3, actor: "admin", place: "desk", at },
      at,
    ),
  });
  expect(openBrackets(status).map((bracket) => bracket.kind)).toEqual(["intent-stopped", "run-lock"]);
});

it("claims nothing from what was not read", () => {
  const status = clusterStatusFixture(at, { ha: unknown("no answer", at), intent: unknown("no answer", at) });
  expect(openBrackets(status)).toEqual([]);
});
