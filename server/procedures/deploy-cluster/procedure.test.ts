import { expect, test } from "vitest";
import type { DeploymentInput } from "@/contract/deployment-input";
import { deployClusterProcedure } from "@/server/procedures/deploy-cluster/procedure";
import {
  bareServers,
  bareServersInput,
  consulDigest,
  existingCephInput,
} from "@/testing/deploy-cluster-world/deploy-worlds";
import { scriptedPlatform } from "@/testing/deploy-cluster-world/scripted-platform";

function predecessors(input: DeploymentInput, id: string): readonly string[] | undefined {
  const procedure = deployClusterProcedure({
    suite: { path: "zsha", sha256: "", version: "" },
    consul: async () => ({ path: "consul", sha256: consulDigest }),
    dataPath: (path) => path,
    platform: scriptedPlatform(bareServers),
  });
  return procedure.plan(input).find((step) => step.id === id)?.after;
}

test("a step that is not part of a plan hands on what it would have waited for", () => {
  expect(predecessors(existingCephInput(), "ensure-ceph-pool")).toEqual(["ensure-ceph-connection", "ensure-networks"]);
  expect(predecessors(bareServersInput(), "ensure-ceph-pool")).toEqual([
    "ensure-networks",
    "ensure-ceph-managers",
    "ensure-ceph-osds",
  ]);
});
