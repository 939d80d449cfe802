import { expect, test } from "vitest";
import { bundleSuite, refuseStrangers } from "@/scripts/build-suite";
import { bundleUnfenced } from "@/testing/faults/unfenced-suite";

const bundleMs = 60_000;

test(
  "what is released fences: the build takes in nothing of the tests, and would refuse the build without a fence",
  async () => {
    const released = await bundleSuite();
    expect(() => refuseStrangers(released.inputs)).not.toThrow();
    expect(released.inputs.filter((input) => input.startsWith("testing/"))).toEqual([]);
    expect(released.inputs).toContain("suite/ceph/fence.ts");

    const unfenced = await bundleUnfenced();
    expect(unfenced.inputs).toContain("testing/faults/unfenced-image-store.ts");
    expect(() => refuseStrangers(unfenced.inputs)).toThrow("testing/faults/unfenced-image-store.ts");
    expect(unfenced.code).not.toBe(released.code);
  },
  bundleMs,
);
