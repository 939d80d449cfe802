import type { EndableBracket } from "@/contract/bracket-kinds";
import { managementVmDomainName } from "@/contract/ha-config";
import type { HaStatus } from "@/contract/ha-status";
import { type MaintenanceInput, type MaintenanceRecord, maintenanceRecordPath } from "@/contract/maintenance";
import { manualFlags, wholeCluster } from "@/contract/maintenance-subject";
import { AppError } from "@/contract/errors";
import { known } from "@/contract/observed";
import { MemoryWorld, type MemoryNode, type ScriptedAnswer } from "@/testing/conformance/memory-world";
import type { ConformanceWorld } from "@/testing/conformance/rig";
import { healthyStatus } from "@/testing/drill-world/healthy-status";
import type { PowerChoice } from "@/contract/maintenance";
import type { RemoteHost, RemoteHosts } from "@/server/ports/remote-host";

export const worldNodes = ["ceph-1", "ceph-2", "ceph-3"] as const;
export const worldPlatformIp = "10.0.2.100";
const at = "2026-01-01T00:00:00.000Z";
/** A person needs a moment to find the button. */
const knocksUntilPressed = 3;

export const maintenanceInput = (change: Partial<MaintenanceInput> = {}): MaintenanceInput => ({
  protocol: 1,
  actor: "tester",
  nodes: worldNodes.map((name, place) => ({
    name,
    address: `10.0.2.${place + 1}`,
    storageIp: `10.0.1.${place + 1}`,
    power: { by: "hand" },
  })),
  subject: "ceph-3",
  helper: "ceph-2",
  moveVmTo: null,
  flags: "host",
  platform: { kind: "zstack", user: "admin", passwordSecretRef: "platform", addresses: [worldPlatformIp] },
  ...change,
});

export const withPower = (power: PowerChoice): MaintenanceInput["nodes"] =>
  maintenanceInput().nodes.map((node) => ({ ...node, power }));

export interface WorldWish {
  /** The world as this maintenance left it, instead of a whole one. */
  after?: "node-down" | "cluster-down";
  vmOn?: string;
  guestsOn?: Readonly<Record<string, readonly string[]>>;
}

/** Three nodes with their Ceph, their management VM and its platform, and somebody who presses power buttons. */
export class MaintenanceWorld implements ConformanceWorld {
  readonly memory = new MemoryWorld(worldNodes, (node, argv) => this.#answer(node, argv));
  readonly power = new Map<string, "on" | "off">(worldNodes.map((name) => [name, "on"]));
  readonly hostStates = new Map<string, string>(worldNodes.map((name) => [name, "Enabled"]));
  readonly vms = new Map([
    ["web", { isNeverStop: true, state: "Running" }],
    ["test", { isNeverStop: false, state: "Running" }],
  ]);
  vmHa = "true";
  #vm: string | null;
  #want: "started" | "stopped" = "started";
  readonly #flags = new Set<string>();
  readonly #hostFlags = new Set<string>();
  readonly #guests: Map<string, Set<string>>;
  readonly #knocks = new Map<string, number>();
  readonly #isPressed: boolean;

  constructor({ after, vmOn = "ceph-1", guestsOn = {} }: WorldWish = {}) {
    this.#vm = vmOn;
    this.#isPressed = after !== undefined;
    this.#guests = new Map(worldNodes.map((name) => [name, new Set(guestsOn[name] ?? [])]));
    for (const name of worldNodes) this.memory.node(name).state.set("zsha", "active");
    if (after === "node-down") this.#leave("ceph-3");
    if (after === "cluster-down") this.#leave(wholeCluster);
  }

  readonly hosts: RemoteHosts = { host: (name) => this.#host(name) };

  snapshot(): unknown {
    const nodes = worldNodes.map((name) => {
      const { files, state } = this.memory.node(name);
      const records = [...files].map(([path, text]) => [path, timeless(text)]);
      return {
        name,
        records,
        zsha: state.get("zsha"),
        power: this.power.get(name),
        guests: [...(this.#guests.get(name) ?? [])],
      };
    });
    return {
      nodes,
      hosts: [...this.hostStates],
      vmHa: this.vmHa,
      vms: [...this.vms],
      vm: this.#vm,
      want: this.#want,
      flags: [...this.#flags].toSorted(),
      hostFlags: [...this.#hostFlags],
    };
  }

  /** As somebody left it by hand. */
  leaveOn({ kind, node, flags }: EndableBracket): void {
    const at = node ?? "";
    if (kind === "cluster-flags") for (const flag of flags) this.#flags.add(flag);
    if (kind === "host-flags") this.#hostFlags.add(at);
    if (kind === "ha-service-off") this.memory.node(at).state.set("zsha", "inactive");
    if (kind === "host-maintenance") this.hostStates.set(at, "Maintenance");
    if (kind === "vm-ha-off") this.vmHa = "false";
    if (kind === "stopped-intent") {
      this.#want = "stopped";
      this.#vm = null;
    }
  }

  /** Whether the platform answers: its VM runs on a node that is on. */
  get platformIsUp(): boolean {
    return this.#vm !== null && this.power.get(this.#vm) === "on";
  }

  #leave(subject: string): void {
    const gone = subject === wholeCluster ? [...worldNodes] : [subject];
    const record: MaintenanceRecord = {
      protocol: 1,
      kind: subject === wholeCluster ? "cluster-down" : "node-down",
      subject,
      runId: "r0",
      actor: "somebody",
      at,
      flags: subject === wholeCluster ? "cluster" : "host",
      before: {
        hosts: Object.fromEntries(worldNodes.map((name) => [name, "Enabled"])),
        vmHa: "true",
        guests: Object.fromEntries([...this.#guests].map(([name, guests]) => [name, [...guests]])),
      },
    };
    for (const name of worldNodes)
      this.memory.node(name).files.set(maintenanceRecordPath(subject), `${JSON.stringify(record)}\n`);
    for (const name of gone) {
      this.power.set(name, "off");
      this.hostStates.set(name, "Maintenance");
      this.#guests.get(name)?.clear();
    }
    if (subject !== wholeCluster) {
      this.#hostFlags.add(subject);
      return;
    }
    this.vmHa = "false";
    this.#vm = null;
    this.#want = "stopped";
    for (const flag of manualFlags) this.#flags.add(flag);
    for (const vm of this.vms.values()) vm.state = "Stopped";
  }

  #host(name: string): RemoteHost {
    const host = this.memory.host(name);
    const reach = <TArgs extends unknown[], T>(call: (...args: TArgs) => Promise<T>) => {
      return async (...args: TArgs): Promise<T> => {
        this.#knock(name);
        if (this.power.get(name) === "off")
          throw new AppError("node-unreachable", `${name} does not answer`, { facts: { node: name } });
        return await call(...args);
      };
    };
    return {
      ...host,
      exec: reach(host.exec),
      execDetached: reach(host.execDetached),
      stopDetached: reach(host.stopDetached),
      readFile: reach(host.readFile),
      writeFile: reach(host.writeFile),
    };
  }

  #knock(name: string): void {
    if (!this.#isPressed || this.power.get(name) === "on") return;
    const knocks = (this.#knocks.get(name) ?? 0) + 1;
    this.#knocks.set(name, knocks);
    if (knocks >= knocksUntilPressed) this.power.set(name, "on");
  }

  #answer(node: MemoryNode, argv: readonly string[]): ScriptedAnswer {
    const [program = "", ...words] = argv;
    switch (program) {
      case "true":
        return { code: 0 };
      case "/usr/sbin/zsha":
        return this.#zsha(words);
      case "ceph":
        return this.#ceph(words);
      case "systemctl":
        return this.#systemctl(node, words);
      case "virsh":
        return this.#virsh(node.name, words);
      case "find":
        return found(node, words[0] ?? "");
      case "rm":
        node.files.delete(words[1] ?? "");
        return { code: 0 };
      default:
        return { code: 127, stderr: `${program}: not found\n` };
    }
  }

  #zsha([verb, target]: readonly string[]): ScriptedAnswer {
    if (verb === "status") return { code: 0, stdout: `${JSON.stringify(this.#status())}\n` };
    if (this.#alive().length < 2) return { code: 1, stderr: "Consul has no leader\n" };
    if (verb === "migrate") {
      if (this.#vm === target) return { code: 1, stderr: "domain is already active\n" };
      this.#vm = target ?? null;
    }
    if (verb === "stop") {
      this.#want = "stopped";
      this.#vm = null;
    }
    if (verb === "start") {
      this.#want = "started";
      this.#vm ??= this.#alive()[0] ?? null;
    }
    return { code: 0 };
  }

  #alive(): string[] {
    return worldNodes.filter((name) => this.power.get(name) === "on");
  }

  #status(): HaStatus {
    const base = healthyStatus(this.#vm ?? "", 7);
    const isOn = (name: string): boolean => this.power.get(name) === "on";
    const runs = (name: string): boolean => isOn(name) && this.memory.node(name).state.get("zsha") === "active";
    const down = worldNodes.filter((name) => !isOn(name)).length;
    const { consul, ceph } = base;
    if (consul.state === "unknown" || ceph.state === "unknown") return base;
    return {
      ...base,
      managementVm: { ...base.managementVm, node: this.#vm, state: this.#vm === null ? "stopped" : "running" },
      intent: known({ want: this.#want, generation: 1, actor: "tester", at }, at),
      services: base.services.map((service) => ({
        ...service,
        state: runs(service.node) ? "running" : "stopped",
        eligible: runs(service.node) ? true : null,
      })),
      consul: known(
        {
          ...consul.value,
          leader: this.#alive().length >= 2 ? consul.value.leader : null,
          members: consul.value.members.map((member, place) => ({
            ...member,
            status: isOn(worldNodes[place] ?? "") ? "alive" : "failed",
          })),
        },
        at,
      ),
      ceph: known(
        {
          ...ceph.value,
          monitors: worldNodes.map((name, place) => ({
            name,
            address: `10.0.0.${place + 1}:6789`,
            inQuorum: isOn(name),
          })),
          osds: { total: 3, up: 3 - down, in: 3 },
          osdsByHost: Object.fromEntries(worldNodes.map((name, id) => [name, [{ id, up: isOn(name), in: true }]])),
          flags: [...this.#flags],
          pgs: { ...ceph.value.pgs, byState: down === 0 ? { "active+clean": 64 } : { "active+undersized": 64 } },
        },
        at,
      ),
    };
  }

  #ceph(words: readonly string[]): ScriptedAnswer {
    const [, verb = "", flag = "", host = ""] = words;
    switch (verb) {
      case "ok-to-stop":
        return this.#alive().length === 3
          ? { code: 0 }
          : {
              code: 16,
              stderr: "Error EBUSY: unsafe to stop osd(s) at this time (64 PGs are or would become offline)\n",
            };
      case "dump": {
        const crush = Object.fromEntries([...this.#hostFlags].map((name) => [name, ["noout"]]));
        return { code: 0, stdout: JSON.stringify({ flags_set: [...this.#flags], crush_node_flags: crush }) };
      }
      case "set":
        this.#flags.add(flag);
        return { code: 0 };
      case "unset":
        this.#flags.delete(flag);
        return { code: 0 };
      case "set-group":
        this.#hostFlags.add(host);
        return { code: 0 };
      case "unset-group":
        this.#hostFlags.delete(host);
        return { code: 0 };
      default:
        return { code: 22, stderr: "Error EINVAL\n" };
    }
  }

  #systemctl(node: MemoryNode, [verb]: readonly string[]): ScriptedAnswer {
    switch (verb) {
      case "is-active":
        return { code: node.state.get("zsha") === "active" ? 0 : 3 };
      case "stop":
        node.state.set("zsha", "inactive");
        return { code: 0 };
      case "start":
        node.state.set("zsha", "active");
        return { code: 0 };
      case "poweroff":
        this.power.set(node.name, "off");
        // Enabled, so it is there again with the next start.
        node.state.set("zsha", "active");
        this.#guests.get(node.name)?.clear();
        return { code: 0 };
      default:
        return { code: 1, stderr: `systemctl ${verb}: not scripted\n` };
    }
  }

  #virsh(node: string, words: readonly string[]): ScriptedAnswer {
    const guests = this.#guests.get(node) ?? new Set<string>();
    const [verb = "", ...rest] = words.filter((word) => word !== "--quiet");
    if (verb === "list") {
      const own = this.#vm === node ? [managementVmDomainName] : [];
      return { code: 0, stdout: [...guests, ...own, ""].join("\n") };
    }
    const guest = rest.find((word) => !word.startsWith("-")) ?? "";
    if (verb === "start") guests.add(guest);
    else if (!guests.delete(guest)) return { code: 1, stderr: "domain is not running\n" };
    if (verb === "migrate") this.#guests.get("ceph-2")?.add(guest);
    return { code: 0 };
  }
}

function found(node: MemoryNode, directory: string): ScriptedAnswer {
  const texts = [...node.files].filter(([path]) => path.startsWith(`${directory}/`)).map(([, text]) => text);
  return texts.length === 0 ? { code: 1, stderr: "No such file or directory\n" } : { code: 0, stdout: texts.join("") };
}

/** When and by which run is no difference a person would put right. */
function timeless(text: string): unknown {
  const { at: _at, runId: _run, ...rest } = JSON.parse(text) as Record<string, unknown>;
  return rest;
}
