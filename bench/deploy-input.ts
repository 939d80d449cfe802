// What bench/deploy.sh is told: the same plan the panel makes of the same draft, as shell variables and files.
import { randomBytes, randomUUID } from "node:crypto";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rollbackSecondsDefault } from "@/contract/net-apply";
import type { DeploymentInput } from "@/contract/deployment-input";
import { type ClusterSetup, cephUserCaps, type NodeSetup } from "@/contract/node-setup";
import type { LabStatus } from "@/lab/cluster";
import { shellQuote } from "@/lib/shell-quote";
import { labPlatform } from "@/scripts/lab-deployment";
import { generatePanelKey } from "@/server/adapters/ssh/panel-key";
import { ceph } from "@/server/steps/deployment/ceph-commands";
import { cephConfText, minSizeFor, monmapArguments } from "@/server/steps/deployment/ceph-config";
import {
  bootstrapStorage,
  disksOf,
  managersOf,
  monitorsOf,
  osdUuid,
  storageSubnet,
} from "@/server/steps/deployment/ceph-layout";
import { firstNode, nodeNames } from "@/server/steps/deployment/deploy-step";
import { stagedImagePath } from "@/server/procedures/deploy-cluster/image-commands";
import { toolsFor } from "@/server/steps/deployment/packages";
import { stagedConsulPath } from "@/server/steps/deployment/consul-binary";
import { managementIpOn } from "@/server/procedures/deploy-cluster/steps/management-vm";
import { reservedMemoryValue } from "@/server/procedures/deploy-cluster/steps/reserved-memory";
import { networksOfNode } from "@/server/steps/networks/network-wish";

/** The suite's key is made on the way; the script puts it in place of this. */
const keyPlaceholder = "@CEPH_KEY@";
/** The suite's user in a Ceph of its own, as the script makes it. */
const suiteUser = "zsha";

export interface ScriptFiles {
  suite: { path: string; sha256: string };
  consul: { path: string; sha256: string };
  image: string;
}

const word = (text: string): string => shellQuote([text]);
const words = (list: readonly string[]): string => `(${shellQuote(list)})`;
const map = (entries: readonly (readonly [string, string])[]): string =>
  `(${entries.map(([name, value]) => `[${name}]=${word(value)}`).join(" ")})`;

export function writeScriptInput(
  directory: string,
  input: DeploymentInput,
  status: LabStatus,
  files: ScriptFiles,
): void {
  const put = (name: string, text: string): void => {
    writeFileSync(join(directory, name), text, { mode: 0o600 });
  };
  const fsid = randomUUID();
  const nodes = nodeNames(input);
  const setups = nodeSetups(input, files.consul.sha256);
  for (const node of nodes) {
    const networks = networksOfNode(input, node);
    put(
      `net-apply-${node}.json`,
      JSON.stringify({ protocol: 1, rollbackSeconds: rollbackSecondsDefault, networks, plan: false }),
    );
    put(`setup-node-${node}.json`, JSON.stringify(setups(node)));
  }
  const cluster: ClusterSetup = { ...setups(firstNode(input)), start: true, tuneCeph: true, actor: "bench" };
  put("setup-cluster.json", JSON.stringify(cluster));
  put("ceph.conf", cephConf(input, fsid));
  put(
    "probes",
    addressedPairs(input)
      .map(({ from, to, targetIp, mtu }) => `${from} ${to} ${targetIp} ${mtu}\n`)
      .join(""),
  );
  put("platform-password", labPlatform.password);
  put("plan.sh", planText(input, status, files, fsid));
  chmodSync(directory, 0o700);
}

/** Every ordered pair of every network that has addresses: a path can be broken one way. */
const addressedPairs = ({ networks }: DeploymentInput) =>
  networks.flatMap(({ mtu, onNodes }) =>
    onNodes.flatMap((from) =>
      onNodes.flatMap((to) =>
        from.node === to.node || from.ip === null || to.ip === null
          ? []
          : [{ from: from.node, to: to.node, targetIp: to.ip, mtu }],
      ),
    ),
  );

function cephConf(input: DeploymentInput, fsid: string): string {
  const { replicas, failureDomain, osdMemoryTargetMb } = bootstrapStorage(input);
  const [monitors, publicNetwork] = [monitorsOf(input), storageSubnet(input)];
  return cephConfText({ fsid, monitors, publicNetwork, replicas, failureDomain, osdMemoryTargetMb });
}

function nodeSetups(input: DeploymentInput, consulSha256: string): (node: string) => NodeSetup {
  const peer = generatePanelKey("zsha-cluster");
  const fingerprints = Object.fromEntries(
    input.nodes.map(({ name, hostKeyFingerprint }) => [name, hostKeyFingerprint]),
  );
  const consul: NodeSetup["consul"] = {
    binary: stagedConsulPath,
    sha256: consulSha256,
    datacenter: "dc1",
    gossipKey: randomBytes(32).toString("base64"),
    managementToken: randomUUID(),
    suiteToken: randomUUID(),
  };
  return (node) => ({
    protocol: 1,
    node,
    config: input.config,
    profile: input.haProfile,
    consul,
    ceph: { user: suiteUser, key: keyPlaceholder },
    peer: { privateKey: peer.privateKey, publicKey: peer.publicKey, fingerprints },
  });
}

function planText(input: DeploymentInput, status: LabStatus, files: ScriptFiles, fsid: string): string {
  const nodes = nodeNames(input);
  const { pool, replicas } = bootstrapStorage(input);
  const { pgNum } = input.storage;
  const disks = nodes.flatMap((node) => disksOf(input, node).slice(0, 1));
  const monitors = monitorsOf(input);
  const lines = [
    `nodes=${words(nodes)}`,
    `managers=${words(managersOf(input))}`,
    `first=${word(firstNode(input))}`,
    `declare -A address=${map(input.nodes.map(({ name, address }) => [name, address]))}`,
    `declare -A disk_of=${map(disks.map(({ node, path }) => [node, path]))}`,
    `declare -A disk_bytes=${map(disks.map(({ node, sizeBytes }) => [node, String(sizeBytes)]))}`,
    `declare -A osd_uuid=${map(disks.map(({ node, path }) => [node, osdUuid(fsid, node, path)]))}`,
    `key=${word(status.sshKey)}`,
    `tools=${word(toolsFor(input).join(" "))}`,
    `suite=${word(files.suite.path)} suite_sha256=${files.suite.sha256}`,
    `consul=${word(files.consul.path)} consul_sha256=${files.consul.sha256}`,
    `image=${word(files.image)} image_sha256=${input.image.sha256 ?? ""} image_bytes=${input.image.virtualBytes}`,
    `staged=${word(stagedImagePath(input))}`,
    `ceph=${word(shellQuote(ceph()))}`,
    `monmap=${word(shellQuote(monmapArguments(fsid, monitors, "/etc/ceph/trivet.monmap")))}`,
    `quorum=${monitors.map((_, rank) => rank).join(",")}`,
    `pool=${word(pool)} pg_num=${pgNum} replicas=${replicas} min_size=${minSizeFor(replicas)}`,
    `suite_caps=${word(shellQuote(cephUserCaps(pool)))}`,
    `vm_ip=${managementIpOn(input, firstNode(input)) ?? ""}`,
    `platform_user=${word(labPlatform.user)} reserved_memory=${reservedMemoryValue(input)}`,
  ];
  return `${lines.join("\n")}\n`;
}
