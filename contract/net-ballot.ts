import { z } from "zod";

/**
 * How the nodes decide together whether a change of their networks stays: one decision for all (single-decree Paxos, every node
 * an acceptor). Whoever asks - the panel through one node, a node whose time is up - can be cut off or die at any moment;
 * what a majority has accepted can then still be found out, and nothing else can be decided. docs/decisions/0008.
 */
export const guardPort = 20_480;

export const changeFateSchema = z.enum(["commit", "abort"]);
export type ChangeFate = z.infer<typeof changeFateSchema>;

/** Ordered by round, then by name: two proposers never use the same one. */
export const ballotNumberSchema = z.object({ round: z.number().int().nonnegative(), by: z.string() });
export type BallotNumber = z.infer<typeof ballotNumberSchema>;

/** What a node must not forget, whatever happens to it: on disk before it answers. */
export const acceptorSchema = z.object({
  change: z.string(),
  promised: ballotNumberSchema.nullable(),
  accepted: z.object({ ballot: ballotNumberSchema, fate: changeFateSchema }).nullable(),
  decided: changeFateSchema.nullable(),
});
export type Acceptor = z.infer<typeof acceptorSchema>;
export const newAcceptor = (change: string): Acceptor => ({ change, promised: null, accepted: null, decided: null });

export const ballotMessageSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("prepare"), change: z.string(), ballot: ballotNumberSchema }),
  z.object({ kind: z.literal("accept"), change: z.string(), ballot: ballotNumberSchema, fate: changeFateSchema }),
  /** `by`: who says it has it on its disk. Absent from older guards. */
  z.object({ kind: z.literal("decided"), change: z.string(), fate: changeFateSchema, by: z.string().optional() }),
]);
export type BallotMessage = z.infer<typeof ballotMessageSchema>;

export const ballotReplySchema = z.object({ node: z.string(), agreed: z.boolean(), acceptor: acceptorSchema });
export type BallotReply = z.infer<typeof ballotReplySchema>;

const compare = (a: BallotNumber, b: BallotNumber): number =>
  a.round - b.round || (a.by < b.by ? -1 : a.by > b.by ? 1 : 0);
const isOlder = (ballot: BallotNumber, than: BallotNumber | null): boolean =>
  than !== null && compare(ballot, than) < 0;

const isSame = (ballot: BallotNumber, as: BallotNumber | null): boolean => as !== null && compare(ballot, as) === 0;

/**
 * The acceptor's whole behaviour. A message about another change is none of its business; one that comes again, as each does over
 * every address, leaves it the very object it was, so that nothing has to be written anew.
 */
export function hear(before: Acceptor, message: BallotMessage): { agreed: boolean; after: Acceptor } {
  if (message.change !== before.change) return { agreed: false, after: before };
  if (message.kind === "decided")
    return { agreed: true, after: before.decided === null ? { ...before, decided: message.fate } : before };
  const { ballot } = message;
  if (isOlder(ballot, before.promised)) return { agreed: false, after: before };
  const isPromised = isSame(ballot, before.promised);
  if (message.kind === "prepare") return { agreed: true, after: isPromised ? before : { ...before, promised: ballot } };
  // One proposer's ballot has one fate.
  const isAccepted = isPromised && isSame(ballot, before.accepted?.ballot ?? null);
  const accepted = { ballot, fate: message.fate };
  return { agreed: true, after: isAccepted ? before : { ...before, promised: ballot, accepted } };
}

export type Proposal =
  | { kind: "decided"; fate: ChangeFate }
  /** Nothing was decided, and nothing else can be concluded: ask again with a higher round. */
  | { kind: "undecided"; heard: string[]; nextRound: number };

export interface Proposing {
  change: string;
  ballot: BallotNumber;
  /** What to decide when no other value may have been decided before. */
  prefer: ChangeFate;
  /** All nodes of the change, the asking one among them. */
  size: number;
  /** Gives a message to every node and returns what came back in time, at most one reply per node. A decision first to the asking one. */
  ask: (message: BallotMessage) => Promise<readonly BallotReply[]>;
}

export const majorityOf = (size: number): number => Math.floor(size / 2) + 1;

/** One attempt to decide. May be run by several at once and cut off anywhere. */
export async function propose({ change, ballot, prefer, size, ask }: Proposing): Promise<Proposal> {
  const first = await ask({ kind: "prepare", change, ballot });
  const known = first.find(({ acceptor }) => acceptor.decided !== null)?.acceptor.decided;
  if (known) return { kind: "decided", fate: await tell(known) };
  const promises = first.filter(({ agreed }) => agreed);
  if (promises.length < majorityOf(size)) return undecided(first);
  const fate = newest(promises) ?? prefer;
  const second = await ask({ kind: "accept", change, ballot, fate });
  if (second.filter(({ agreed }) => agreed).length < majorityOf(size)) return undecided([...first, ...second]);
  return { kind: "decided", fate: await tell(fate) };

  async function tell(decided: ChangeFate): Promise<ChangeFate> {
    await ask({ kind: "decided", change, fate: decided, by: ballot.by });
    return decided;
  }
}

/** Of what was accepted, only the newest ballot's fate can have been decided. */
function newest(promises: readonly BallotReply[]): ChangeFate | null {
  const accepted = promises.flatMap(({ acceptor }) => (acceptor.accepted === null ? [] : [acceptor.accepted]));
  return accepted.toSorted((a, b) => compare(b.ballot, a.ballot))[0]?.fate ?? null;
}

function undecided(replies: readonly BallotReply[]): Proposal {
  const rounds = replies.map(({ acceptor }) => acceptor.promised?.round ?? 0);
  return {
    kind: "undecided",
    heard: [...new Set(replies.map(({ node }) => node))],
    nextRound: Math.max(0, ...rounds) + 1,
  };
}
