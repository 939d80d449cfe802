// The test cluster as typed functions: what the command line and the tests call.
import { type Bmc, startBmc } from "@/lab/bmc";
import { mkdirSync } from "node:fs";
import { cachedConsul, ensureConsul, type ConsulBinary } from "@/lab/consul-binary";
import { describeCut } from "@/lab/cuts";
import { addCut, applyFaults, removeCuts, signalByName } from "@/lab/faults";
import { setClock } from "@/lab/clock";
import { cachedGuestImage, ensureGuestImage, type GuestImage } from "@/lab/guest-image";
import { ensureHostPackages } from "@/lab/host-packages";
import { LabError } from "@/lab/lab-error";
import { findLeftovers, isClean } from "@/lab/leftovers";
import { withLock } from "@/lab/lock";
import { localSite } from "@/lab/local-site";
import { assertRangeFree, closeRange } from "@/lab/network";
import { type GivenFile, SSH_KEY } from "@/lab/node-layer";
import { SHARED_DIR, SHARED_MOUNT, STATE_DIR } from "@/lab/places";
import {
  MANAGEMENT_VM,
  NETWORK_PLAN,
  planNics,
  planNodes,
  ROOT_PASSWORD,
  type NetworkMode,
  type PlannedNode,
  type Stack,
} from "@/lab/plan";
import { rigSite } from "@/lab/rig/rig-site";
import { DELIVERED } from "@/lab/rig/switch-state";
import type { CommandResult } from "@/lab/shell";
import type { Site } from "@/lab/site";
import { cutSchema, readState, requireUp, writeState, type Cut, type LabState } from "@/lab/state";
import { tearDown } from "@/lab/teardown";

export interface UpOptions {
  nodes: number;
  networks: NetworkMode;
  disks: number;
  /** One for all nodes, or one per node in their order. */
  stacks: readonly Stack[];
  /** Put onto every node before its first start; ignored where the lab is up already. */
  files: readonly GivenFile[];
  /** One folder of this machine, seen by all nodes at the same path. */
  shared: boolean;
}

export interface NodeStatus {
  name: string;
  state: "running" | "off" | "starting";
  ip: string;
  storageIp: string;
  stack: Stack;
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
  /** The shared folder, on this machine and in the nodes. */
  shared: { host: string; nodes: string } | null;
  networksPlan: typeof NETWORK_PLAN;
}

const DEFAULTS: UpOptions = {
  nodes: 3,
  networks: "single",
  disks: 1,
  stacks: ["networkd"],
  files: [],
  shared: false,
};

export interface Fetched {
  root: string;
  consul: ConsulBinary;
  guest: GuestImage;
}

/** Gets everything `up` needs; nothing to do when the caches are warm. */
export async function fetch(networks: NetworkMode = "single"): Promise<Fetched> {
  assertRoot();
  return withLock(() => fetchLocked(networks));
}

async function fetchLocked(networks: NetworkMode): Promise<Fetched> {
  await ensureHostPackages(networks);
  const root = await siteOf(networks).fetch();
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
  if (wanted.shared && wanted.networks === "bonded")
    throw new LabError("a lab with bonded networks runs in a machine of its own and shares no folder with this one");
  const stacks = stacksByNode(wanted);
  await withLock(async () => {
    const existing = readState();
    if (existing?.phase === "up") return powerOnAll(existing, wanted, stacks);
    if (!isClean(await findLeftovers())) {
      console.error("cleaning up after an interrupted start");
      await tearDown();
    }
    const { root } = await fetchLocked(wanted.networks);
    await assertRangeFree();
    await build({ ...wanted, root, stacks }, wanted.files);
  });
  return status();
}

type Wish = Pick<LabState, "nodes" | "networks" | "disks" | "stacks" | "shared" | "root">;

async function build(
  { nodes: count, networks, disks, stacks, shared, root }: Wish,
  files: readonly GivenFile[],
): Promise<void> {
  mkdirSync(STATE_DIR, { recursive: true });
  const wish = { nodes: count, networks, disks, stacks, shared, root };
  const state: LabState = { phase: "starting", ...wish, loops: {}, cuts: [], clocks: {}, switch: DELIVERED };
  writeState(state);
  await closeRange();
  const site = siteOf(networks);
  const nodes = planNodes(count);
  state.loops = await site.make(state, nodes, files);
  writeState(state);
  await applyFaults(site, state);
  await Promise.all(nodes.map((node) => site.powerOn(node, state)));
  writeState({ ...state, phase: "up" });
}

async function powerOnAll(state: LabState, wanted: UpOptions, stacks: LabState["stacks"]): Promise<void> {
  const isSame =
    state.nodes === wanted.nodes &&
    state.networks === wanted.networks &&
    state.disks === wanted.disks &&
    state.shared === wanted.shared &&
    planNodes(state.nodes).every((node) => state.stacks[node.name] === stacks[node.name]);
  if (!isSame) {
    const used = [...new Set(Object.values(state.stacks))].join(", ") || "networkd";
    throw new LabError(
      `the lab is up with ${state.nodes} nodes, ${state.networks} networks, ${state.disks} disks per node, network stack ${used}, ${state.shared ? "a" : "no"} shared folder: run 'npm run lab -- down' first`,
    );
  }
  await Promise.all(planNodes(state.nodes).map((node) => siteOf(state.networks).powerOn(node, state)));
}

function siteOf(networks: NetworkMode): Site {
  return networks === "bonded" ? rigSite : localSite;
}

/** Without the default, so that a lab of an older version compares equal. */
function stacksByNode({ nodes, networks, stacks }: UpOptions): LabState["stacks"] {
  if (stacks.length !== 1 && stacks.length !== nodes)
    throw new LabError(`--stack takes one network stack, or one for each of the ${nodes} nodes, not ${stacks.length}`);
  const entries = planNodes(nodes).flatMap((node, at) => {
    const stack = stacks[stacks.length === 1 ? 0 : at];
    return stack === undefined || stack === "networkd" ? [] : [[node.name, stack] as const];
  });
  if (entries.length > 0 && networks !== "bonded")
    throw new LabError("only nodes with bonded networks can start with another network stack than systemd-networkd");
  return Object.fromEntries(entries);
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
    shared: state?.shared === true ? { host: SHARED_DIR, nodes: SHARED_MOUNT } : null,
    networksPlan: NETWORK_PLAN,
  };
}

async function nodeStatus(node: PlannedNode, state: LabState): Promise<NodeStatus> {
  return {
    name: node.name,
    state: await siteOf(state.networks).bootState(node),
    ip: node.managementIp,
    storageIp: node.storageIp,
    stack: state.stacks[node.name] ?? "networkd",
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
  const state = requireUp();
  return siteOf(state.networks).exec(findNode(state, name), argv, options);
}

/** Like exec, on the caller's own terminal. */
export async function execHere(name: string, argv: readonly string[]): Promise<number> {
  const state = requireUp();
  return siteOf(state.networks).execHere(findNode(state, name), argv);
}

export async function powerOff(name: string): Promise<void> {
  await withLock(async () => {
    const state = requireUp();
    await siteOf(state.networks).powerOff(findNode(state, name), state);
  });
}

/** So many bare machines more, beside those that are there and notice nothing of it. */
export async function deliver(count: number): Promise<LabStatus> {
  await withLock(async () => {
    const state = requireUp();
    const site = siteOf(state.networks);
    const fresh = planNodes(state.nodes + count).slice(state.nodes);
    const loops = { ...state.loops };
    for (const node of fresh) loops[node.name] = await site.deliver(node, state);
    const grown = { ...state, nodes: state.nodes + count, loops };
    writeState(grown);
    await Promise.all(fresh.map((node) => site.powerOn(node, grown)));
  });
  return status();
}

/** Takes the node's power and puts a bare machine of the same name and MACs in its place; `powerOn` starts it. */
export async function wipe(name: string): Promise<void> {
  await withLock(async () => {
    const state = requireUp();
    const site = siteOf(state.networks);
    const node = findNode(state, name);
    await site.powerOff(node, state);
    await site.wipe(node, state);
  });
}

export async function powerOn(name: string): Promise<void> {
  await withLock(async () => {
    const state = requireUp();
    await siteOf(state.networks).powerOn(findNode(state, name), state);
  });
}

/** A management controller for every node; the panel's side of it is ipmitool on the host. */
export async function bmcs(): Promise<Bmc[]> {
  const state = requireUp();
  if (state.networks !== "single") throw new LabError("nodes inside the rig have no management controllers");
  return withLock(() => Promise.all(planNodes(state.nodes).map(startBmc)));
}

export async function shutdown(name: string): Promise<void> {
  await withLock(async () => {
    const state = requireUp();
    await siteOf(state.networks).shutDown(findNode(state, name), state);
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
      siteOf(state.networks),
      state,
      cutSchema.parse({ node: findNode(state, name).name, network, peer, direction, lossPercent, ports }),
    );
  });
}

/** Takes back every cut that names this node, or all of them. */
export async function heal(name?: string): Promise<void> {
  await withLock(async () => {
    const state = requireUp();
    await removeCuts(siteOf(state.networks), state, name === undefined ? null : findNode(state, name).name);
  });
}

export async function pause(name: string, processName: string): Promise<number[]> {
  const state = requireUp();
  return signalByName(siteOf(state.networks), findNode(state, name), processName, "SIGSTOP");
}

export async function resume(name: string, processName: string): Promise<number[]> {
  const state = requireUp();
  return signalByName(siteOf(state.networks), findNode(state, name), processName, "SIGCONT");
}

/** Moves the node's wall clock for every program started from now on; 0 puts it right. */
export async function clock(name: string, offsetSeconds: number): Promise<void> {
  await withLock(async () => {
    const state = requireUp();
    const node = findNode(state, name);
    await setClock(siteOf(state.networks), node, offsetSeconds);
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
