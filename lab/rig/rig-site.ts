// Nodes and switch inside the rig's virtual machine.
import path from "node:path";
import { LabError } from "@/lab/lab-error";
import { ipBatch, makeHub } from "@/lab/network";
import { LAYER_DIR, makeSharedLayer, maskUnits } from "@/lab/node-layer";
import { LAB_SOURCE } from "@/lab/places";
import { HOST_PORT, HUB_NAMESPACE, NETWORK_PLAN, planNics, type PlannedNode } from "@/lab/plan";
import { waitUntil } from "@/lab/processes";
import { NodeAway, passThroughRig, runInRig } from "@/lab/rig/agent";
import { dataDisks, layerDisk, makeRigDisks, systemDiskDevice } from "@/lab/rig/rig-disks";
import { ensureRigImage, removeOtherRigImages, rigImage } from "@/lab/rig/image";
import { startMachine } from "@/lab/rig/machine";
import { inRig, settleSwitch } from "@/lab/rig/switch";
import { portOf } from "@/lab/rig/switch-state";
import { run } from "@/lab/shell";
import type { Site } from "@/lab/site";
import type { LabState } from "@/lab/state";

const HOME = "/usr/lib/trivet-rig";
// 15 s for one node, 45 s for three at once on two free cores; three to four times that beside other labs.
const BOOT_TIMEOUT_MS = 300_000;
// systemd's own stop time-out for a service is 90 s, and everything is slower here.
const SHUTDOWN_TIMEOUT_MS = 240_000;
const SETTLE_MS = 500;

export const rigSite: Site = {
  async fetch() {
    const { folder } = await ensureRigImage();
    removeOtherRigImages();
    return folder;
  },

  async make(state, nodes, files) {
    await makeSharedLayer(files);
    maskUnits(path.join(LAB_SOURCE, "rig/masked-units.txt"));
    // With a dot at the end, or the folder itself would land there.
    await run(["cp", "--recursive", "--preserve=mode", `${path.join(LAB_SOURCE, "rig/node-root")}/.`, LAYER_DIR]);
    const disks = await makeRigDisks(state, nodes);
    await startMachine(rigImage(state.root), { layer: layerDisk(), others: disks });
    await makeHub(inRig);
    await run(["ip", "link", "set", HOST_PORT, "netns", HUB_NAMESPACE], {}, inRig);
    await ipBatch(HUB_NAMESPACE, [`link set ${HOST_PORT} master ${NETWORK_PLAN.management.bridge} up`], inRig);
    await settleSwitch(state);
    return Object.fromEntries(nodes.map((node) => [node.name, dataDisks(state, node)]));
  },

  async powerOn(node, state) {
    if ((await bootState(node)) === "off") {
      await release(node, state);
      await plugIn(node, state);
      await settleSwitch(state);
      const stack = state.stacks[node.name];
      const layers = ["/run/trivet/layer", ...(stack === undefined ? [] : [`/run/trivet/stacks/${stack}`]), "/"].join(
        ":",
      );
      const disks = state.loops[node.name] ?? [];
      const home = `/run/trivet/nodes/${node.name}`;
      await power("on", node, [systemDiskDevice(node), home, layers, ...disks]);
    }
    await waitUntil(`${node.name}: end of boot`, BOOT_TIMEOUT_MS, () => hasBooted(node));
  },

  deliver: (node) =>
    Promise.reject(new LabError(`${node.name}: the rig's nodes are those it started with; 'down' and 'up --nodes' do`)),

  wipe: (node) =>
    Promise.reject(new LabError(`${node.name}: nodes inside the rig cannot be wiped; 'down' and 'up' do`)),

  async powerOff(node, state) {
    if ((await bootState(node)) === "off") return;
    const cables = hubPorts(node, state).map((port) => `link set ${port} down`);
    await ipBatch(HUB_NAMESPACE, cables, inRig);
    await power("cut", node);
    await release(node, state);
  },

  async shutDown(node, state) {
    await power("halt", node, [], SHUTDOWN_TIMEOUT_MS);
    await release(node, state);
  },

  bootState,
  exec: (node, argv, options) => runInRig(node.name, argv, options),
  execHere: (node, argv) => passThroughRig(node.name, argv),

  /** The pids are the node's own. */
  async signalByName(node, name, which) {
    const script = 'pids=$(pgrep -x "$1") || exit 0; kill -s "$2" $pids; echo $pids';
    const text = await run(["sh", "-c", script, "signal", name, which.slice("SIG".length)], {}, (argv, options) =>
      runInRig(node.name, argv, options),
    );
    return text.split(" ").filter(Boolean).map(Number);
  },

  async loadRuleset(ruleset) {
    await run(["ip", "netns", "exec", HUB_NAMESPACE, "nft", "--file", "-"], { input: ruleset }, inRig);
  },
};

async function bootState(node: PlannedNode): Promise<"running" | "off" | "starting"> {
  try {
    const { stdout } = await runInRig(node.name, ["systemctl", "is-system-running"]);
    return stdout === "running" || stdout === "degraded" ? "running" : "starting";
  } catch (error) {
    if (error instanceof NodeAway) return error.reason;
    throw error;
  }
}

/** `--wait` sleeps in the node until its systemd is done, where asking again and again would slow it down. */
async function hasBooted(node: PlannedNode): Promise<boolean> {
  try {
    const ready = "systemctl is-system-running --wait; systemctl --quiet is-active ssh.service";
    const { code } = await runInRig(node.name, ["sh", "-c", ready], { timeoutMs: BOOT_TIMEOUT_MS });
    if (code === 0) return true;
  } catch (error) {
    if (!(error instanceof NodeAway)) throw error;
    if (error.reason === "off")
      throw new LabError(`${node.name} went off while it booted:\n${await consoleTail(node)}`);
  }
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return false;
}

async function consoleTail(node: PlannedNode): Promise<string> {
  return (await runInRig("", ["tail", "-n", "20", `/run/trivet/nodes/${node.name}/console.log`])).stdout;
}

async function plugIn(node: PlannedNode, state: LabState): Promise<void> {
  await run(["ip", "netns", "add", node.namespace], {}, inRig);
  await ipBatch(
    HUB_NAMESPACE,
    planNics(node, "bonded").map(
      (nic) =>
        `link add ${portOf(state.switch, nic.hubPort)} type veth peer name ${nic.name} address ${nic.mac} netns ${node.namespace}`,
    ),
    inRig,
  );
  await ipBatch(node.namespace, ["link set lo up"], inRig);
}

/** Gives back what a stopped node leaves; deleting its namespace alone would leave its cables for a while. */
async function release(node: PlannedNode, state: LabState): Promise<void> {
  await power("release", node);
  const input = hubPorts(node, state).map((port) => `link delete ${port}\n`);
  await inRig(["ip", "-netns", HUB_NAMESPACE, "-force", "-batch", "-"], { input: input.join("") });
  await inRig(["ip", "netns", "delete", node.namespace]);
}

/** The ports in which the node's cables sit. */
function hubPorts(node: PlannedNode, state: LabState): string[] {
  return planNics(node, "bonded").map((nic) => portOf(state.switch, nic.hubPort));
}

async function power(
  verb: "on" | "cut" | "halt" | "release",
  node: PlannedNode,
  more: readonly string[] = [],
  timeoutMs?: number,
): Promise<void> {
  const argv = [`${HOME}/power.sh`, verb, node.name, node.namespace, ...more];
  await run(argv, timeoutMs === undefined ? {} : { timeoutMs }, inRig);
}
