import type { MemberState, TakenDown } from "@/contract/cluster-status";
import type { HaStatus } from "@/contract/ha-status";
import type { Observed } from "@/contract/observed";

/**
 * Which fault of the manual (2.2, 2.3) this is, told from what is seen and nothing else. Pure; readings already passed through
 * withStaleAsUnknown. A cause that cannot be told from afar is not guessed: "no answer on any network" is a situation of its own.
 */
export interface NodeEvidence {
  readonly node: string;
  /** ssh from the panel, over the management network. */
  readonly reachable: Observed<boolean>;
  /** Consul's opinion, over the storage network. */
  readonly member: Observed<MemberState>;
  /** An echo asked for by a node that answers. Null: there is none to ask, or no such address. */
  readonly managementEcho: Observed<boolean> | null;
  readonly storageEcho: Observed<boolean> | null;
  /** Null: no management controller is known. */
  readonly power: Observed<"on" | "off"> | null;
  /** Its zshad's newest record in Consul, by that node's clock. Null: there is none. */
  readonly lastSignAt: string | null;
}

export interface RecoveryFacts {
  readonly nodes: readonly NodeEvidence[];
  readonly ha: Observed<HaStatus>;
  readonly leader: Observed<string | null>;
  readonly owner: Observed<string | null>;
  readonly takenDown: readonly TakenDown[];
  readonly panelNetworkSuspect: boolean;
  /** The platform's hosts by node; null: a cluster without a platform. */
  readonly hosts: Observed<Readonly<Record<string, { readonly status: string }>> | null>;
}
