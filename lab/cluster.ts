// The test cluster as typed functions: what the command line and the tests call.
import { mkdirSync } from "node:fs";
import { cachedConsul, ensureConsul, type ConsulBinary } from "@/lab/consul-binary";
import {
  bootState,
  cutPower,
  enterNode,
  inNode,
  shutDown,
  startContainer,
  supervisor,
  waitForBoot,
} from "@/lab/containers";
import { describeCut } from "@/lab/cuts";
import { makeDisks, makeSystemDisk, withSystemDisk } from "@/lab/disks";
import { addCut, applyFaults, removeCuts, signalByName } from "@/lab/faults";
import { setClock } from "@/lab/clock";
import { cachedGuestImage, ensureGuestImage, type GuestImage } from "@/lab/guest-image";
import { ensureHostPackages } from "@/lab/host-packages";
import { LabError } from "@/lab/lab-error";
import { findLeftovers, isClean } from "@/lab/leftovers";
import { withLock } from "@/lab/lock";
import { assertBondingDriver, assertRangeFree, closeRange, makeHostLink, makeHub } from "@/lab/network";
import { makeSharedLayer, seedNode, SSH_KEY } from "@/lab/node-layer";
import { STATE_DIR, systemDir } from "@/lab/places";
import {
  MANAGEMENT_VM,
  NETWORK_PLAN,
  planNics,
  planNodes,
  ROOT_PASSWORD,
  type NetworkMode,
  type PlannedNode,
} from "@/lab/plan";
import { ensureRootImage, removeOtherRootImages } from "@/lab/root-image";
import type { CommandResult } from "@/lab/shell";
import { passThrough } from "@/lab/shell";
import { cutSchema, readState, requireUp, writeState, type Cut, type LabState } from "@/lab/state";
import { tearDown } from "@/lab/teardown";

export interface UpOptions {
  nodes: number;
  networks: NetworkMode;
  disks: number;
}

export interface NodeStatus {
  name: string;
  state: "running" | "off" | "starting";
  ip: string;
  storageIp: string;
  disks: string[];
  nics: string[];
  cuts: string[];
  clockOffsetSeconds: number;
}

export interface LabStatus {
  up: boolean;
  networks: NetworkMode;
  nodes: NodeStatus[];
  rootPassword: string;
  sshKey: string;
  managementVm: { image: string; sha256: string; ip: string; gateway: string; netmask: string } | null;
  consul: ConsulBinary | null;
  networksPlan: typeof NETWORK_PLAN;
}

const DEFAULTS: UpOptions = { nodes: 3, networks: "single", disks: 1 };

/** Gets everything `up` needs; nothing to do when the caches are warm. */
export async function fetch(): Promise<{ root: string; consul: ConsulBinary; guest: GuestImage }> {
  assertRoot();
  return withLock(fetchLocked);
}

async function fetchLocked() {
  await ensureHostPackages();
  const root = await ensureRootImage();
  const consul = await ensureConsul();
  const guest = await ensureGuestImage();
  return { root, consul, guest };
}

/** Builds the management VM's image when its sources changed. */
export async function image(): Promise<GuestImage> {
  return (await fetch()).guest;
}

/** A second `up` with the same options powers on what is off; with others it refuses. */
export async function up(options: Partial<UpOptions> = {}): Promise<LabStatus> {
  assertRoot();
  const wanted = { ...DEFAULTS, ...options };
  await withLock(async () => {
    const existing = readState();
    if (existing?.phase === "up") return powerOnAll(existing, wanted);
    if (!isClean(await findLeftovers())) {
      console.error("cleaning up after an interrupted start");
      await tearDown();
    }
    const { root } = await fetchLocked();
    removeOtherRootImages();
    await assertRangeFree();
    if (wanted.networks === "bonded") await assertBondingDriver();
    await build(wanted, root);
  });
  return status();
}

async function build(wanted: UpOptions, root: string): Promise<void> {
  mkdirSync(STATE_DIR, { recursive: true });
  const state: LabState = { phase: "starting", ...wanted, root, loops: {}, cuts: [], clocks: {} };
  writeState(state);
  await closeRange();
  await makeHub();
  await makeHostLink();
  await applyFaults(state);
  await makeSharedLayer();
  const nodes = planNodes(wanted.nodes);
  for (const node of nodes) {
    await makeSystemDisk(node.name);
    await withSystemDisk(node.name, systemDir(node.name), () => seedNode(node, wanted.networks));
    state.loops[node.name] = await makeDisks(node.name, wanted.disks);
  }
  writeState(state);
  await Promise.all(nodes.map((node) => boot(node, state)));
  writeState({ ...state, phase: "up" });
}

async function powerOnAll(state: LabState, wanted: UpOptions): Promise<void> {
  if (state.nodes !== wanted.nodes || state.networks !== wanted.networks || state.disks !== wanted.disks) {
    throw new LabError(
      `the lab is up with ${state.nodes} nodes, ${state.networks} networks, ${state.disks} disks per node: run 'npm run lab -- down' first`,
    );
  }
  await Promise.all(planNodes(state.nodes).map((node) => boot(node, state)));
}

async function boot(node: PlannedNode, state: LabState): Promise<void> {
  await startContainer(node, state.networks, state.root, state.loops[node.name] ?? []);
  await waitForBoot(node);
}

export async function down(): Promise<void> {
  assertRoot();
  await withLock(tearDown);
}

export async function status(): Promise<LabStatus> {
  const state = readState();
  const nodes = state ? planNodes(state.nodes) : [];
  const guest = cachedGuestImage();
  return {
    up: state?.phase === "up",
    networks: state?.networks ?? "single",
    nodes: state ? await Promise.all(nodes.map((node) => nodeStatus(node, state))) : [],
    rootPassword: ROOT_PASSWORD,
    sshKey: SSH_KEY,
    managementVm: guest ? { image: guest.path, sha256: guest.sha256, ...MANAGEMENT_VM } : null,
    consul: cachedConsul(),
    networksPlan: NETWORK_PLAN,
  };
}

async function nodeStatus(node: PlannedNode, state: LabState): Promise<NodeStatus> {
  return {
    name: node.name,
    state: await bootState(node),
    ip: node.managementIp,
    storageIp: node.storageIp,
    disks: state.loops[node.name] ?? [],
    nics: planNics(node, state.networks).map((nic) => nic.name),
    cuts: state.cuts.filter((cut) => cut.node === node.name || cut.peer === node.name).map(describeCut),
    clockOffsetSeconds: state.clocks[node.name] ?? 0,
  };
}

/** Runs a command in the node, through its namespaces: needs no network and no password. */
export async function exec(
  name: string,
  argv: readonly string[],
  options: { input?: string; timeoutMs?: number } = {},
): Promise<CommandResult> {
  return inNode(findNode(requireUp(), name), argv, options);
}

/** Like exec, on the caller's own terminal. */
export async function execHere(name: string, argv: readonly string[]): Promise<number> {
  return passThrough(enterNode(findNode(requireUp(), name), argv));
}

export async function powerOff(name: string): Promise<void> {
  await withLock(async () => {
    const state = requireUp();
    await cutPower(findNode(state, name), state.networks);
  });
}

export async function powerOn(name: string): Promise<void> {
  await withLock(async () => {
    const state = requireUp();
    const node = findNode(state, name);
    if (!supervisor(node)) await boot(node, state);
  });
}

export async function shutdown(name: string): Promise<void> {
  await withLock(async () => {
    const state = requireUp();
    await shutDown(findNode(state, name), state.networks);
  });
}

export interface CutOptions {
  network?: Cut["network"];
  peer?: string;
  direction?: Cut["direction"];
  lossPercent?: number;
  ports?: string;
}

/** Drops frames in the switch; without a peer towards everybody, gateway and host included. Outlives a power cycle. */
export async function cut(name: string, options: CutOptions = {}): Promise<void> {
  await withLock(async () => {
    const state = requireUp();
    const peer = options.peer === undefined ? null : findNode(state, options.peer).name;
    const { network = "all", direction = "both", lossPercent = 100, ports = null } = options;
    await addCut(
      state,
      cutSchema.parse({ node: findNode(state, name).name, network, peer, direction, lossPercent, ports }),
    );
  });
}

/** Takes back every cut that names this node, or all of them. */
export async function heal(name?: string): Promise<void> {
  await withLock(async () => {
    const state = requireUp();
    await removeCuts(state, name === undefined ? null : findNode(state, name).name);
  });
}

export async function pause(name: string, processName: string): Promise<number[]> {
  return signalByName(findNode(requireUp(), name), processName, "SIGSTOP");
}

export async function resume(name: string, processName: string): Promise<number[]> {
  return signalByName(findNode(requireUp(), name), processName, "SIGCONT");
}

/** Moves the node's wall clock for every program started from now on; 0 puts it right. */
export async function clock(name: string, offsetSeconds: number): Promise<void> {
  await withLock(async () => {
    const state = requireUp();
    const node = findNode(state, name);
    await setClock(node, offsetSeconds);
    writeState({ ...state, clocks: { ...state.clocks, [node.name]: offsetSeconds } });
  });
}

export function findNode(state: LabState, name: string): PlannedNode {
  const nodes = planNodes(state.nodes);
  const node = nodes.find((candidate) => candidate.name === name);
  if (!node) throw new LabError(`no node ${name} in this lab: it has ${nodes.map((known) => known.name).join(", ")}`);
  return node;
}

function assertRoot(): void {
  if (process.getuid?.() !== 0) throw new LabError("the lab makes namespaces, mounts and loop devices: run it as root");
}
