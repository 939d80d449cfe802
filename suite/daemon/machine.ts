import { type HaConfig, perNodeValue } from "@/contract/ha-config";
import { suitePaths } from "@/contract/node-setup";
import { joined, say, type Sentence } from "@/contract/sentence";
import { prefixLengthOf } from "@/lib/ipv4";
import type { RunCommand } from "@/suite/ceph/ceph-cli";
import type { Outcome, SideState } from "@/suite/core/deed";
import type { DomainSeen, Reading } from "@/suite/core/seen";
import { known, unknown as unknownReading } from "@/suite/core/seen";
import { virtType } from "@/suite/daemon/examine-host";
import { bareMetadataElement, defaultRoute, domainXml, networkData } from "@/suite/libvirt/domain-xml";
import { peerUri } from "@/suite/libvirt/peer-access";
import { lastEnd, qemuProcesses } from "@/suite/libvirt/qemu-process";
import type { Done } from "@/suite/libvirt/virsh";
import { Virsh } from "@/suite/libvirt/virsh";
import { ensureFile } from "@/suite/system/files";

/** 8 GiB over 1 GbE take 75 s, a busy guest a few times that. Longer than this the copy never converges. */
const migrationTimeoutMs = 900_000;
const progressEveryMs = 1_000;
/** libvirt's smallest: a guest's memory takes minutes at it, so that the switch-over cannot come before the receiver is on record. */
const creepMiBs = 1;
/** No limit in practice: libvirt has no word for none. */
const unlimitedMiBs = 1_048_576;
/** QEMU's process outlives the answer to `destroy` by a moment. */
const goneWithinMs = 2_000;
const gonePollMs = 100;

const done: Outcome = { result: "done" };
const outcomeOf = (result: Done): Outcome =>
  result.ok ? done : { result: result.certain ? "failed" : "unknown", because: result.because };

interface Mark {
  readonly epoch: number;
  readonly startId: string;
  readonly configVersion: number;
}

/** This host's libvirt and QEMU, and its peers' through their restricted ssh door. */
export class Machine {
  private readonly virsh: Virsh;

  constructor(
    private readonly run: RunCommand,
    private readonly node: string,
    private readonly cephUser: string | null,
    private readonly monotonicMs: () => number,
  ) {
    this.virsh = new Virsh(run);
  }

  /** libvirt's word; where it is silent, the process table can still say "running" but never why. */
  async observe(): Promise<Reading<DomainSeen>> {
    const at = this.monotonicMs();
    const reading = await this.virsh.read();
    if (!reading.ok) {
      const pids = await qemuProcesses();
      const also = pids.length === 0 ? say("qemu-is-not-there") : say("qemu-is-there", { pids: pids.join(", ") });
      return unknownReading(joined([reading.because, also]), at);
    }
    if (reading.value.state !== "absent") return known(reading.value, at);
    const pids = await qemuProcesses();
    if (pids.length > 0) return unknownReading(say("qemu-unknown-to-libvirt", { pids: pids.join(", ") }), at);
    const reason = reading.value.reason === "other" ? await lastEnd() : reading.value.reason;
    return known({ ...reading.value, reason }, at);
  }

  async qemuCount(): Promise<number> {
    return (await qemuProcesses()).length;
  }

  /** Not running yet: see the deed `create`. */
  async createPaused(config: HaConfig, mark: Mark): Promise<Outcome> {
    const path = `${suitePaths.runDirectory}/domain.xml`;
    try {
      const xml = domainXml(config, {
        node: this.node,
        ...mark,
        virtType: await virtType(),
        cephUser: this.cephUser,
        consoleLog: `${suitePaths.logDirectory}/mnvm-console.log`,
      });
      await ensureFile(path, xml, { mode: 0o600 });
    } catch (error) {
      return { result: "failed", because: error instanceof Error ? error.message : String(error) };
    }
    return outcomeOf(await this.virsh.createPaused(path));
  }

  async destroy(): Promise<Outcome> {
    return outcomeOf(await this.virsh.destroy());
  }

  async confirmProcessGone(): Promise<Outcome> {
    const until = this.monotonicMs() + goneWithinMs;
    for (;;) {
      const pids = await qemuProcesses();
      if (pids.length === 0) return done;
      if (this.monotonicMs() > until)
        return { result: "failed", because: say("qemu-is-there", { pids: pids.join(", ") }) };
      await new Promise((resolve) => setTimeout(resolve, gonePollMs));
    }
  }

  /** The agent asks nicely from inside; ACPI is the button for a guest whose agent is not up. */
  async askGuestOff(): Promise<Outcome> {
    const agent = await this.virsh.shutdown("agent");
    return agent.ok ? done : outcomeOf(await this.virsh.shutdown("acpi"));
  }

  async resume(): Promise<Outcome> {
    return outcomeOf(await this.virsh.resume());
  }

  async stamp(mark: Mark): Promise<Outcome> {
    return outcomeOf(await this.virsh.stamp(bareMetadataElement(mark)));
  }

  async pingGuest(): Promise<Outcome> {
    const answer = await this.virsh.agent({ execute: "guest-ping" });
    return answer.ok ? done : { result: "failed", because: answer.because };
  }

  /**
   * `shared`: both nodes are proven to see one image with one set of locks, whatever libvirt knows of its file system. `admit` answers
   * null as soon as the copy may come to its end, or why it must be given up; until then it creeps.
   */
  async migrate(
    to: { readonly targetIp: string; readonly startId: string; readonly shared: boolean },
    hooks: {
      readonly onPercent: (percent: number) => void;
      readonly admit: (isOver: () => boolean) => Promise<Sentence | null>;
    },
  ): Promise<Outcome> {
    const limit = await this.virsh.migrationLimit();
    const slowed = await this.virsh.limitMigration(creepMiBs);
    if (!slowed.ok) return outcomeOf(slowed);
    const timer = setInterval(() => {
      void this.virsh.jobPercent().then((percent) => (percent === null ? undefined : hooks.onPercent(percent)));
    }, progressEveryMs);
    try {
      const { targetIp, shared } = to;
      const uris = { target: peerUri(targetIp), data: `tcp://${targetIp}` };
      let isOver = false;
      const copy = this.virsh.migrate(uris, shared, migrationTimeoutMs).finally(() => {
        isOver = true;
      });
      const refused = await hooks.admit(() => isOver);
      if (refused !== null) await this.virsh.abortJob();
      const hurried = await this.letGo(limit);
      if (refused === null && !hurried.ok && !isOver) await this.virsh.abortJob();
      const ended = outcomeOf(await copy);
      return refused === null ? ended : { result: "failed", because: refused };
    } finally {
      clearInterval(timer);
    }
  }

  /** To the speed an operator has set, or to none; also after a copy that was given up, for whatever is migrated next. */
  private letGo(limit: number | null): Promise<Done> {
    return this.virsh.limitMigration(limit === null || limit <= creepMiBs ? unlimitedMiBs : limit);
  }

  /** Both sides as they are now. Another domain of the same name is nobody's copy and counts as unknown. */
  async judge(targetIp: string, startId: string, isAdmitted: boolean): Promise<Outcome> {
    if ((await this.virsh.hasJob()) === true) {
      await (isAdmitted ? this.letGo(null) : this.virsh.abortJob());
      return { result: "unknown", because: say("copy-under-way") };
    }
    const [here, there] = await Promise.all([this.observe(), new Virsh(this.run, peerUri(targetIp)).read()]);
    return {
      result: "done",
      here: here.state === "known" ? sideOf(here.value, startId) : "unknown",
      there: there.ok ? receiverSide(there.value, startId) : "unknown",
    };
  }

  async destroyPeer(targetIp: string, startId: string): Promise<Outcome> {
    const peer = new Virsh(this.run, peerUri(targetIp));
    const before = await peer.read();
    if (!before.ok) return { result: "unknown", because: before.because };
    if (before.value.state === "absent") return done;
    if (sideOf(before.value, startId) === "unknown") return { result: "failed", because: say("other-domain") };
    const destroyed = await peer.destroy();
    if (!destroyed.ok) return outcomeOf(destroyed);
    const after = await peer.read();
    return after.ok && after.value.state === "absent" ? done : { result: "unknown", because: say("not-proven-gone") };
  }

  /** The boot-time data are the source's: give the guest what this node's column of the configuration says. */
  async setGuestNetwork(config: HaConfig): Promise<Outcome> {
    const perNode = config.Network.some((network) => perNodeValue(network.Ipaddr, this.node) !== network.Ipaddr.trim());
    if (!perNode) return done;
    const script = config.Network.map((network) => guestNetworkScript(config, network, this.node)).join("\n");
    const answer = await this.virsh.agent({
      execute: "guest-exec",
      arguments: { path: "/bin/sh", arg: ["-c", script], "capture-output": true },
    });
    return answer.ok ? done : { result: "failed", because: answer.because };
  }

  describeNetwork(config: HaConfig, epoch: number): string {
    return networkData(config, { node: this.node, epoch });
  }
}

/** An incoming copy waits with its vCPUs stopped. One that stopped on an I/O error, or panicked, has run: what it wrote is the newer disk. */
function receiverSide(domain: DomainSeen, startId: string): SideState {
  const side = sideOf(domain, startId);
  return side === "paused" && (domain.reason === "io-error" || domain.reason === "crashed") ? "running" : side;
}

function sideOf(domain: DomainSeen, startId: string): SideState {
  if (domain.state === "absent") return "absent";
  return domain.startId === startId ? domain.state : "unknown";
}

function guestNetworkScript(config: HaConfig, network: HaConfig["Network"][number], node: string): string {
  const mac = network.MacAddress.toLowerCase();
  const address = perNodeValue(network.Ipaddr, node) ?? "";
  const prefix = prefixLengthOf(perNodeValue(network.Netmask, node) ?? "") ?? 32;
  const gateway = perNodeValue(network.Gateway, node);
  const route = network === defaultRoute(config) && gateway ? `ip route replace default via ${gateway}` : ":";
  return `for n in /sys/class/net/*; do [ "$(cat $n/address)" = "${mac}" ] || continue; i=\${n##*/}; ip addr flush dev $i; ip addr add ${address}/${prefix} dev $i; ${route}; arping -q -U -c 2 -I $i ${address} & done`;
}
