import { expect, test } from "vitest";
import type { ImageLock } from "@/contract/image-lock";
import { sentenceText } from "@/contract/sentence";
import { nextProof, type PeerSays, type ProbeSeen, type Proof, whyAstray, whyUnproven } from "@/suite/image-lock/proof";

const lock = (change: Partial<ImageLock> = {}): ImageLock => ({
  mount: "nfs4 files:/export",
  noArbiter: null,
  token: "t1",
  peers: {},
  ...change,
});
const says = (change: Partial<PeerSays> = {}): PeerSays => ({ lives: true, recordAt: "10", lock: lock(), ...change });
const held: ProbeSeen = { token: "t1", lock: "held" };
const free: ProbeSeen = { token: "t1", lock: "free" };
const gone: ProbeSeen = { token: null, lock: "free" };

/** One look after the other; each at a line the other node wrote at that time. */
const looks = (...each: readonly (readonly [ProbeSeen, string, boolean?])[]): Proof | null => {
  let proof: Proof | null = null;
  for (const [seen, recordAt, lives = true] of each) proof = nextProof(proof, says({ recordAt, lives }), seen);
  return proof;
};

test("refused by the lock of a node: honoured", () => {
  expect(looks([held, "10"])).toEqual({ token: "t1", verdict: "honoured", doubts: 0, doubtedAt: null });
});

test("a node that lost power frees its lock before anybody calls it dead: the proof stays", () => {
  expect(looks([held, "10"], [free, "10"], [free, "10"], [free, "10", false])?.verdict).toBe("honoured");
});

test("let in again and again while the node goes on writing its line: ignored", () => {
  expect(looks([held, "10"], [free, "10"], [free, "20"])?.verdict).toBe("honoured");
  expect(looks([held, "10"], [free, "10"], [free, "20"], [free, "30"])?.verdict).toBe("ignored");
  expect(looks([free, "10"], [free, "20"])?.verdict).toBeNull();
});

test("its helper was away for a moment: the next refusal ends the doubt", () => {
  expect(looks([held, "10"], [free, "20"], [free, "30"], [held, "30"], [free, "40"])).toMatchObject({
    verdict: "honoured",
    doubts: 0,
  });
});

test("its file is not there while it lives: another folder", () => {
  expect(looks([gone, "10"], [gone, "20"], [gone, "30"])?.verdict).toBe("elsewhere");
  expect(looks([{ token: "t0", lock: "held" }, "10"])?.verdict).toBeNull();
});

test("another boot or mount is another token, of which nothing is known", () => {
  const before = looks([held, "10"]);
  const now = nextProof(before, says({ lock: lock({ token: "t2" }) }), { token: "t1", lock: "unknown" });
  expect(now).toEqual({ token: "t2", verdict: null, doubts: 0, doubtedAt: null });
  expect(nextProof(before, says({ lock: null }), held)).toBeNull();
});

const why = (mine: ImageLock | null, theirs: ImageLock | null): string | null => {
  const because = whyUnproven("ceph-2", mine, "ceph-1", theirs);
  return because === null ? null : sentenceText(because);
};
const proven = lock({ peers: { "ceph-1": { token: "t1", verdict: "honoured" } } });

test("a proof holds for the mount it was made against, and no other", () => {
  expect(why(proven, lock())).toBeNull();
  expect(why(proven, lock({ token: "t2" }))).toMatch(/no test/);
  expect(why(proven, lock({ token: null }))).toMatch(/no test/);
  expect(why(proven, null)).toMatch(/ceph-1/);
  expect(why(null, lock())).toMatch(/ceph-2/);
});

test("a mount without an arbiter on either side is none for both", () => {
  expect(why({ ...proven, noArbiter: "it is NFS version 3" }, lock())).toMatch(/version 3/);
  expect(why(proven, lock({ noArbiter: "it is NFS version 3" }))).toMatch(/ceph-1.*version 3/);
});

test.each([
  ["ignored", /do not count/],
  ["elsewhere", /not the folder/],
] as const)("%s is no proof", (verdict, text) => {
  expect(why(lock({ peers: { "ceph-1": { token: "t1", verdict } } }), lock())).toMatch(text);
});

test("whoever finds most of the others elsewhere is astray itself; the others are not", () => {
  const peer = (verdict: "honoured" | "elsewhere") => ({ token: "t1", verdict });
  expect(whyAstray("ceph-2", { "ceph-1": peer("elsewhere"), "ceph-3": peer("elsewhere") })).not.toBeNull();
  expect(whyAstray("ceph-1", { "ceph-2": peer("elsewhere"), "ceph-3": peer("honoured") })).toBeNull();
  expect(whyAstray("ceph-1", {})).toBeNull();
});
