import { AppError } from "@/contract/errors";
import { type HaConfig, type HaNode, managementVmImageName } from "@/contract/ha-config";
import { type ClusterFile, cephUserName } from "@/contract/node-setup";
import type { Console } from "@/suite/cli/console";
import { requirePeer } from "@/suite/install/peers";
import { readClusterFile } from "@/suite/setup/member-files";
import { readPeerAccess } from "@/suite/setup/peer-access";
import { removeNodeSetup } from "@/suite/setup/remove-node-setup";
import { exists } from "@/suite/system/files";
import { describeFailure, runCommand, succeeded } from "@/suite/system/run-command";

const cephTimeoutMs = 40_000;

const warning = `WARNING: this will *DESTROY* ZStack Management Node VM.
If you are *ABSOLUTELY CERTAIN* that is what you want, followed by --yes-i-really-really-mean-it.`;

/**
 * Manual 3.6. What the manual's warning calls destroying is ending the VM and its protection: the image stays in Ceph, and
 * this is checked while the key to see it is still here. Other nodes first: this one holds the key to them.
 */
export async function uninstall(
  console: Console,
  confirmed: boolean,
  shutDownCluster: () => Promise<void>,
): Promise<void> {
  const cluster = await readClusterFile();
  if (!confirmed) {
    console.say(warning);
    throw new AppError("blocked", "nothing was removed: the confirmation --yes-i-really-really-mean-it is missing");
  }
  const others = cluster.nodes.filter((node) => node.name !== cluster.node);
  await requireKeys(others);
  console.say("start clean");
  await shutDownCluster();
  await requireImageKept(cluster);
  for (const node of others) {
    console.say(`Do for ${node.ip}`);
    await requirePeer(node, "remove-node-setup");
  }
  console.say(`Do for ${cluster.ip}`);
  const { steps } = await removeNodeSetup(() => undefined);
  console.say("clean finished");
  console.warn(`The image ${imageOf(cluster.config)} and everything else in the storage is kept.`);
  console.result({ nodes: cluster.nodes.map((node) => node.name), kept: imageOf(cluster.config), steps });
}

async function requireKeys(others: readonly HaNode[]): Promise<void> {
  const access = await readPeerAccess();
  const missing = others.filter((node) => access?.fingerprints[node.name] === undefined);
  if (missing.length === 0) return;
  throw new AppError(
    "blocked",
    `this node holds no key for ${missing.map((node) => node.name).join(", ")}; nothing was removed`,
    {
      advice:
        'Stop the cluster with "zsha stop" and run "zsha remove-node-setup" on each node, or uninstall through the panel.',
    },
  );
}

const imageOf = (config: HaConfig): string =>
  config.Type === "CephConf"
    ? `${config.PoolName}/${managementVmImageName}`
    : `${config.ImageFolder.replace(/\/+$/, "")}/${managementVmImageName}`;

async function requireImageKept({ config, cephUser }: ClusterFile): Promise<void> {
  const image = imageOf(config);
  if (config.Type === "FileConf") {
    if (!(await exists(image))) throw new AppError("verification-failed", `${image} is not there; nothing was removed`);
    return;
  }
  const id = cephUser === null ? [] : ["--id", cephUserName(cephUser)];
  const argv = ["rbd", ...id, "info", image];
  const result = await runCommand(argv, { timeoutMs: cephTimeoutMs });
  if (!succeeded(result)) {
    throw new AppError(
      "verification-failed",
      `the image ${image} cannot be seen, so nothing was removed: ${describeFailure(argv, result)}`,
    );
  }
}
