import { z } from "zod";

/** One member of a bond, as the kernel tells it. LACP values are null where the bond speaks no LACP, or the reader is not root. */
export const bondMemberSchema = z.object({
  name: z.string(),
  miiUp: z.boolean(),
  speedMbps: z.number().nullable(),
  linkFailures: z.number(),
  permanentMac: z.string().nullable(),
  aggregatorId: z.number().nullable(),
  actorState: z.number().nullable(),
  partnerState: z.number().nullable(),
  /** System MAC of the switch at the other end of this very cable. */
  partnerMac: z.string().nullable(),
  /** With the partner's MAC it names the channel group the cable is plugged into. */
  partnerKey: z.number().nullable(),
  partnerPort: z.number().nullable(),
  churned: z.boolean(),
});
export type BondMember = z.infer<typeof bondMemberSchema>;

export const bondFactsSchema = z.object({
  name: z.string(),
  mode: z.enum(["lacp", "active-backup", "other"]),
  /** The kernel's words: "IEEE 802.3ad Dynamic link aggregation". */
  modeText: z.string(),
  miiUp: z.boolean(),
  hashPolicy: z.string().nullable(),
  lacpRate: z.enum(["slow", "fast"]).nullable(),
  activeAggregatorId: z.number().nullable(),
  partnerMac: z.string().nullable(),
  activeMember: z.string().nullable(),
  members: z.array(bondMemberSchema),
});
export type BondFacts = z.infer<typeof bondFactsSchema>;

/** A sub-block that ends when a line is indented no more, and whose keys repeat between actor and partner. */
type Party = "actor" | "partner" | null;

interface Draft {
  header: Map<string, string>;
  members: Map<string, string>[];
}

/** Reads /proc/net/bonding/NAME. Never throws: what a kernel leaves out stays null, what it adds is passed over. */
export function parseBonding(name: string, text: string): BondFacts {
  const { header, members } = blocks(text);
  const modeText = header.get("bonding mode") ?? "";
  const mode = modeText.includes("802.3ad") ? "lacp" : modeText.includes("active-backup") ? "active-backup" : "other";
  const rate = header.get("lacp rate") ?? header.get("lacp_rate") ?? "";
  return {
    name,
    mode,
    modeText,
    miiUp: header.get("mii status") === "up",
    hashPolicy: header.get("transmit hash policy")?.split(" ")[0] ?? null,
    lacpRate: rate.startsWith("fast") ? "fast" : rate.startsWith("slow") ? "slow" : null,
    activeAggregatorId: mode === "lacp" ? whole(header.get("aggregator id")) : null,
    partnerMac: mode === "lacp" ? (header.get("partner mac address") ?? null) : null,
    activeMember: noneAsNull(header.get("currently active slave")),
    members: members.map((values) => memberOf(values, mode === "lacp")),
  };
}

function memberOf(values: ReadonlyMap<string, string>, lacp: boolean): BondMember {
  const ofLacp = (key: string): number | null => (lacp ? whole(values.get(key)) : null);
  return {
    name: values.get("slave interface") ?? "",
    miiUp: values.get("mii status") === "up",
    speedMbps: whole(values.get("speed")),
    linkFailures: whole(values.get("link failure count")) ?? 0,
    permanentMac: values.get("permanent hw addr") ?? null,
    aggregatorId: ofLacp("aggregator id"),
    actorState: ofLacp("actor.port state"),
    partnerState: ofLacp("partner.port state"),
    partnerMac: lacp ? (values.get("partner.system mac address") ?? null) : null,
    partnerKey: ofLacp("partner.oper key"),
    partnerPort: ofLacp("partner.port number"),
    churned: values.get("actor churn state") === "churned" || values.get("partner churn state") === "churned",
  };
}

function blocks(text: string): Draft {
  const header = new Map<string, string>();
  const members: Map<string, string>[] = [];
  let into = header;
  let party: Party = null;
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    if (/^details actor lacp pdu/i.test(line)) party = "actor";
    else if (/^details partner lacp pdu/i.test(line)) party = "partner";
    const at = line.indexOf(": ");
    if (at < 0) continue;
    const key = line.slice(0, at).trim().toLowerCase();
    const value = line.slice(at + 2).trim();
    if (key === "slave interface") {
      into = new Map();
      members.push(into);
      party = null;
    }
    const named = party === null || into === header ? key : `${party}.${key}`;
    if (!into.has(named)) into.set(named, value);
  }
  return { header, members };
}

function whole(text: string | undefined): number | null {
  const found = /^\d+/.exec(text ?? "");
  return found === null ? null : Number(found[0]);
}

const noneAsNull = (text: string | undefined): string | null => (text === undefined || text === "None" ? null : text);
