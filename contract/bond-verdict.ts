import type { BondFacts, BondMember } from "@/contract/bond-facts";

/** Synchronised, collecting and distributing: only then does a cable carry frames both ways (802.1AX, port state bits 3 to 5). */
export const carryingBits = 0x38;
/** The partner asks for a LACPDU every second instead of every 30: it gives a silent cable up after 3 s instead of 90. */
export const shortTimeoutBit = 0x02;
export const noPartner = "00:00:00:00:00:00";

export type MemberVerdict =
  | "healthy"
  /** Fit, and waiting: the other member of an active-backup bond. */
  | "standby"
  | "no-link"
  /** Link, but nobody speaks LACP at the other end. */
  | "no-lacp-partner"
  /** A partner, but not the one of the active aggregator: another switch, or another channel group. */
  | "other-aggregator"
  /** The right partner, and the talk is not finished. */
  | "negotiating"
  /** Not root, or a mode this program does not judge. */
  | "unknown";

export interface BondVerdict {
  bond: string;
  healthy: boolean;
  members: { name: string; verdict: MemberVerdict }[];
  /** Members that carry frames now. */
  carrying: number;
}

const hasPartner = (mac: string | null): boolean => mac !== null && mac !== noPartner;
const carries = (state: number | null): boolean => state !== null && (state & carryingBits) === carryingBits;

/** MII, operstate and carrier stay "up" through every one of LACP's failures, so they decide only about a cable that is out. */
export function judgeBond(bond: BondFacts): BondVerdict {
  const members = bond.members.map((member) => ({ name: member.name, verdict: judgeMember(bond, member) }));
  const carrying = members.filter(({ verdict }) => verdict === "healthy").length;
  const fit = members.every(({ verdict }) => verdict === "healthy" || verdict === "standby");
  return { bond: bond.name, healthy: members.length > 0 && fit && carrying > 0, members, carrying };
}

function judgeMember(bond: BondFacts, member: BondMember): MemberVerdict {
  if (!member.miiUp) return "no-link";
  if (bond.mode === "active-backup") return bond.activeMember === member.name ? "healthy" : "standby";
  if (bond.mode !== "lacp" || member.actorState === null || member.partnerState === null) return "unknown";
  const inActive = member.aggregatorId !== null && member.aggregatorId === bond.activeAggregatorId;
  if (!hasPartner(member.partnerMac)) return "no-lacp-partner";
  if (!inActive) return "other-aggregator";
  return carries(member.actorState) && carries(member.partnerState) ? "healthy" : "negotiating";
}

/** "fast" on one end cures one direction only: the other end goes on sending into a silent cable for up to 90 s. */
export function lacpRateMismatch(bond: BondFacts): boolean {
  if (bond.mode !== "lacp" || bond.lacpRate !== "fast") return false;
  return bond.members.some(
    ({ partnerMac, partnerState }) =>
      hasPartner(partnerMac) && partnerState !== null && (partnerState & shortTimeoutBit) === 0,
  );
}
