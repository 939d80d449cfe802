import { AppError } from "@/contract/errors";
import { announceBack, goBack, writeFiles } from "@/suite/net/carry-out";
import { Guard, nodeActs } from "@/suite/net/guard";
import { GuardLink } from "@/suite/net/guard-link";
import { type GuardAnswer, type GuardRequest, serveGuard } from "@/suite/net/guard-socket";
import { openPorts, retireGuard } from "@/suite/net/guard-units";
import {
  type Pending,
  readBallot,
  readPending,
  readSettled,
  settlePending,
  writeBallot,
} from "@/suite/net/pending-change";
import { monotonicMs } from "@/suite/system/clock";
import { bootId } from "@/suite/net/boot-id";

/** Longer than any window a change may have. */
const portsOpenSeconds = 1_800;

/** The guard as systemd runs it. Ends when the change is settled and every peer knows. */
export async function runGuard(signal: AbortSignal): Promise<void> {
  const pending = (await readPending()) ?? (await readSettled());
  if (pending === null) return;
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
  const server = await serveGuard((request) => answer(guard, link, pending, request));
  if (isPending) await guard.watch(monotonicMs, signal);
  await guard.tellEverybody(signal);
  server.close();
  link.close();
  if (!signal.aborted) await retireGuard();
}

async function answer(guard: Guard, link: GuardLink, pending: Pending, request: GuardRequest): Promise<GuardAnswer> {
  const view = (): GuardAnswer => ({
    change: pending.change,
    phase: guard.phase,
    fate: guard.fate,
    heard: [],
    decision: null,
  });
  switch (request.do) {
    case "status": {
      // Asks for nothing: a prepare that is older than any promise.
      const replies = await link.ask({ kind: "prepare", change: pending.change, ballot: { round: 0, by: "" } });
      return { ...view(), heard: replies.map(({ node }) => node) };
    }
    case "change":
      await guard.change();
      return view();
    case "decide": {
      if (guard.isSettled)
        return { ...view(), decision: { outcome: request.prefer === guard.fate ? "nothing-pending" : "too-late" } };
      const decision = await guard.decide(request.prefer);
      return { ...view(), decision };
    }
  }
}

/** At boot, before any network stack: an undecided change is out of force until the nodes have decided. */
export async function undoAtBoot(): Promise<void> {
  const pending = await readPending();
  if (pending === null) return;
  const { acceptor } = await readBallot(pending.change);
  const isKept = acceptor.decided === "commit";
  await writeFiles(pending, isKept ? "after" : "before");
  await writeBallot(acceptor, isKept ? "changed" : "undone");
  if (acceptor.decided !== null) await settlePending();
}

/** systemd's timer: the guard should have gone back long ago. It is ended, the old networks come back, and it may ask on. */
export async function undoByTimer(restartGuard: () => Promise<void>, stopGuard: () => Promise<void>): Promise<boolean> {
  const pending = await readPending();
  if (pending === null) return false;
  const { acceptor, phase } = await readBallot(pending.change);
  if (phase !== "changed" || acceptor.decided === "commit") return false;
  await stopGuard();
  await goBack(pending);
  await announceBack(pending);
  await writeBallot(acceptor, "undone");
  await restartGuard();
  return true;
}

export const refuseSecondChange = async (): Promise<void> => {
  const pending = await readPending();
  if (pending === null) return;
  const { phase } = await readBallot(pending.change);
  // The old networks are back, only the others' word is missing: a new change of all nodes takes its place.
  if (phase === "undone") return;
  throw new AppError("conflict", "an earlier network change is neither confirmed nor undone", {
    advice: 'Decide it first: "zsha net-commit" or "zsha net-rollback".',
  });
};
