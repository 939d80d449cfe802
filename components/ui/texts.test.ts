import { describe, expect, it } from "vitest";
import { commandsAsText } from "@/components/ui/command-list";
import { sparkPath } from "@/components/ui/spark";

describe("commandsAsText", () => {
  it("names the node whenever it changes, in order", () => {
    expect(
      commandsAsText([
        { node: "ceph-1", text: "ip link set eth1 up" },
        { node: "ceph-1", text: "ip link show eth1" },
        { node: "ceph-2", text: "ip link set eth1 up" },
      ]),
    ).toBe("# ceph-1\nip link set eth1 up\nip link show eth1\n# ceph-2\nip link set eth1 up\n");
  });
});

describe("sparkPath", () => {
  it("breaks the line where there is no value", () => {
    const path = sparkPath([1, 2, null, 2, 1]);
    expect(path.match(/M/g)).toHaveLength(2);
    expect(path.match(/L/g)).toHaveLength(2);
    expect(path).not.toContain("NaN");
  });

  it("draws nothing from nothing", () => {
    expect(sparkPath([])).toBe("");
    expect(sparkPath([null])).toBe("");
    expect(sparkPath([0])).not.toContain("NaN");
  });
});
