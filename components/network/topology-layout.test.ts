import { expect, it } from "vitest";
import { clusterStatusFixture } from "@/components/cluster/fixtures/cluster-status-fixture";
import { networkPlansFixture } from "@/components/network/fixtures/network-plans-fixture";
import { attachmentsOf } from "@/components/network/network-model";
import { topologyLayout } from "@/components/network/topology-layout";

const status = clusterStatusFixture("2026-11-22T14:00:00.000Z");
const names = status.nodes.map(({ name }) => name);

it("puts nothing over anything else, and every cable inside its network", () => {
  const { nodes, height } = topologyLayout(names, attachmentsOf(networkPlansFixture(), status, null));
  const boxes = nodes.flatMap(({ attachments }) => attachments);
  const gaps = boxes.slice(1).map((box, at) => box.y - ((boxes[at]?.y ?? 0) + (boxes[at]?.height ?? 0)));
  expect(Math.min(...gaps)).toBeGreaterThan(0);
  for (const box of boxes) {
    for (const row of box.rows) {
      expect(row.y).toBeGreaterThan(box.y);
      expect(row.y).toBeLessThan(box.y + box.height);
    }
  }
  expect(height).toBeGreaterThan((boxes.at(-1)?.y ?? 0) + (boxes.at(-1)?.height ?? 0));
  expect(nodes.map(({ attachments }) => attachments.map(({ groups }) => groups.length))).toEqual(
    names.map(() => [1, 1, 1]),
  );
});

it("has a place for a node without any network", () => {
  const { nodes } = topologyLayout(["ceph-9"], []);
  expect(nodes).toMatchObject([{ node: "ceph-9", attachments: [] }]);
  expect(nodes[0]?.height).toBeGreaterThan(0);
});
