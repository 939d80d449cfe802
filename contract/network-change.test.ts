import { expect, test } from "vitest";
import { changedIdentity } from "@/contract/network-change";
import { storagePlan } from "@/contract/network-reports-fixture";

test("NICs, mode, MTU and gateway may change; addresses and devices may not", () => {
  const onNodes = storagePlan.onNodes;
  expect(
    changedIdentity(
      [storagePlan],
      [{ ...storagePlan, mtu: 1500, link: "bond-active-backup", gateway: "192.168.93.1" }],
    ),
  ).toBeNull();
  expect(changedIdentity([storagePlan], [])?.why.text).toBe("storage on ceph-1: a network cannot be taken away");
  const moved = onNodes.map((entry) => (entry.node === "ceph-2" ? { ...entry, ip: "192.168.93.9" } : entry));
  expect(changedIdentity([storagePlan], [{ ...storagePlan, onNodes: moved }])).toMatchObject({
    node: "ceph-2",
    network: "storage",
  });
  expect(changedIdentity([storagePlan], [{ ...storagePlan, bond: "bond7" }])?.why.text).toBe(
    "storage on ceph-1: br_bond0 cannot become br_bond7",
  );
});
