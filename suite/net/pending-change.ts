import { rename } from "node:fs/promises";
import { z } from "zod";
import { AppError } from "@/contract/errors";
import { networkStackSchema } from "@/contract/net-apply";
import { acceptorSchema, type Acceptor, newAcceptor } from "@/contract/net-ballot";
import { networkModelSchema } from "@/contract/network-model";
import { ensureFile, readTextIfThere, removeIfThere } from "@/suite/system/files";

/**
 * A change of this node's networks that is not decided yet. Lies on disk before the first file changes and goes only when the
 * change is kept or undone for good, so that a node that lost power in between knows what it was doing.
 */
export const stateFolder = "/var/lib/zsha-network";
const pendingFile = `${stateFolder}/pending.json`;
/** The last change that was decided: peers that missed the decision still ask for it. */
const settledFile = `${stateFolder}/settled.json`;
const ballotFile = `${stateFolder}/ballot.json`;

const addressSchema = z.object({ ip: z.string(), device: z.string() });
const deviceSetSchema = z.object({
  /** Devices that shall be gone, last made first. */
  removed: z.array(z.string()),
  /** NICs that leave the bond or bridge they are in. */
  released: z.array(z.string()).default([]),
  nics: z.array(z.string()),
  made: z.array(z.string()),
  /** Those of `made` that are there already and stay. Absent in what an older version noted: perhaps all. */
  kept: z.array(z.string()).optional(),
});
export type DeviceSet = z.infer<typeof deviceSetSchema>;

export const pendingSchema = z.object({
  protocol: z.literal(2),
  change: z.string(),
  node: z.string(),
  /** Signs what the nodes say to each other about this change. */
  secret: z.string(),
  peers: z.array(z.object({ node: z.string(), addresses: z.array(z.string()) })),
  stack: networkStackSchema,
  /** False: this node has nothing to change and only has a voice. */
  changed: z.boolean(),
  files: z.array(z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
  wanted: networkModelSchema,
  forward: deviceSetSchema,
  backward: deviceSetSchema,
  /** A NIC left up that was down can capture the switch's port and keep the real one dark. */
  downBefore: z.array(z.string()),
  /** NICs of a new bond that were up and carried nothing: the switch may hold to their port when the bond is gone. */
  idleBefore: z.array(z.string()).default([]),
  addressesBefore: z.array(addressSchema),
  /** What else brings the old state back, after its files are there (NetworkManager's connections by name). */
  reactivate: z.array(z.array(z.string())),
  bootId: z.string(),
  /** CLOCK_MONOTONIC of this boot: a wall clock that jumps must not shorten or stretch the wait. */
  deadlineMs: z.number(),
  seconds: z.number(),
  at: z.string(),
});
export type Pending = z.infer<typeof pendingSchema>;

/** armed: nothing touched yet. undone: the old state is back because nobody could be asked; the decision is still awaited. */
export const phaseSchema = z.enum(["armed", "changed", "undone"]);
export type Phase = z.infer<typeof phaseSchema>;
const ballotFileSchema = z.object({
  acceptor: acceptorSchema,
  phase: phaseSchema,
  /** Peers that are known to know the decision. */
  aware: z.array(z.string()).optional(),
});
export type BallotState = z.infer<typeof ballotFileSchema>;

const parsed = <T>(schema: z.ZodType<T>, text: string | null): T | null =>
  text === null ? null : schema.parse(JSON.parse(text));

export const readPending = async (): Promise<Pending | null> =>
  parsed(pendingSchema, await readTextIfThere(pendingFile));
export const readSettled = async (): Promise<Pending | null> =>
  parsed(pendingSchema, await readTextIfThere(settledFile));

export async function readBallot(change: string): Promise<BallotState> {
  const found = parsed(ballotFileSchema, await readTextIfThere(ballotFile));
  return found?.acceptor.change === change ? found : { acceptor: newAcceptor(change), phase: "armed" };
}

/** On disk before anybody is answered: a promise forgotten in a power cut could let two decisions be made. */
export async function writeBallot(state: BallotState): Promise<void> {
  await ensureFile(ballotFile, JSON.stringify(state), { mode: 0o600 });
}

export async function writePending(pending: Pending): Promise<void> {
  await writeBallot({ acceptor: newAcceptor(pending.change), phase: "armed" });
  await ensureFile(pendingFile, JSON.stringify(pending), { mode: 0o600 });
}

export async function settlePending(): Promise<void> {
  await rename(pendingFile, settledFile);
}

export async function forgetPending(): Promise<void> {
  await removeIfThere(pendingFile);
}

export const lastChange = async (): Promise<string | null> => (await readSettled())?.change ?? null;

/** Which fate the last settled change had; null when there was none. */
export async function lastFate(): Promise<Acceptor["decided"]> {
  const settled = await readSettled();
  return settled === null ? null : (await readBallot(settled.change)).acceptor.decided;
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
