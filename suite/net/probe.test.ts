import { expect, test } from "vitest";
import { neighboursIn } from "@/suite/net/probe";

test("the kernel's table of neighbours: by device, those it has a MAC of", () => {
  const table = [
    "IP address       HW type     Flags       HW address            Mask     Device",
    "10.77.1.12       0x1         0x2         02:54:4c:01:02:00     *        br_bond0",
    "10.77.1.13       0x1         0x0         00:00:00:00:00:00     *        br_bond0",
    "10.77.2.1        0x1         0x2         02:54:4c:02:00:01     *        br_bond1",
    "",
  ].join("\n");
  const found = [...neighboursIn(table)].map(([device, macs]) => [device, ...macs]);
  expect(found).toEqual([
    ["br_bond0", ["10.77.1.12", "02:54:4c:01:02:00"]],
    ["br_bond1", ["10.77.2.1", "02:54:4c:02:00:01"]],
  ]);
});
