import { describe, expect, test } from "vitest";
import { planNics, planNode, planNodes } from "@/lab/plan";

describe("the lab's plan", () => {
  test("gives each node its own addresses, counted from .11", () => {
    expect(planNodes(3).map((node) => [node.name, node.managementIp, node.storageIp])).toEqual([
      ["ceph-1", "10.77.2.11", "10.77.1.11"],
      ["ceph-2", "10.77.2.12", "10.77.1.12"],
      ["ceph-3", "10.77.2.13", "10.77.1.13"],
    ]);
  });

  test.each([0, 10, 1.5, Number.NaN])("refuses node number %s", (index) => {
    expect(() => planNode(index)).toThrow(RangeError);
  });

  test("single has one NIC per network, bonded two", () => {
    const names = (mode: "single" | "bonded") => planNics(planNode(1), mode).map((nic) => nic.name);
    expect(names("single")).toEqual(["p5p1", "eth0", "em1"]);
    expect(names("bonded")).toEqual(["p5p1", "p5p2", "eth0", "eth1", "em1", "em2"]);
  });

  test("no two NICs of the largest lab share a MAC or a switch port", () => {
    const nics = planNodes(9).flatMap((node) => planNics(node, "bonded"));
    expect(new Set(nics.map((nic) => nic.mac)).size).toBe(nics.length);
    expect(new Set(nics.map((nic) => nic.hubPort)).size).toBe(nics.length);
  });

  test("MACs are unicast and locally administered, interface names fit the kernel", () => {
    for (const nic of planNodes(9).flatMap((node) => planNics(node, "bonded"))) {
      expect(Number.parseInt(nic.mac.slice(0, 2), 16) & 0b11).toBe(0b10);
      expect(nic.hubPort.length).toBeLessThanOrEqual(15);
    }
  });
});
