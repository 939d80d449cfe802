import { expect, test } from "vitest";
import type { NodeLink } from "@/contract/cluster-status";
import { known, type Observed } from "@/contract/observed";
import { isPanelNetworkSuspect, noLosses, recordLosses } from "@/server/status/network-suspect";

const link = (reachable: boolean): Observed<NodeLink> =>
  known(
    { reachable, because: reachable ? null : "no answer", roundTripMs: reachable ? 1 : null },
    "2026-11-22T10:00:00Z",
  );
const links = (...reachable: boolean[]) => Object.fromEntries(reachable.map((one, i) => [`ceph-${i + 1}`, link(one)]));

test("two nodes lost within seconds of each other point at the panel's own network", () => {
  const first = recordLosses(noLosses, links(true, true, true), links(false, true, true), 1_000);
  expect(isPanelNetworkSuspect(first, null)).toBe(false);
  const second = recordLosses(first, links(false, true, true), links(false, false, true), 6_000);
  expect(isPanelNetworkSuspect(second, null)).toBe(true);
  expect(isPanelNetworkSuspect(second, new Set())).toBe(true);
});

test("Consul's word that they failed, time between them, and their return clear the suspicion", () => {
  const one = recordLosses(noLosses, links(true, true, true), links(false, true, true), 1_000);
  const both = recordLosses(one, links(false, true, true), links(false, false, true), 6_000);
  expect(isPanelNetworkSuspect(both, new Set(["ceph-1", "ceph-2"]))).toBe(false);
  expect(isPanelNetworkSuspect(both, new Set(["ceph-1"]))).toBe(false);
  const late = recordLosses(one, links(false, true, true), links(false, false, true), 60_000);
  expect(isPanelNetworkSuspect(late, null)).toBe(false);
  const back = recordLosses(both, links(false, false, true), links(true, false, true), 9_000);
  expect(isPanelNetworkSuspect(back, null)).toBe(false);
});

test("nodes that were never reached were not lost", () => {
  expect(recordLosses(noLosses, {}, links(false, false, false), 1_000)).toEqual(noLosses);
});
