// Reads /proc/net/bonding of the switch's side: the witness against which the nodes' own words are held. Pure.

export interface MemberSeen {
  port: string;
  link: boolean;
  aggregator: number | null;
  actorState: number | null;
  partnerState: number | null;
  partnerMac: string | null;
}

export interface ChannelSeen {
  activeAggregator: number | null;
  partnerMac: string | null;
  members: MemberSeen[];
}

// Synchronised, collecting, distributing.
const CARRYING = 0x38;
const NOBODY = "00:00:00:00:00:00";

export function parseBonding(text: string): ChannelSeen {
  const [head = "", ...sections] = text.split(/^Slave Interface: /m);
  return {
    activeAggregator: number(/Aggregator ID: (\d+)/, head),
    partnerMac: mac(/Partner Mac Address: (\S+)/, head),
    members: sections.map((section) => {
      const [actor = "", partner = ""] = section.split(/details partner lacp pdu/);
      return {
        port: section.split("\n")[0]?.trim() ?? "",
        link: /^MII Status: up/m.test(section),
        aggregator: number(/Aggregator ID: (\d+)/, actor),
        actorState: number(/port state: (\d+)/, actor),
        partnerState: number(/port state: (\d+)/, partner),
        partnerMac: mac(/system mac address: (\S+)/, partner),
      };
    }),
  };
}

/** Frames go both ways on this port, as far as both ends of the cable say. */
export function isCarrying(channel: ChannelSeen, member: MemberSeen): boolean {
  const agreed = (state: number | null) => ((state ?? 0) & CARRYING) === CARRYING;
  return (
    member.link &&
    member.aggregator !== null &&
    member.aggregator === channel.activeAggregator &&
    agreed(member.actorState) &&
    agreed(member.partnerState)
  );
}

function number(pattern: RegExp, text: string): number | null {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? null : Number(found);
}

function mac(pattern: RegExp, text: string): string | null {
  const found = pattern.exec(text)?.[1];
  return found === undefined || found === NOBODY ? null : found;
}
