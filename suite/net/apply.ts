import { randomBytes, randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { AppError } from "@/contract/errors";
import type { NetApplyResult, SharedChange } from "@/contract/net-apply";
import { carrierOf, type NetworkModel } from "@/contract/network-model";
import { suitePaths } from "@/contract/node-setup";
import { bootId } from "@/suite/net/boot-id";
import { announceBack, announceForward, goBack, goForward } from "@/suite/net/carry-out";
import { type Change, planChange, type NodeView } from "@/suite/net/change";
import { driveCommands } from "@/suite/net/drive";
import { askGuard } from "@/suite/net/guard-socket";
import { rollbackTimer, startGuard, startTimer, writeUnits } from "@/suite/net/guard-units";
import { readLinks, requireBonding } from "@/suite/net/links";
import { devicesOf } from "@/suite/net/model";
import { activeConnections } from "@/suite/net/active-connections";
import { readNodeView } from "@/suite/net/node-view";
import {
  forgetPending,
  lastChange,
  type Pending,
  readPending,
  refuseSecondChange,
  writePending,
} from "@/suite/net/pending-change";
import { installExecutable } from "@/suite/setup/install-executable";
import { monotonicMs } from "@/suite/system/clock";

/** ifup scripts of a bond and a bridge took 12 s on a slow machine; three such networks and their way back. */
const changeWaitMs = 240_000;
const statusWaitMs = 20_000;
/** From the first guard's start to the last's. Longer: a port that a firewall closes is named late. */
const hearWaitMs = 6_000;

export interface ApplyOptions {
  plan: boolean;
  /** Null: no dead-man timer (a person at the console). */
  rollbackSeconds: number | null;
  /** The nodes that decide together. Absent: this node alone. */
  shared?: SharedChange | undefined;
  step?: "arm" | "change";
}

/** From the wish to the observed result. The wish is a function of the model, so that it is read and changed at one moment. */
export async function applyNetworks(
  wish: (model: NetworkModel) => NetworkModel,
  options: ApplyOptions,
): Promise<NetApplyResult> {
  const { shared, rollbackSeconds, step = "change" } = options;
  const armed = options.plan ? null : await readPending();
  if (armed !== null && armed.change === shared?.id)
    return step === "change" ? await changeArmed(armed) : await armedAlready(armed);
  // A command that was late: the nodes have decided without it, and it must not begin anew what is over.
  if (!options.plan && shared !== undefined && (step === "change" || (await lastChange()) === shared.id))
    throw decidedWithout();
  const view = await readNodeView();
  const wanted = wish(view.model);
  if (wanted.bonds.length > 0 && !options.plan) await requireBonding();
  const change = planChange(view, wanted);
  const { stack } = view;
  const commands = driveCommands(stack, change);
  const plan = {
    stack,
    changed: change.changed,
    files: change.files,
    commands,
    devices: [],
    rollback: null,
    heard: [],
  };
  if (options.plan) return plan;
  if (!change.changed && shared === undefined) return { ...plan, commands: [], devices: await seen(wanted) };
  const pending = await pendingOf(view, change, wanted, shared, rollbackSeconds ?? 0);
  if (rollbackSeconds === null) {
    await bringAbout(pending);
    return { ...plan, devices: await seen(wanted) };
  }
  await note(pending);
  await startGuard(suitePaths.executable, pending.change, rollbackSeconds);
  return step === "arm" ? await armedAlready(pending) : await changeArmed(pending);
}

/** What a guard that is already running does to take a change on. Its peers come into it with it. */
export async function armHere(
  wish: (model: NetworkModel) => NetworkModel,
  shared: SharedChange,
  seconds: number,
): Promise<Pending> {
  if ((await lastChange()) === shared.id) throw decidedWithout();
  const noted = async (): Promise<Pending> => {
    const view = await readNodeView();
    const wanted = wish(view.model);
    if (wanted.bonds.length > 0) await requireBonding();
    const pending = await pendingOf(view, planChange(view, wanted), wanted, shared, seconds);
    await note(pending);
    return pending;
  };
  // A timer whose change comes to nothing finds nothing of it, and does nothing.
  const program = suitePaths.executable;
  const all = [noted(), writeUnits(program), startTimer(program, shared.id, seconds)] as const;
  try {
    const [pending] = await Promise.all(all);
    return pending;
  } catch (error) {
    // Whatever was still on its way: what nobody guards must not lie there as armed.
    const [{ status }] = await Promise.allSettled(all);
    if (status === "fulfilled") await forgetPending();
    throw error;
  }
}

async function note(pending: Pending): Promise<void> {
  await refuseSecondChange();
  await writePending(pending);
  // The rollback must find its program after a reboot too, when /tmp is empty.
  if (process.execPath !== suitePaths.executable) await installExecutable();
}

const decidedWithout = (): AppError =>
  new AppError("conflict", "this network change is not armed any more: the nodes have decided about it");

/** What is armed, and who can be heard now. Guards start one after the other: waiting here costs less than being asked again. */
async function armedAlready(pending: Pending): Promise<NetApplyResult> {
  const deadlineMs = monotonicMs() + hearWaitMs;
  for (;;) {
    const { heard } = await askGuard({ do: "status" }, statusWaitMs);
    if (heard.length >= pending.peers.length || monotonicMs() > deadlineMs) return { ...resultOf(pending), heard };
  }
}

/** A person at the console is the dead man's switch; what fails is taken back at once. */
async function bringAbout(pending: Pending): Promise<void> {
  try {
    await goForward(pending);
    await announceForward(pending);
  } catch (error) {
    await goBack(pending);
    await announceBack(pending);
    throw error;
  }
}

async function changeArmed(pending: Pending): Promise<NetApplyResult> {
  await askGuard({ do: "change" }, changeWaitMs);
  return { ...resultOf(pending), devices: await seen(pending.wanted) };
}

export const resultOf = ({ change, stack, changed, files, forward, seconds }: Pending): NetApplyResult => ({
  stack,
  changed,
  files,
  commands: changed ? driveCommands(stack, forward) : [],
  devices: [],
  rollback: { armed: true, seconds, unit: rollbackTimer(change) },
  heard: [],
});

async function pendingOf(
  view: NodeView,
  change: Change,
  wanted: NetworkModel,
  shared: SharedChange | undefined,
  seconds: number,
): Promise<Pending> {
  const { removed, released, nics, made, kept, backward } = change;
  const alone = { id: randomUUID(), secret: randomBytes(32).toString("hex"), node: hostname(), peers: [] };
  const { id, secret, node, peers } = shared ?? alone;
  const touched = [...nics, ...backward.made];
  const bonded = wanted.bonds.flatMap(({ members }) => members);
  return {
    protocol: 2,
    change: id,
    node,
    secret,
    peers,
    stack: view.stack,
    changed: change.changed,
    files: change.files,
    wanted,
    forward: { removed, released, nics, made, kept },
    backward,
    downBefore: view.links.filter((link) => nics.includes(link.name) && !link.up).map((link) => link.name),
    idleBefore: view.links
      .filter(({ name, up, addresses, master }) => bonded.includes(name) && up && addresses.length === 0 && !master)
      .map(({ name }) => name),
    addressesBefore: addressesOn(view, touched),
    reactivate: view.stack === "network-manager" ? await activeConnections(nics) : [],
    bootId: await bootId(),
    deadlineMs: monotonicMs() + seconds * 1000,
    seconds,
    at: new Date().toISOString(),
  };
}

const addressesOn = (view: NodeView, devices: readonly string[]): { ip: string; device: string }[] =>
  view.links
    .filter((link) => devices.includes(link.name))
    .flatMap((link) => link.addresses.map((address) => ({ ip: address.split("/")[0] ?? "", device: link.name })));

async function seen(model: NetworkModel): Promise<NetApplyResult["devices"]> {
  const links = await readLinks();
  const { nics, made } = devicesOf(model);
  return [...nics, ...made].map((name) => {
    const link = links.find((entry) => entry.name === name);
    const setting = model.settings.find((entry) => carrierOf(entry) === name);
    const wanted = setting?.address ? `${setting.address.ip}/${setting.address.prefixLength}` : null;
    return { name, up: link?.up ?? false, mtu: link?.mtu ?? 0, addresses: link?.addresses ?? [], wanted };
  });
}
