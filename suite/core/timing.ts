/** Every wait the decisions know. Milliseconds on the monotonic clock. */

/** Consul's smallest TTL. The lease counts from before its last renewal was sent. */
export const leaseTtlMs = 10_000;

/** A start needs this much lease left: shorter, and QEMU may open the image after somebody else has fenced; longer delays starts. */
export const leaseNeededForStartMs = 3_000;

/**
 * Time given to an owner that gives no sign of life but whom serf does not call failed, to take its own lock back: two Consul round
 * trips. Shorter: needless failovers. Longer: a VM given up in good order waits.
 */
export const takeoverHoldMs = 300;

/**
 * A node that answered an echo request this short a time before its lock came free has not lost its power, whatever serf says. Asked
 * twice a second. Shorter: one lost packet makes a living node a dead one. Longer than serf needs to find a loss of power (2 s in the
 * fast profile): every failover waits.
 */
export const echoFreshMs = 1_200;

/**
 * Time given to an owner that answers echo requests. A node that comes back from a cut of its own spreads that all others are lost;
 * Consul believes it for a moment and ends their sessions. Taking the lock back needs the contradiction (0.2 to 0.6 s), a session (asked
 * for once a second) and the lock. Shorter: the return of one node costs the VM of another. Longer: an owner cut off from Consul alone,
 * or whose programs hang while its kernel lives, is replaced that much later.
 */
export const takeoverEchoHoldMs = 3_000;

/**
 * Between candidates, by their place among those left, so that two nodes rarely write the same transaction. Shorter than one round
 * trip: both try and one is refused, which costs nothing but a log line. Longer: a dead first candidate delays the second.
 */
export const takeoverStaggerMs = 200;

/** Pause after a refused take: the winner's record must have time to arrive. */
export const takeRetryMs = 1_000;

/**
 * A lock left by the zshad before this one is kept until storage and host were looked at for the first time: the canary answers within
 * 5 s or has failed. Shorter moves the VM for nothing; longer leaves it down where the storage hangs here alone.
 */
export const firstLookMs = 6_000;

/** Pause between two attempts to fence, destroy, release. Shorter floods a monitor that is electing. */
export const retryMs = 1_000;

/** Storage canary failing this long here while peers' canaries are good: the fault is ours. Shorter than an OSD mark-down (28 s) would yield in vain. */
export const storageLostMs = 30_000;

/** How old a peer's node record may be and still prove its canary: canary period 10 s, deadline 5 s, one lost write. */
export const peerRecordFreshMs = 30_000;

/** Crash loop: three tries in ten minutes, then the next node (oVirt uses the same numbers). */
export const crashWindowMs = 600_000;
export const crashPausesMs = [5_000, 15_000, 45_000] as const;

/** A guest that switched itself off after less than this did not boot properly: counts as a crash. */
export const guestTooShortMs = 60_000;

/** A fence that cannot be made for this long, while peers reach the storage: let a peer try. */
export const fencePatienceMs = 30_000;

/** Time a guest gets to shut down before it is destroyed: databases flush. Shorter loses work, longer blocks maintenance. */
export const guestShutdownMs = 300_000;

/** Asking again for the orderly shutdown: a guest that was booting missed the first ACPI event. */
export const askAgainMs = 20_000;

/** The own watcher must be gone after a destroy; on hung storage it cannot be read, then its address stays on record for the next fence. */
export const watcherGoneMs = 30_000;

/** The guest's agent usually answers 7–20 s after a start (TCG 30 s). Later than this the start is recorded without it. */
export const guestAnswerMs = 300_000;
export const guestPingEveryMs = 2_000;

/** Late second openers are looked for at +5 s, +60 s, then every minute. */
export const auditAfterMs = [5_000, 60_000] as const;
export const auditEveryMs = 60_000;
export const findAddressEveryMs = 5_000;
export const liftEveryMs = 30_000;

/**
 * A fence outlives its QEMU by this. The kernel goes on sending what a killed process had written, for up to 102 s (the eight
 * retransmissions of an orphaned socket), and its watch is listed for 30 s. Shorter: a write of the old epoch may arrive after the
 * fence is lifted. Longer: entries stay on Ceph's blocklist, which costs nothing but an alarm that shows longer.
 */
export const fenceLingerMs = 120_000;

/** Target must have said "prepared" by then; it needs one Consul round trip. */
export const migrationPrepareMs = 15_000;
/** After that long a silent other side is judged by its session instead. */
export const migrationJudgeMs = 30_000;

/**
 * How long a receiver keeps its half of a copy while the source's lock is free and gossip still sees the source. Its next session is
 * there within a second or two. Shorter: a flap costs the copy. Longer: a source whose zshad is gone for good is replaced later.
 */
export const receiverHoldMs = 5_000;

/** Where no safe behaviour without a lease is wanted (duplicate address worse than downtime): stop this long after the lease ran out. */
export const stopAfterLeaseLossMs = 15_000;
