import { describe, expect, test } from "vitest";
import { clusterHeadline } from "@/contract/cluster-headline";
import { type ClusterStatus, staleAfterMs, withStaleAsUnknown } from "@/contract/cluster-status";
import { wholeCluster } from "@/contract/maintenance-subject";
import { unknown } from "@/contract/observed";
import { powerOffLight } from "@/contract/power-off-light";
import { at, ceph, ha, nodesWith, nowMs, seen, status, unreachable } from "@/contract/status-fixture";

describe("the headline", () => {
  test("all good only when everything was read and good", () => {
    expect(clusterHeadline(status())).toMatchObject({ tone: "good", code: "all-good" });
    expect(clusterHeadline(status({ ha: unknown("slow", at) }))).toMatchObject({
      tone: "unknown",
      code: "partly-unknown",
    });
  });

  test("readings older than three refreshes are no longer believed", () => {
    const later = nowMs + staleAfterMs("ha") + 1;
    expect(clusterHeadline(withStaleAsUnknown(status(), later))).toMatchObject({
      tone: "unknown",
      code: "not-read-yet",
    });
    expect(clusterHeadline(withStaleAsUnknown(status(), nowMs + 9_000)).code).toBe("all-good");
  });

  test("while all are fresh it stays the same object: what is drawn from it need not be drawn anew", () => {
    const fresh = status();
    expect(withStaleAsUnknown(fresh, nowMs + 9_000)).toBe(fresh);
    expect(withStaleAsUnknown(fresh, nowMs + staleAfterMs("link") + 1)).not.toBe(fresh);
  });

  test.each<[string, Partial<ClusterStatus>, string]>([
    ["two nodes vanished at once", { panelNetworkSuspect: true }, "panel-network-suspect"],
    ["Consul has no leader", { leader: seen(null) }, "consul-no-leader"],
    ["storage reports errors", { ha: seen(ha({ ceph: seen(ceph("HEALTH_ERR")) })) }, "storage-error"],
    ["storage reports warnings", { ha: seen(ha({ ceph: seen(ceph("HEALTH_WARN")) })) }, "storage-warning"],
    [
      "nobody owns the VM",
      { owner: seen(null), ha: seen(ha({ managementVm: { ...ha().managementVm, state: "stopped" } })) },
      "management-vm-down",
    ],
    ["the VM's state is unknown", { owner: unknown("x", at), ha: unknown("x", at) }, "management-vm-unknown"],
    ["a node is down", { nodes: nodesWith("ceph-3", { member: seen("failed"), link: unreachable }) }, "node-down"],
    ["a node hides from the panel only", { nodes: nodesWith("ceph-3", { link: unreachable }) }, "partly-unknown"],
  ])("%s", (_name, change, code) => {
    const said = clusterHeadline(status(change));
    expect(said.code).toBe(code);
    expect(said.tone).not.toBe("good");
  });

  test("one node down says since when: as the panel saw it, or else its last sign of life, never the reading's time", () => {
    const facts = (change: object) =>
      clusterHeadline(status({ nodes: nodesWith("ceph-3", { member: seen("failed"), ...change }) })).facts;
    const changedAt = "2026-11-22T09:00:00Z";
    expect(facts({ memberSince: changedAt })).toMatchObject({ how: "seen", since: changedAt });
    expect(facts({ lastSignAt: changedAt })).toMatchObject({ how: "last_sign", since: changedAt });
    expect(facts({ lastSignAt: null })).toMatchObject({ how: "unknown" });
  });

  test("one node down says how many more may go", () => {
    const down = clusterHeadline(status({ nodes: nodesWith("ceph-3", { member: seen("failed") }) }));
    expect(down.facts).toMatchObject({ node: "ceph-3", spare: 0 });
  });
});

describe("what is down on purpose", () => {
  const dark = status().nodes.map((node) => ({ ...node, link: unreachable }));
  const order = { runId: "run-7", actor: "li", at: "2026-11-22T09:00:00Z" };
  const headline = (change: Partial<ClusterStatus>) => clusterHeadline(status(change));

  test("a cluster that is off says who shut it down, when and by which run, and is no alarm", () => {
    const takenDown = [{ subject: wholeCluster, ...order }];
    const said = headline({ nodes: dark, leader: seen(null), panelNetworkSuspect: true, takenDown });
    expect(said).toMatchObject({ tone: "unknown", code: "shut-down" });
    expect(said.facts).toEqual({ actor: "li", since: order.at, runId: "run-7" });
  });

  test("without such a run the same darkness is called what it is", () => {
    expect(headline({ nodes: dark, leader: seen(null), takenDown: [] }).code).toBe("cluster-unreachable");
    expect(headline({ nodes: dark, leader: seen(null), takenDown: [{ subject: "ceph-3", ...order }] }).code).toBe(
      "cluster-unreachable",
    );
  });

  test("while it comes up it still says so, and once Consul has a leader and all answer it no longer does", () => {
    const takenDown = [{ subject: wholeCluster, ...order }];
    const nodes = nodesWith("ceph-3", { link: unreachable });
    const said = headline({ nodes, leader: seen(null), takenDown });
    expect(said).toMatchObject({ code: "cold-start", facts: { actor: "li", runId: "run-7", answering: 2 } });
    expect(headline({ takenDown }).code).toBe("all-good");
  });

  test("a node in maintenance names its run, a dead one beside it comes first", () => {
    const gone = { member: seen("failed" as const), link: unreachable };
    const takenDown = [{ subject: "ceph-3", ...order }];
    expect(headline({ nodes: nodesWith("ceph-3", gone), takenDown })).toMatchObject({
      code: "node-in-maintenance",
      facts: { node: "ceph-3", runId: "run-7", since: order.at },
    });
    const both = nodesWith("ceph-3", gone).map((node) => (node.name === "ceph-2" ? { ...node, ...gone } : node));
    expect(headline({ nodes: both, takenDown })).toMatchObject({ code: "node-down", facts: { node: "ceph-2" } });
  });
});

describe("the safe-to-power-off light", () => {
  const light = (node: string, change: Partial<ClusterStatus> = {}) => powerOffLight(status(change), node);
  const codes = (node: string, change: Partial<ClusterStatus> = {}) =>
    light(node, change).reasons.map(({ code }) => code);

  test("a standby of a healthy cluster may go, the owner may not", () => {
    expect(light("ceph-2")).toEqual({ light: "safe", reasons: [] });
    expect(light("ceph-1")).toMatchObject({ light: "unsafe", reasons: [{ code: "vm-away" }] });
  });

  test("with one node down no second one may go", () => {
    const change = { nodes: nodesWith("ceph-3", { member: seen("failed" as const) }) };
    expect(codes("ceph-2", change)).toEqual(expect.arrayContaining(["nodes-healthy", "consul-majority"]));
    expect(light("ceph-2", change).light).toBe("unsafe");
  });

  test("unclean data and running work hold it back", () => {
    const unclean = { ...ceph(), pgs: { ...ceph().pgs, byState: { "active+clean": 100, "active+undersized": 28 } } };
    expect(codes("ceph-2", { ha: seen(ha({ ceph: seen(unclean) })) })).toEqual(["data-available"]);
    expect(
      codes("ceph-2", {
        runLock: seen({ holder: "panel", runId: "r", kind: "deploy-cluster", fence: 1, actor: "a", place: "p", at }),
      }),
    ).toEqual(["nothing-running"]);
  });

  test("what could not be read makes it grey, never green", () => {
    expect(light("ceph-2", { ha: unknown("no answer", at) })).toMatchObject({ light: "unknown" });
    expect(light("ceph-2", { owner: unknown("no answer", at) })).toMatchObject({ light: "unknown" });
    const member = unknown<"alive">("no answer", at);
    expect(light("ceph-2", { nodes: nodesWith("ceph-3", { member }) })).toMatchObject({ light: "unknown" });
  });
});
