// Nodes and switch as namespaces of this machine.
import { mkdirSync } from "node:fs";
import path from "node:path";
import {
  bootState,
  cutPower,
  enterNode,
  inNode,
  nodeProcesses,
  shutDown,
  startContainer,
  supervisor,
  waitForBoot,
} from "@/lab/containers";
import { emptyDisk, makeDisks, makeSystemDisk, withSystemDisk } from "@/lab/disks";
import { makeHostLink, makeHub } from "@/lab/network";
import { makeSharedLayer, seedNode } from "@/lab/node-layer";
import { SHARED_DIR, SHARED_MOUNT, systemDir } from "@/lab/places";
import { HUB_NAMESPACE, type PlannedNode } from "@/lab/plan";
import { commandName, signal } from "@/lab/processes";
import { ensureRootImage, removeOtherRootImages } from "@/lab/root-image";
import { passThrough, run } from "@/lab/shell";
import type { Site } from "@/lab/site";
import type { LabState } from "@/lab/state";

/** What the container sees of this machine beside its own system: its empty disks, and the folder it shares. */
function bindsOf(node: PlannedNode, state: LabState): string[] {
  return [...(state.loops[node.name] ?? []), ...(state.shared ? [`${SHARED_DIR}:${SHARED_MOUNT}`] : [])];
}

async function installSystem(node: PlannedNode, state: LabState): Promise<void> {
  await makeSystemDisk(node.name);
  const system = systemDir(node.name);
  await withSystemDisk(node.name, system, () => seedNode(node, state.networks, path.join(system, "upper")));
}

async function deliver(node: PlannedNode, state: LabState): Promise<string[]> {
  await installSystem(node, state);
  return await makeDisks(node.name, state.disks);
}

export const localSite: Site = {
  async fetch() {
    const root = await ensureRootImage();
    removeOtherRootImages();
    return root;
  },

  async make(state, nodes, files) {
    await makeHub();
    await makeHostLink();
    await makeSharedLayer(files);
    if (state.shared) mkdirSync(SHARED_DIR, { recursive: true });
    const disks: Record<string, string[]> = {};
    for (const node of nodes) disks[node.name] = await deliver(node, state);
    return disks;
  },

  deliver,

  async wipe(node, state) {
    await installSystem(node, state);
    for (const disk of state.loops[node.name] ?? []) await emptyDisk(disk);
  },

  async powerOn(node, state) {
    if (!supervisor(node)) await startContainer(node, state.networks, state.root, bindsOf(node, state));
    await waitForBoot(node);
  },

  powerOff: (node, state) => cutPower(node, state.networks),
  shutDown: (node, state) => shutDown(node, state.networks),
  bootState,
  exec: inNode,
  execHere: async (node, argv) => passThrough(enterNode(node, argv)),

  async signalByName(node, name, which) {
    return nodeProcesses(node, name, commandName).filter((pid) => signal(pid, which));
  },

  async loadRuleset(ruleset) {
    await run(["ip", "netns", "exec", HUB_NAMESPACE, "nft", "--file", "-"], { input: ruleset });
  },
};
