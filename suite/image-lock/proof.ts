import type { ImageLock } from "@/contract/image-lock";
import { say, type Sentence } from "@/contract/sentence";

/** What another node says of itself, from its line in Consul. */
export interface PeerSays {
  /** Its zshad holds its session. */
  readonly lives: boolean;
  /** When it last wrote its line, by its own clock: only compared. */
  readonly recordAt: string;
  readonly lock: ImageLock | null;
}

/** Its probe file as found from here. */
export interface ProbeSeen {
  /** Null: there is no such file. */
  readonly token: string | null;
  readonly lock: "held" | "free" | "unknown";
}

export interface Proof {
  readonly token: string;
  readonly verdict: ImageLock["peers"][string]["verdict"] | null;
  /** Findings against it, one for each line the other node has written since. */
  readonly doubts: number;
  readonly doubtedAt: string | null;
}

/**
 * A node that loses power is let go of its lock before Consul calls it dead. So a free lock, or a missing file, counts only when
 * the other node has written its line again after that was seen; and again, because its helper may just have been restarted.
 */
const doubtsForVerdict = 2;

/** Null: nothing can be said, the other node has told no token. */
export function nextProof(before: Proof | null, says: PeerSays, seen: ProbeSeen): Proof | null {
  const token = says.lock?.token ?? null;
  if (token === null) return null;
  const proof: Proof = before?.token === token ? before : { token, verdict: null, doubts: 0, doubtedAt: null };
  if (seen.lock === "unknown") return proof;
  if (seen.token === token && seen.lock === "held") return { token, verdict: "honoured", doubts: 0, doubtedAt: null };
  if (!says.lives || says.recordAt === proof.doubtedAt) return proof;
  const doubts = proof.doubtedAt === null ? 0 : proof.doubts + 1;
  const verdict = seen.token === token ? "ignored" : "elsewhere";
  return { ...proof, doubts, doubtedAt: says.recordAt, ...(doubts >= doubtsForVerdict ? { verdict } : {}) };
}

/** Most of the others are in another folder: then it is this node that looks at the wrong one, and its image is not theirs. */
export function whyAstray(node: string, peers: ImageLock["peers"]): Sentence | null {
  const elsewhere = Object.entries(peers).filter(([, { verdict }]) => verdict === "elsewhere");
  if (2 * elsewhere.length <= Object.keys(peers).length) return null;
  return say("lock-elsewhere", { node, other: elsewhere.map(([other]) => other).join(", ") });
}

/**
 * Why the lock cannot tell from here whether that node's QEMU still writes; null: it can. `mine` and `theirs` are lines in Consul,
 * so this also judges an owner that died, with what was found while it lived.
 */
export function whyUnproven(
  node: string,
  mine: ImageLock | null,
  other: string,
  theirs: ImageLock | null,
): Sentence | null {
  if (mine === null) return say("lock-untold", { node });
  if (mine.noArbiter !== null) return mine.noArbiter;
  if (theirs === null) return say("lock-untold", { node: other });
  if (theirs.noArbiter !== null) return say("lock-other-mount", { node: other, why: theirs.noArbiter });
  const proof = mine.peers[other];
  if (proof === undefined || proof.token !== theirs.token) return say("lock-untested", { node, other });
  if (proof.verdict === "honoured") return null;
  return proof.verdict === "ignored" ? say("lock-ignored", { node, other }) : say("lock-elsewhere", { node, other });
}
