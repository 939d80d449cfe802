import { checkStarts } from "@/testing/witness/check-starts";
import { checkWrites } from "@/testing/witness/check-writes";
import type { Finding, FindingCode, History } from "@/testing/witness/history";

export interface Verdict {
  isClean: boolean;
  doubleWriters: number;
  lostAcks: number;
  findings: Finding[];
}

const doubleWriterCodes: ReadonlySet<FindingCode> = new Set<FindingCode>(["double-writer", "two-running"]);
const lostAckCodes: ReadonlySet<FindingCode> = new Set<FindingCode>(["lost-ack", "torn-record"]);

/** The witness's judgement. Pure; knows nothing of the suite: only what was written, what ran, and what Ceph shut out. */
export function judge(history: History): Verdict {
  const findings = [...checkWrites(history), ...checkStarts(history)];
  return {
    isClean: findings.length === 0,
    doubleWriters: findings.filter(({ code }) => doubleWriterCodes.has(code)).length,
    lostAcks: findings.filter(({ code }) => lostAckCodes.has(code)).length,
    findings,
  };
}
