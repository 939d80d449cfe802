import { type DeploymentInput, deploymentInput } from "@/contract/deployment-input";
import { rightDraft } from "@/contract/draft-fixture";
import { CephCluster } from "@/testing/deploy-cluster-world/ceph-cluster";
import { DeployWorld } from "@/testing/deploy-cluster-world/deploy-world";

function rightInput(): DeploymentInput {
  const made = deploymentInput(rightDraft());
  if (!made.ok) throw new Error(`the fixture is not right: ${JSON.stringify(made.problems)}`);
  return made.input;
}

export const consulDigest = "cd".repeat(32);

/** Three bare servers that get a Ceph of their own, everything brought by the panel. */
export function bareServersInput(): DeploymentInput {
  const input = rightInput();
  if (input.storage.mode !== "bootstrap") throw new Error("the fixture makes its own Ceph");
  return {
    ...input,
    // Two copies: not what a pool gets by itself, so a step that forgets to say so is found.
    storage: { ...input.storage, replicas: 2 },
    software: { consul: { from: "bundle", version: "1.20.0", sha256: consulDigest } },
    platform: { kind: "zstack", user: "admin", passwordSecretRef: "platform" },
  };
}

export const bareServers = (): DeployWorld => new DeployWorld(bareServersInput());

/** Servers that lack packages and join a Ceph that exists; the first node fetches the image itself. */
export function existingCephInput(): DeploymentInput {
  const input = rightInput();
  return {
    ...input,
    storage: {
      mode: "existing",
      monitors: ["192.168.93.3:6789"],
      user: "client.zstack",
      keySecretRef: "ceph",
      pool: "zstack",
      createPool: true,
      pgNum: 128,
      osdsPerNode: 2,
      media: "hybrid",
    },
    disks: [],
    image: {
      ...input.image,
      source: { kind: "url", url: "http://files/management.qcow2" },
      sha256: null,
      panelPath: null,
    },
    software: { consul: { from: "repository" } },
  };
}

/** An import that was cut in an earlier deployment lies about. */
export function existingCeph(): DeployWorld {
  const ceph = new CephCluster("0f51d000-0000-4000-8000-000000000000", [["client.zstack", "secret-of-ceph"]]);
  for (let id = 0; id < 3; id += 1) ceph.osds.push({ uuid: `there before ${id}`, isUp: true });
  ceph.pools.set("zstack", { size: 3, minSize: 2, pgNum: 128, applications: [] });
  const half = {
    bytes: 1,
    features: [],
    content: "half of another",
    meta: new Map([["trivet.import", "importing 00 1"]]),
  };
  ceph.images.set("zstack/mnvm.img.import", half);
  const world = new DeployWorld(existingCephInput(), ceph);
  for (const node of world.memory.nodes.values())
    for (const tool of ["qemu-img", "consul"]) node.state.set(`missing ${tool}`, "yes");
  return world;
}
