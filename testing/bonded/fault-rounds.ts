import * as faults from "@/lab/network-faults";

/** Faults of cables and switch, several at a time on different nodes or networks, and the sentences an operator must read. */
export interface FaultRound {
  name: string;
  /** Nothing has to be forgotten first: LACP takes up to 90 s for that. */
  isQuick: boolean;
  make(): Promise<void>;
  heal(): Promise<void>;
  /** All findings there are, in no order. */
  sentences: readonly string[];
  /** What some looks say instead, to the sentence it stands for. */
  orElse?: Readonly<Record<string, string>>;
}

const noLacpAtCeph2 =
  "ceph-2 em1 and em2: switch ports speak no LACP (no channel, or a static one that loses nothing now: LACP cannot tell them apart); bond2 uses one cable and would not notice what it loses on it";

const steps = async (...acts: readonly (() => Promise<void>)[]): Promise<void> => {
  for (const act of acts) await act();
};

export const faultRounds: readonly FaultRound[] = [
  {
    name: "an address used twice, a flapping link, and switch ports without a channel",
    isQuick: false,
    make: () =>
      steps(
        () => faults.setPort("ceph-1", "data", { mode: "plain" }),
        () => faults.addStranger("storage", "10.77.1.12"),
        () => faults.flap("ceph-3", "eth1", { upMs: 3_000, downMs: 1_000 }),
      ),
    heal: () =>
      steps(
        () => faults.flap("ceph-3", "eth1", null),
        () => faults.removeStranger("10.77.1.12"),
        () => faults.setPort("ceph-1", "data", { mode: "lacp" }),
      ),
    sentences: [
      "ceph-2: its address 10.77.1.12 is also used by a machine outside this cluster (02:54:4c:fd:00:0c)",
      "ceph-3 eth1: the link went up or down N times within N s; cable, transceiver or switch port",
      "ceph-1 em1 and em2: switch ports speak no LACP (no channel, or a static one that loses nothing now: LACP cannot tell them apart); bond2 uses one cable and would not notice what it loses on it",
    ],
  },
  {
    name: "one cable out, and switch ports at 1500",
    isQuick: true,
    make: () =>
      steps(
        () => faults.unplug("ceph-1", "p5p1"),
        () => faults.setPortMtu("ceph-3", "p5p1", 1500),
        () => faults.setPortMtu("ceph-3", "p5p2", 1500),
      ),
    heal: () =>
      steps(
        () => faults.plug("ceph-1", "p5p1"),
        () => faults.setPortMtu("ceph-3", "p5p1", 9000),
        () => faults.setPortMtu("ceph-3", "p5p2", 9000),
      ),
    sentences: [
      "ceph-1 p5p1: no link; the cable is out, or the switch port is down. bond0 runs on what is left, without redundancy",
      "ceph-3 br_bond0: 1500 bytes pass, 9000 do not; its switch ports have no jumbo frames. Set MTU 9000 there, or plan a smaller one",
    ],
  },
  {
    name: "both cables out, and cables swapped",
    isQuick: false,
    make: () =>
      steps(
        () => faults.replug("ceph-1", "em2", { node: "ceph-3", nic: "em2" }),
        () => faults.unplug("ceph-2", "p5p1"),
        () => faults.unplug("ceph-2", "p5p2"),
      ),
    heal: () =>
      steps(
        () => faults.replug("ceph-1", "em2"),
        () => faults.plug("ceph-2", "p5p1"),
        () => faults.plug("ceph-2", "p5p2"),
      ),
    sentences: [
      "ceph-2 p5p1 and p5p2: no link on any cable of this network; cables out, switch off, or its ports are shut down",
      "ceph-1 em2: plugged into the channel group of ceph-3 bond2; the cables are swapped",
      "ceph-3 em2: plugged into the channel group of ceph-1 bond2; the cables are swapped",
    ],
  },
  {
    name: "one of two switch ports at 1500, and a wrong VLAN",
    isQuick: true,
    make: () =>
      steps(
        () => faults.setPort("ceph-2", "data", { nativeVlan: 66, allowedVlans: [] }),
        () => faults.setPortMtu("ceph-3", "p5p2", 1500),
      ),
    heal: () =>
      steps(
        () => faults.setPort("ceph-2", "data", { nativeVlan: 1, allowedVlans: [[2, 4094]] }),
        () => faults.setPortMtu("ceph-3", "p5p2", 9000),
      ),
    sentences: [
      "ceph-3 br_bond0: 9000 bytes pass on some flows only (N of M lose them); one of its switch ports has no jumbo frames",
      "ceph-2 bond2: has a link but reaches no other node in data; its switch ports are in another VLAN, or its address is outside the subnet",
    ],
  },
  {
    name: "a channel without LACP",
    isQuick: false,
    make: () => faults.setPort("ceph-2", "data", { mode: "static" }),
    heal: () => faults.setPort("ceph-2", "data", { mode: "lacp" }),
    sentences: [noLacpAtCeph2],
    // The switch spreads flows over both cables, the node hears one of them: which flows those are differs from look to look.
    orElse: {
      "ceph-2 em1 and em2: switch ports form a static channel without LACP; N of M flows are lost. Set the channel to LACP (mode active)":
        noLacpAtCeph2,
    },
  },
];
