// Nothing that the guest said it had written may be missing after it was started again.
import assert from "node:assert/strict";
import { guardsMs, guestAnswers } from "@/testing/maintained-lab";
import { until, type Witness } from "@/testing/maintenance-sights";
import { AckListener } from "@/testing/witness/ack-listener";

export interface Heard {
  readonly boots: number;
  readonly lastAcked: number;
}

/** The guest's boots so far, and the last write the network had heard of when `fault` took its node away. */
export async function heardUntil(fault: () => Promise<void>): Promise<Heard> {
  const { boots } = await guestAnswers();
  const acks = await AckListener.start();
  try {
    await until("a write that is heard", async () => acks.last, guardsMs);
    await fault();
    return { boots, lastAcked: acks.last?.seq ?? 0 };
  } finally {
    acks.stop();
  }
}

/** Started once more, and every write that was heard of is on its disk. */
export async function startedOnceMore({ boots, lastAcked }: Heard): Promise<Witness> {
  const seen = await until(
    "the guest's next start",
    async () => {
      const now = await guestAnswers();
      return now.boots > boots ? now : null;
    },
    guardsMs,
  );
  assert.equal(seen.boots, boots + 1, "one start");
  assert.equal(seen.errs, 0);
  assert.ok(seen.prev >= lastAcked, `the guest found writes up to ${seen.prev}, and had been told of ${lastAcked}`);
  return seen;
}
