/**
 * The brake on guessing passwords, per user name: free tries, then a wait that doubles. Not per address, which a client without a
 * trusted proxy can claim at will. The wait is short enough that somebody else's guessing never locks a person out.
 */
const freeFailures = 5;
const firstWaitMs = 2_000;
/** Longer = a stranger can keep the owner out; shorter = more guesses: 30 s leaves at most 2,880 a day. */
const longestWaitMs = 30_000;
/** After this the failures are forgotten. */
export const forgetAfterMs = 3_600_000;

export interface BrakeState {
  failures: number;
  blockedTill: Date;
}

export const released: BrakeState = { failures: 0, blockedTill: new Date(0) };

export const waitSecondsLeft = (state: BrakeState, now: Date): number =>
  Math.max(0, Math.ceil((state.blockedTill.getTime() - now.getTime()) / 1000));

export function afterFailure(state: BrakeState, now: Date): BrakeState {
  const stale = now.getTime() - state.blockedTill.getTime() > forgetAfterMs;
  const failures = (stale ? 0 : state.failures) + 1;
  const over = failures - freeFailures;
  const wait = over < 0 ? 0 : Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(over, 10));
  return { failures, blockedTill: new Date(now.getTime() + wait) };
}
