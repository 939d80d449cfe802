import type { Server } from "node:net";
import { AppError } from "@/contract/errors";
import type { NetApplyResult } from "@/contract/net-apply";
import type { GuardAnswer, GuardTask } from "@/contract/net-guard";
import type { NetworkModel } from "@/contract/network-model";
import { buildInfo } from "@/suite/build-info";
import { applyNetworks, resultOf } from "@/suite/net/apply";
import { Arming } from "@/suite/net/arming";
import { announceBack, goBack, writeFiles } from "@/suite/net/carry-out";
import { Guard, nodeActs } from "@/suite/net/guard";
import { GuardLink } from "@/suite/net/guard-link";
import { serveGuard } from "@/suite/net/guard-socket";
import { openPorts, retireGuard } from "@/suite/net/guard-units";
import { waitForLacp } from "@/suite/net/lacp";
import { withNetworks } from "@/suite/net/model";
import {
  type Pending,
  readBallot,
  readPending,
  readSettled,
  settlePending,
  writeBallot,
} from "@/suite/net/pending-change";
import { bootId } from "@/suite/net/boot-id";
import { Looks } from "@/suite/net/looks";
import { monotonicMs, pause } from "@/suite/system/clock";

/** Longer than any window a change may have. */
const portsOpenSeconds = 1_800;
/** The panel arms as soon as the socket is there. Longer: a panel that died leaves a program behind for that long. */
const armWaitMs = 60_000;
/** Whoever was shown what would be done may take this long to read it; after that, applying starts a guard anew. */
const readWaitMs = 600_000;
/** Peers that have just been armed answer late. Shorter: a busy one is called deaf, and everybody is asked again. */
const hearingMs = 4_000;
/** An answer that is on its way is sent in milliseconds. */
const refusalMs = 2_000;
/** A test of all paths may be under way. Shorter: its answer is lost, and the panel cannot know what came of it. */
const answersMs = 30_000;

/** The guard as systemd runs it. Ends when the change is settled and every peer knows. */
export async function runGuard(signal: AbortSignal): Promise<void> {
  const pending = (await readPending()) ?? (await readSettled());
  if (pending === null) return;
  const armed = await guardOf(pending);
  const left = new AbortController();
  const server: Server = await serveGuard((task) => answer({ ...armed, server, left }, task));
  await guardToTheEnd({ ...armed, server, left }, signal);
}

interface Running {
  guard: Guard;
  link: GuardLink;
  server: Server;
  pending: Pending;
  looks: Looks;
  /** Fires when it has made room for the guard of another change. */
  left: AbortController;
}

async function guardToTheEnd({ guard, link, server, left }: Running, stop: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([stop, left.signal]);
  // Decided or not it stays until its time is up: whoever wants to see what came of the change finds a program that runs already.
  if ((await readPending()) !== null) await guard.watch(monotonicMs, signal);
  await guard.tellEverybody(signal);
  await goodbye(server, answersMs);
  link.close();
  if (!signal.aborted) await retireGuard();
}

type ArmTask = Extract<GuardTask, { do: "arm" }>;
export type Arm = (task: ArmTask) => Promise<Pending>;

/**
 * A guard that was started before its change: it is armed over its socket, so that one program is started instead of two. Goes away
 * when nobody arms it.
 */
export async function runWaitingGuard(arm: Arm, signal: AbortSignal): Promise<void> {
  // It died and was started again, or somebody's change is open here.
  if ((await readPending()) !== null) return await runGuard(signal);
  const arming = new Arming<Armed>();
  const left = new AbortController();
  const takeOn = async (task: ArmTask): Promise<Armed> => {
    return await guardOf(await arm(task));
  };
  const server: Server = await serveGuard(async (task) => {
    const begun = task.do === "arm" ? arming.begin(() => takeOn(task)) : arming.begun;
    if (begun === null) return await answerUnarmed(arming, server, task);
    const armed = await begun;
    const { guard, pending } = armed;
    if (task.do !== "arm") return await answer({ ...armed, server, left }, task);
    if (task.input.change?.id !== pending.change) throw otherChange();
    // The others are being armed at the same moment: waiting for their word here costs less than being asked again.
    const heard = await heardBy(armed);
    return { ...viewOf(guard, pending), heard, armed: { ...resultOf(pending), heard } };
  });
  const giveUp = (): void => arming.giveUp();
  arming.waitFor(armWaitMs);
  signal.addEventListener("abort", giveUp, { once: true });
  const running = await arming.outcome;
  signal.removeEventListener("abort", giveUp);
  if (running === null) return await goodbye(server, refusalMs);
  await guardToTheEnd({ ...running, server, left }, signal);
}

/** Nothing is open here: it can only be looked at, and told to go. */
async function answerUnarmed(arming: Arming<Armed>, server: Server, task: GuardTask): Promise<GuardAnswer> {
  switch (task.do) {
    case "greet":
      return unarmed;
    case "plan":
      arming.waitFor(readWaitMs);
      return { ...unarmed, planned: await planned(task.input) };
    case "leave":
      server.close();
      arming.giveUp();
      return unarmed;
    default:
      throw new AppError("conflict", "this node is not armed for a network change");
  }
}

/** Whoever asked hears its answer before this program ends. */
async function goodbye(server: Server, waitMs: number): Promise<void> {
  const closed = new AbortController();
  server.close(() => closed.abort());
  await pause(waitMs, closed.signal);
}

type Armed = Omit<Running, "server" | "left">;

async function guardOf(pending: Pending): Promise<Armed> {
  const isPending = (await readPending()) !== null;
  const state = await readBallot(pending.change);
  // Another boot: the files were put back before the network came up.
  const phase = state.phase === "changed" && pending.bootId !== (await bootId()) && isPending ? "undone" : state.phase;
  const current: { guard: Guard | null } = { guard: null };
  const link = new GuardLink(pending, async (message) => (await current.guard?.listen(message)) ?? null);
  const log = (text: string): void => console.log(`${pending.change}: ${text}`);
  const guard = new Guard(pending, { ...state, phase }, (message) => link.ask(message), nodeActs, log);
  current.guard = guard;
  await openPorts(portsOpenSeconds);
  await link.start();
  return { guard, link, pending, looks: new Looks() };
}

async function answer(running: Running, request: GuardTask): Promise<GuardAnswer> {
  const { guard, pending, looks } = running;
  const view = (): GuardAnswer => viewOf(guard, pending);
  if (request.change !== undefined && request.change !== pending.change) throw otherChange();
  switch (request.do) {
    case "arm":
      throw new AppError("conflict", "this node is armed already");
    case "greet":
      return view();
    case "status":
      return { ...view(), heard: await heardBy(running) };
    case "change":
      await guard.change();
      // An answer sent before LACP lets frames pass is lost, and TCP repeats it after 3, 6 or 13 s.
      await waitForLacp(pending.wanted);
      return view();
    case "probe": {
      const report = looks.at(request.probe, pending.wanted);
      return { ...view(), report: request.wait ? await report : null };
    }
    case "plan":
      return { ...view(), planned: await planned(request.input) };
    case "leave":
      await leave(running);
      return view();
    case "decide": {
      if (guard.isSettled)
        return { ...view(), decision: { outcome: request.prefer === guard.fate ? "nothing-pending" : "too-late" } };
      const decision = await guard.decide(request.prefer, request.wait);
      return { ...view(), decision };
    }
  }
}

/** Peers that answer now. */
async function heardBy({ link, pending }: Armed): Promise<string[]> {
  // Asks for nothing: a prepare that is older than any promise.
  const nothing = { kind: "prepare" as const, change: pending.change, ballot: { round: 0, by: "" } };
  const replies = await link.ask(nothing, hearingMs);
  return replies.map(({ node }) => node);
}

const otherChange = (): AppError => new AppError("conflict", "the open network change of this node is another one");

const planned = ({ networks }: ArmTask["input"]): Promise<NetApplyResult> =>
  applyNetworks((model: NetworkModel) => withNetworks(model, networks), { plan: true, rollbackSeconds: null });

/** Everything is given back before it says so: the next guard takes the same socket, port and units. */
async function leave({ link, server, left }: Running): Promise<void> {
  if ((await readPending()) !== null)
    throw new AppError("conflict", "the open network change of this node is not decided");
  await retireGuard();
  link.close();
  server.close();
  left.abort();
}

const unarmed: GuardAnswer = {
  change: "",
  version: buildInfo.version,
  phase: "waiting",
  fate: null,
  heard: [],
  decision: null,
  armed: null,
  report: null,
  planned: null,
};

const viewOf = (guard: Guard, pending: Pending): GuardAnswer => ({
  ...unarmed,
  change: pending.change,
  phase: guard.phase,
  fate: guard.fate,
});

/** At boot, before any network stack: an undecided change is out of force until the nodes have decided. */
export async function undoAtBoot(): Promise<void> {
  const pending = await readPending();
  if (pending === null) return;
  const { acceptor } = await readBallot(pending.change);
  const isKept = acceptor.decided === "commit";
  await writeFiles(pending, isKept ? "after" : "before");
  await writeBallot({ acceptor, phase: isKept ? "changed" : "undone" });
  if (acceptor.decided !== null) await settlePending();
}

/** systemd's timer: the guard should have gone back long ago. It is ended, the old networks come back, and it may ask on. */
export async function undoByTimer(
  change: string,
  restartGuard: () => Promise<void>,
  stopGuard: () => Promise<void>,
): Promise<boolean> {
  const pending = await readPending();
  // The timer of an earlier change has nothing to say about this one.
  if (pending?.change !== change) return false;
  const { acceptor, phase } = await readBallot(pending.change);
  if (phase !== "changed" || acceptor.decided === "commit") return false;
  await stopGuard();
  await goBack(pending);
  await announceBack(pending);
  await writeBallot({ acceptor, phase: "undone" });
  await restartGuard();
  return true;
}
