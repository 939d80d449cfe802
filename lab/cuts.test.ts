import { describe, expect, test } from "vitest";
import { buildRuleset, describeCut, withCut, withoutCuts } from "@/lab/cuts";
import { planNodes } from "@/lab/plan";
import type { Cut } from "@/lab/state";

const nodes = planNodes(3);
const whole: Cut = { node: "ceph-1", network: "storage", peer: null, direction: "both", lossPercent: 100, ports: null };

function chains(ruleset: string): Record<string, string[]> {
  const found = [...ruleset.matchAll(/chain (\w+) \{\n([^}]*(?:\{[^}]*\}[^}]*)*?)\n {2}\}/g)];
  return Object.fromEntries(
    found.map(([, name = "", body = ""]) => [
      name,
      body
        .split("\n")
        .map((line) => line.trim())
        .slice(1),
    ]),
  );
}

describe("cuts as nftables rules", () => {
  test("without cuts only the host's guard is left", () => {
    const { passing, arriving, leaving } = chains(buildRuleset([], nodes, "single"));
    expect(passing).toEqual([expect.stringMatching(/^oifname "host0" .*10\.77\.2\.254.* drop$/)]);
    expect(arriving).toEqual([]);
    expect(leaving).toEqual([]);
  });

  test("a whole cut drops both ways between nodes and to and from the gateway", () => {
    const { passing, arriving, leaving } = chains(buildRuleset([whole], nodes, "single"));
    expect(passing).toContain('iifname { "p5p1-1" } drop');
    expect(passing).toContain('oifname { "p5p1-1" } drop');
    expect(arriving).toEqual(['iifname { "p5p1-1" } drop']);
    expect(leaving).toEqual(['oifname { "p5p1-1" } drop']);
  });

  test("direction in drops only what goes to the node", () => {
    const { passing, arriving, leaving } = chains(buildRuleset([{ ...whole, direction: "in" }], nodes, "single"));
    expect(passing).toContain('oifname { "p5p1-1" } drop');
    expect(passing).not.toContain('iifname { "p5p1-1" } drop');
    expect(arriving).toEqual([]);
    expect(leaving).toEqual(['oifname { "p5p1-1" } drop']);
  });

  test("a cut towards a peer leaves everybody else and the gateway alone", () => {
    const { passing, arriving, leaving } = chains(buildRuleset([{ ...whole, peer: "ceph-3" }], nodes, "single"));
    expect(passing).toContain('iifname { "p5p1-1" } oifname { "p5p1-3" } drop');
    expect(passing).toContain('iifname { "p5p1-3" } oifname { "p5p1-1" } drop');
    expect(arriving).toEqual([]);
    expect(leaving).toEqual([]);
  });

  test("all networks and bonded cables are one rule over all ports and their channels", () => {
    const { passing } = chains(buildRuleset([{ ...whole, network: "all", direction: "out" }], nodes, "bonded"));
    expect(passing).toContain(
      'iifname { "p5p1-1", "p5p2-1", "eth0-1", "eth1-1", "em1-1", "em2-1", "lag-sto-1", "lag-mgt-1", "lag-vm-1" } drop',
    );
  });

  test("loss is a share of the frames", () => {
    const { passing } = chains(buildRuleset([{ ...whole, lossPercent: 30 }], nodes, "single"));
    expect(passing).toContain('iifname { "p5p1-1" } numgen random mod 100 < 30 drop');
  });

  test("a service is cut by its ports, whichever end it listens on", () => {
    const { passing } = chains(buildRuleset([{ ...whole, direction: "out", ports: "8300-8302" }], nodes, "single"));
    expect(passing).toContain('iifname { "p5p1-1" } meta l4proto { tcp, udp } th sport { 8300-8302 } drop');
    expect(passing).toContain('iifname { "p5p1-1" } meta l4proto { tcp, udp } th dport { 8300-8302 } drop');
    expect(passing).not.toContain('iifname { "p5p1-1" } drop');
  });

  test("an unknown node is refused", () => {
    expect(() => buildRuleset([{ ...whole, node: "ceph-7" }], nodes, "single")).toThrow("ceph-7");
  });
});

describe("the list of cuts", () => {
  test("a repeated cut replaces the earlier one, another place is added", () => {
    const changed = withCut([whole], { ...whole, lossPercent: 10 });
    expect(changed).toEqual([{ ...whole, lossPercent: 10 }]);
    expect(withCut(changed, { ...whole, peer: "ceph-2" })).toHaveLength(2);
  });

  test("healing a node takes back the cuts that name it as peer too", () => {
    const cuts: Cut[] = [whole, { ...whole, node: "ceph-2", peer: "ceph-1" }, { ...whole, node: "ceph-3" }];
    expect(withoutCuts(cuts, "ceph-1")).toEqual([{ ...whole, node: "ceph-3" }]);
    expect(withoutCuts(cuts, null)).toEqual([]);
  });

  test("a cut reads as a sentence part", () => {
    expect(describeCut({ ...whole, peer: "ceph-2", lossPercent: 20 })).toBe("storage both towards ceph-2 20% loss");
  });
});
