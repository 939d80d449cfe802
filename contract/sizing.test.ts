import { expect, test } from "vitest";
import { recommendedVmSize, reservedMemory } from "@/contract/sizing";

test("the manual's example comes out as 27 GB", () => {
  expect(reservedMemory({ osdsPerNode: 3, media: "hybrid", managementVmGb: 8 }).totalGb).toBe(27);
});

test("sizes follow the manual's three scales at their borders", () => {
  expect(recommendedVmSize({ hosts: 100, vms: 1_000 })).toEqual({ cpu: 4, memoryGb: 8 });
  expect(recommendedVmSize({ hosts: 101, vms: 10 })).toEqual({ cpu: 8, memoryGb: 16 });
  expect(recommendedVmSize({ hosts: 1_000, vms: 10_001 })).toEqual({ cpu: 12, memoryGb: 32 });
});
