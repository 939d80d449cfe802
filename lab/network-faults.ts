// Faults of cables, switch ports and strangers in a bonded lab. Each may be repeated; each survives a node's power cycle.
import { findNode } from "@/lab/cluster";
import { LabError } from "@/lab/lab-error";
import { withLock } from "@/lab/lock";
import { ipBatch } from "@/lab/network";
import { HUB_NAMESPACE, planNics, type Network } from "@/lab/plan";
import { startFlapping, stopFlapping } from "@/lab/rig/flapping";
import { admitStranger, strangerOf, turnOutStranger } from "@/lab/rig/strangers";
import { inRig, settleSwitch } from "@/lab/rig/switch";
import {
  cableIn,
  DELIVERED,
  moveCable,
  portOf,
  portPair,
  withMember,
  withPair,
  type PortMode,
  type SwitchState,
  type VlanRange,
} from "@/lab/rig/switch-state";
import { switchStatus as lookAt, type SwitchStatus } from "@/lab/rig/switch-status";
import { requireUp, writeState, type LabState } from "@/lab/state";

export type { SwitchStatus } from "@/lab/rig/switch-status";

function bondedLab(): LabState {
  const state = requireUp();
  if (state.networks !== "bonded")
    throw new LabError("this lab has single networks and no such switch: 'npm run lab -- up --networks bonded'");
  return state;
}

export async function switchStatus(): Promise<SwitchStatus> {
  return lookAt(bondedLab());
}

async function change(decide: (state: LabState) => SwitchState): Promise<void> {
  await withLock(async () => {
    const state = bondedLab();
    const next = { ...state, switch: decide(state) };
    await settleSwitch(next);
    writeState(next);
  });
}

function cableOf(state: LabState, node: string, nic: string): string {
  const nics = planNics(findNode(state, node), "bonded");
  const found = nics.find((candidate) => candidate.name === nic);
  if (!found) throw new LabError(`${node} has no ${nic}: it has ${nics.map((known) => known.name).join(", ")}`);
  return found.hubPort;
}

/** No carrier on either end. */
export function unplug(node: string, nic: string): Promise<void> {
  return setPlugged(node, nic, false);
}

export function plug(node: string, nic: string): Promise<void> {
  return setPlugged(node, nic, true);
}

function setPlugged(node: string, nic: string, isIn: boolean): Promise<void> {
  return change((state) => ({
    ...state.switch,
    unplugged: withMember(state.switch.unplugged, cableOf(state, node, nic), !isIn),
  }));
}

export interface PortOptions {
  mode?: PortMode;
  nativeVlan?: number;
  allowedVlans?: VlanRange[];
}

/** How the switch's two ports for a node's network are configured; what is not named stays. */
export async function setPort(node: string, network: Network, options: PortOptions): Promise<void> {
  await change((state) => {
    const pair = portPair(state.switch, findNode(state, node).name, network);
    return withPair(state.switch, { ...pair, ...options });
  });
}

/** One hop: frames above 1500 bytes do not pass the switch port meant for this NIC. */
export async function setPortMtu(node: string, nic: string, mtu: 1500 | 9000): Promise<void> {
  await change((state) => ({
    ...state.switch,
    smallMtu: withMember(state.switch.smallMtu, cableOf(state, node, nic), mtu === 1500),
  }));
}

/** Frames vanish, the carrier stays. Directions are the node's; null ends it. */
export async function silence(node: string, nic: string, direction: "in" | "out" | "both" | null): Promise<void> {
  await change((state) => {
    const cable = cableOf(state, node, nic);
    const others = state.switch.silent.filter((entry) => entry.cable !== cable);
    return { ...state.switch, silent: direction === null ? others : [...others, { cable, direction }] };
  });
}

/** Plugs a cable into the port meant for another NIC, whose cable takes the free port; without a goal, back into its own. */
export async function replug(node: string, nic: string, to?: { node: string; nic: string }): Promise<void> {
  await withLock(async () => {
    const state = bondedLab();
    const cable = cableOf(state, node, nic);
    const port = to ? cableOf(state, to.node, to.nic) : cable;
    const next = { ...state, switch: moveCable(state.switch, cable, port) };
    const moving = [cable, cableIn(state.switch, port)].filter(
      (each) => portOf(state.switch, each) !== portOf(next.switch, each),
    );
    if (state.switch.flaps.some((flap) => moving.includes(flap.cable)))
      throw new LabError("a flapping cable cannot be moved: stop it first (lab flap NODE NIC --off)");
    await renamePorts(state, next, moving);
    await settleSwitch(next);
    writeState(next);
  });
}

/** Ports are known to the switch by name: the two ends change names. A node that is off has no ends. */
async function renamePorts(before: LabState, after: LabState, cables: readonly string[]): Promise<void> {
  const present = await inRig(["ip", "-netns", HUB_NAMESPACE, "-oneline", "link", "show"]);
  const ends = cables.filter((cable) => present.stdout.includes(` ${portOf(before.switch, cable)}@`));
  const away = ends.map((cable, at) => [
    `link set ${portOf(before.switch, cable)} down nomaster`,
    `link set ${portOf(before.switch, cable)} name moving${at}`,
  ]);
  const back = ends.map((cable, at) => `link set moving${at} name ${portOf(after.switch, cable)}`);
  await ipBatch(HUB_NAMESPACE, [...away.flat(), ...back], inRig);
}

/** Link down and up for ever; null ends it with the link up. */
export async function flap(node: string, nic: string, beat: { upMs: number; downMs: number } | null): Promise<void> {
  await withLock(async () => {
    const state = bondedLab();
    const cable = cableOf(state, node, nic);
    const port = portOf(state.switch, cable);
    const others = state.switch.flaps.filter((entry) => entry.cable !== cable);
    const next = { ...state, switch: { ...state.switch, flaps: beat ? [...others, { cable, ...beat }] : others } };
    await stopFlapping(port);
    writeState(next);
    await settleSwitch(next);
    if (beat) await startFlapping(port, beat);
  });
}

/** A host nobody knows answers for this address, and says so to everybody when it comes. */
export async function addStranger(network: Network, address: string, mac?: string): Promise<void> {
  await withLock(async () => {
    const state = bondedLab();
    const stranger = strangerOf(network, address, mac);
    await turnOutStranger(stranger);
    await admitStranger(stranger);
    const others = state.switch.strangers.filter((other) => other.address !== address);
    writeState({ ...state, switch: { ...state.switch, strangers: [...others, stranger] } });
  });
}

export async function removeStranger(address: string): Promise<void> {
  await withLock(async () => {
    const state = bondedLab();
    for (const stranger of state.switch.strangers.filter((known) => known.address === address))
      await turnOutStranger(stranger);
    const others = state.switch.strangers.filter((other) => other.address !== address);
    writeState({ ...state, switch: { ...state.switch, strangers: others } });
  });
}

/** Every fault of this file taken back; cuts stay. */
export async function resetSwitch(): Promise<void> {
  for (const { cable } of bondedLab().switch.flaps) await stopCable(cable);
  for (const { address } of bondedLab().switch.strangers) await removeStranger(address);
  for (const cable of Object.keys(bondedLab().switch.moved)) await sendHome(cable);
  await change(() => DELIVERED);
}

async function stopCable(cable: string): Promise<void> {
  const { node, nic } = endOf(cable);
  await flap(node, nic, null);
}

async function sendHome(cable: string): Promise<void> {
  const { node, nic } = endOf(cable);
  await replug(node, nic);
}

/** `p5p1-1` belongs to p5p1 of ceph-1. */
function endOf(cable: string): { node: string; nic: string } {
  const [nic = "", index = ""] = cable.split("-");
  return { node: `ceph-${index}`, nic };
}
