import type { Alarm } from "@/contract/ha-status";
import { sentenceText } from "@/contract/sentence";

/** What an alarm says: what is so, what it means for the cluster, what a person should do. `{name}` stands for a fact. */
export interface AlarmText {
  readonly title: string;
  readonly means: string;
  readonly advice: string;
}

/** English, for the command line. The panel's English messages (cluster.alarm.CODE) are the same words; a test compares them. */
export const alarmTexts: Readonly<Record<Alarm["code"], AlarmText>> = {
  "exclusive-lock-off": {
    title: "The image’s exclusive lock is off: two writers are possible",
    means:
      "A fenced QEMU could be followed by a second writer that Ceph does not notice. Nothing protects the image twice.",
    advice: "Stop the management VM (zsha stop), run: rbd feature enable {image} exclusive-lock, then zsha start.",
  },
  "unsafe-autopilot": {
    title: "Consul removes dead servers by itself: quorum could shrink silently",
    means:
      "After a failure Consul may forget the dead node and go on with fewer servers, until one alone counts as a majority.",
    advice:
      "Run: consul operator autopilot set-config -cleanup-dead-servers=false -min-quorum=«a majority of all nodes».",
  },
  "foreign-watcher": {
    title: "Somebody else has the management VM’s image open",
    means: "A client that is not the running management VM watches the image and might write it: {addresses}.",
    advice:
      "Find it by its address (an rbd map, a second VM, a backup) and close it. The next start fences it without asking.",
  },
  "blocklist-waiting": {
    title: "A fenced client is still on Ceph’s blocklist",
    means:
      "Its node has not yet proven that the old QEMU is gone, so the fence stays: {addresses}. It does no harm; it keeps a stale writer out.",
    advice:
      "Bring that node back with its zshad, which lifts the entry by itself. Lift it by hand only when the node was wiped.",
  },
  "no-eligible-standby": {
    title: "No other node can take over",
    means: "If {node} fails now, the management VM stays down until another node becomes ready.",
    advice: "Remove what keeps at least one of the other nodes from it.",
  },
  "consul-no-quorum": {
    title: "Consul has no quorum",
    means: "Nobody can be elected: a running management VM runs on, but no node may start it. {reason}",
    advice: "Bring back nodes until a majority runs and they see each other on the storage network.",
  },
  "ceph-unreachable": {
    title: "Ceph does not answer",
    means: "The management VM’s disk may stall, and without a fence no other node may start it. {reason}",
    advice: "Check the storage network, then monitors and OSDs.",
  },
  "crash-loop": {
    title: "The management VM keeps failing to start",
    means: "Three starts in ten minutes did not hold on {nodes}; these nodes do not try again by themselves.",
    advice: "Look at its console and at /var/log/z/zshad.log on the node, remove the cause, then run zsha start.",
  },
  "config-not-applied": {
    title: "The management VM runs with an older configuration",
    means: "It was started with version {applied}; version {newest} waits for its next start.",
    advice: "Halt the guest when it suits: HA starts it again with the new configuration.",
  },
  "fence-not-armed": {
    title: "Fencing is not armed: failover waits until it is",
    means:
      "Should the owner fail now, a successor could not prove that the old QEMU is kept out, so it would not start. {reason}",
    advice:
      "Right after a start it arms by itself within a minute. If it does not, look at the storage and at zshad’s log on the owner.",
  },
  "consul-exposed": {
    title: "Consul’s interface is open to the network",
    means: "Whoever reaches {addresses} may try tokens against it; who holds one decides which node runs the VM.",
    advice: "Bind Consul’s HTTP interface to the loopback address only.",
  },
  "profile-not-in-force": {
    title: "Consul or Ceph is not set as the failover profile says",
    means: "A failover may take longer than the profile promises. The management VM’s data is not at risk.",
    advice: "Run zsha profile on a node: it names each setting; zsha profile NAME sets them again.",
  },
};

/** The texts with this alarm's facts in their places. */
export function alarmText({ code, facts }: Pick<Alarm, "code" | "facts">): AlarmText {
  const fill = (template: string): string =>
    template.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => sentenceText(facts[name] ?? "")).trim();
  const { title, means, advice } = alarmTexts[code];
  return { title: fill(title), means: fill(means), advice: fill(advice) };
}
