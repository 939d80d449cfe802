import type { HaStatus } from "@/contract/ha-status";
import { known } from "@/contract/observed";
import { clusterSetupSchema, nodeSetupSchema, suitePaths } from "@/contract/node-setup";
import { haNodes, type HaConfig } from "@/contract/ha-config";
import { unitKey } from "@/testing/deploy-cluster-world/ceph-cluster";
import type { MemoryNode, ScriptedAnswer } from "@/testing/conformance/memory-world";
import type { DeployWorld, Program } from "@/testing/deploy-cluster-world/deploy-world";
import { netApply, netCommit, netProbe, netRollback } from "@/testing/deploy-cluster-world/network-programs";

const suiteUnits = ["consul", "zsha"].map(unitKey);
const refused = (stderr: string): ScriptedAnswer => ({ code: 1, stderr: `${stderr}\n` });

/** The node suite, as far as a deployment speaks to it. Absent until the executable is on the node. */
export const zsha: Program = (world, node, argv, stdin) => {
  if (!node.files.has(suitePaths.executable)) return { code: 127, stderr: "zsha: not found\n" };
  switch (argv[1]) {
    case "-v":
      return { code: 0, stdout: "App Version: 0.1.0\nBuild Date: d\nBranch Name: main\nCommit ID: c\n" };
    case "net-apply":
      return netApply(world, node, stdin ?? "");
    case "net-commit":
      return netCommit(world, node);
    case "net-rollback":
      return netRollback(world, node);
    case "net-probe":
      return netProbe(world, node, stdin ?? "");
    case "setup-node":
      return setupNode(world, node, stdin ?? "");
    case "remove-node-setup":
      for (const key of suiteUnits) node.state.delete(key);
      node.files.delete(suitePaths.clusterFile);
      return { code: 0 };
    case "setup-cluster":
      return setupCluster(world, stdin ?? "");
    case "status":
    case "status-conf": {
      if (!runsSuite(node)) return refused("Consul gives no answer");
      const config = argv[1] === "status-conf" ? consulData(world)?.config : undefined;
      return { code: 0, stdout: `${JSON.stringify({ ...statusOf(world, node), config })}\n` };
    }
    default:
      return refused("unknown command");
  }
};

function setupNode(world: DeployWorld, node: MemoryNode, stdin: string): ScriptedAnswer {
  const setup = nodeSetupSchema.parse(JSON.parse(stdin));
  const { binary, sha256 } = setup.consul;
  if (binary === null ? node.state.has("missing consul") : node.files.get(binary) !== sha256)
    return refused("there is no Consul, or another one than was announced");
  if (setup.ceph === null || setup.ceph.key !== world.ceph()?.keys.get(`client.${setup.ceph.user}`))
    return refused("Ceph does not know this key");
  node.files.set(suitePaths.clusterFile, JSON.stringify({ node: setup.node, config: setup.config }));
  for (const key of suiteUnits) node.state.set(key, "active");
  return { code: 0 };
}

export const runsSuite = (node: MemoryNode): boolean => suiteUnits.every((key) => node.state.has(key));

/** Consul's data lives as long as a Consul does. The management VM starts only from an image that was compared. */
function setupCluster(world: DeployWorld, stdin: string): ScriptedAnswer {
  const { config, start } = clusterSetupSchema.parse(JSON.parse(stdin));
  if (!haNodes(config).every(({ name }) => runsSuite(world.memory.node(name))))
    return refused("no complete Consul after 90 s");
  const before = world.consul;
  const isSame = JSON.stringify(before?.config) === JSON.stringify(config);
  // What the operator wanted of the management VM before stays.
  const wantsVm = start || (before?.wantsVm ?? false);
  world.consul = { config, version: (before?.version ?? 0) + (isSame ? 0 : 1), wantsVm };
  return { code: 0 };
}

export const consulData = (world: DeployWorld): DeployWorld["consul"] =>
  [...world.memory.nodes.values()].some(runsSuite) ? world.consul : null;

/** Node that runs the management VM; null: nobody does. */
export function vmNode(world: DeployWorld): string | null {
  const mark = world.ceph()?.images.get(world.imageName)?.meta.get("trivet.import") ?? "";
  const canRun = consulData(world)?.wantsVm === true && mark.startsWith("compared ");
  return canRun ? ([...world.memory.nodes.values()].find(runsSuite)?.name ?? null) : null;
}

export function statusOf(world: DeployWorld, node: MemoryNode): HaStatus {
  const data = consulData(world);
  const at = "2026-01-01T00:00:00.000Z";
  const vm = vmNode(world);
  const said: HaStatus = {
    protocol: 1,
    at,
    reporter: node.name,
    suiteVersion: "0.1.0",
    managementVm: {
      state: vm === null ? "stopped" : "running",
      node: vm,
      nodeIp: null,
      epoch: vm === null ? null : 1,
      since: null,
      appliedConfigVersion: data?.version ?? null,
    },
    lastStart: null,
    services: servicesOf(world, data?.config ?? null),
    consul: known({ members: [], leader: null, peers: [], autopilotSafe: true }, at),
    intent: known(null, at),
    operation: null,
    fence: { armed: true, because: "" },
    managementIps: [],
    publicIps: [],
    ceph: { state: "unknown", at, reason: "not asked" },
    image: { state: "unknown", at, reason: "not asked" },
    hostIo: [],
    configVersion: data?.version ?? null,
    history: [],
    alarms: [],
  };
  return said;
}

const servicesOf = (world: DeployWorld, config: HaConfig | null): HaStatus["services"] =>
  (config === null ? [] : haNodes(config)).map(({ name, ip }) => ({
    node: name,
    ip,
    state: runsSuite(world.memory.node(name)) ? "running" : "stopped",
    suiteVersion: "0.1.0",
    eligible: true,
    ineligibleBecause: [],
  }));
