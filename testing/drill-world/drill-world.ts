import type { HistoryRecord } from "@/contract/consul-keys";
import type { DrillFault, DrillInput, DrillSight } from "@/contract/drill";
import { drillPromise } from "@/contract/drill-promise";
import { MemoryWorld, type MemoryNode, type ScriptedAnswer } from "@/testing/conformance/memory-world";
import type { ConformanceWorld } from "@/testing/conformance/rig";
import { healthyStatus } from "@/testing/drill-world/healthy-status";

const home = "ceph-1";
const standby = "ceph-2";
/** Seconds of the scripted clock, by which everything below happens. */
const brokenAt = 1_000;
const backAtMs = 1_004_000;

export const drillInput = (fault: DrillFault): DrillInput => ({
  fault,
  nodes: [1, 2, 3].map((number) => ({ name: `ceph-${number}`, ip: `10.0.0.${number}` })),
  owner: home,
  standby,
  addresses: ["10.0.1.100"],
  profile: "default",
  promise: drillPromise(fault, { profile: "default", cephOnNodes: true }),
});

/** Three nodes with a management VM that comes back from whatever a drill does to it, as the real suite brings it back. */
export class DrillWorld implements ConformanceWorld {
  readonly #memory = new MemoryWorld([home, standby, "ceph-3"], (node, argv) => this.#answer(node, argv));
  #vm = { node: home, epoch: 7 };
  #isCut = false;
  #mostBrokenByOneRun = 0;
  readonly #brokenByRun = new Map<string, number>();

  readonly hosts = this.#memory;

  /** Epochs only grow, so they are no difference a person would put right. */
  snapshot(): unknown {
    return {
      nodes: this.#memory.snapshot(),
      vm: this.#vm.node,
      isCut: this.#isCut,
      brokenTwice: this.#mostBrokenByOneRun > 1,
    };
  }

  #answer(node: MemoryNode, argv: readonly string[]): ScriptedAnswer {
    const [program = "", verb = "", ...rest] = argv;
    switch (program) {
      case "date":
        return { code: 0, stdout: `${Date.now() / 1000}\n` };
      case "/usr/sbin/zsha":
        return verb === "status" ? this.#status() : this.#migrate(rest[0] ?? "");
      case "systemd-run":
        return this.#systemdRun(node, argv);
      case "systemctl":
        return systemctl(node, verb, rest[0] ?? "");
      case "nft":
        return this.#nft(verb);
      case "rm":
        node.files.delete(rest[0] ?? "");
        return { code: 0 };
      case "sh":
        return this.#once(node, argv);
      default:
        return { code: 127, stderr: `${program}: not found\n` };
    }
  }

  #once(node: MemoryNode, argv: readonly string[]): ScriptedAnswer {
    const [marker = "", ...command] = argv.slice(4);
    if (node.files.has(marker)) return { code: 0 };
    node.files.set(marker, `${brokenAt}.000000000\n`);
    const times = (this.#brokenByRun.get(marker) ?? 0) + 1;
    this.#brokenByRun.set(marker, times);
    this.#mostBrokenByOneRun = Math.max(this.#mostBrokenByOneRun, times);
    return this.#break(command);
  }

  #break(command: readonly string[]): ScriptedAnswer {
    const text = command.join(" ");
    if (text.startsWith("systemctl kill")) {
      this.#tell({ ...this.#vm, kind: "adopt", seconds: { guest: 0.6, total: 0.6 } });
      return { code: 0 };
    }
    if (text.startsWith("/usr/sbin/zsha migrate")) return this.#migrate(standby);
    if (text.startsWith("nft")) {
      this.#isCut = true;
      this.#start(standby, "failover");
      return { code: 0 };
    }
    this.#start(home, "restart");
    return { code: 0 };
  }

  #migrate(target: string): ScriptedAnswer {
    if (this.#vm.node === target) return { code: 1, stderr: "domain is already active\n" };
    this.#start(target, "migrate");
    return { code: 0 };
  }

  #start(node: string, kind: HistoryRecord["kind"]): void {
    this.#vm = { node, epoch: this.#vm.epoch + 1 };
    const { epoch } = this.#vm;
    this.#see({ what: "owner", atMs: backAtMs, node, epoch, phase: "running", held: true });
    this.#see({ what: "guest", atMs: backAtMs + 900, answers: true, lastAnswerMs: brokenAt * 1000 });
    const seconds = { detect: 1, elect: 0.2, fence: 1, start: 1.8, guest: 0.9, total: 4.9 };
    this.#tell({ node, epoch, kind, seconds });
  }

  #tell({ node, epoch, kind, seconds }: Pick<HistoryRecord, "node" | "epoch" | "kind" | "seconds">): void {
    const atMs = backAtMs + 950;
    const at = new Date(atMs).toISOString();
    const common = { id: `${epoch}-${kind}`, kind, node, from: home, epoch, actor: "zshad", at, seconds };
    this.#see({ what: "history", atMs, record: { ...common, outcome: "succeeded", detail: "" } });
  }

  /** Told to every watch that is on. */
  #see(sight: DrillSight): void {
    const { files } = this.#memory.node(standby);
    for (const [path, text] of files) if (path.endsWith(".jsonl")) files.set(path, `${text}${JSON.stringify(sight)}\n`);
  }

  #systemdRun(node: MemoryNode, argv: readonly string[]): ScriptedAnswer {
    const unit = argv.find((word) => word.startsWith("--unit="))?.slice("--unit=".length) ?? "";
    if (unit.startsWith("zsha-drill-heal-")) {
      node.state.set(`${unit}.timer`, "active");
      return { code: 0 };
    }
    const file = argv.find((word) => word.startsWith("--file="))?.slice("--file=".length) ?? "";
    const { node: owner, epoch } = this.#vm;
    node.state.set(unit, "active");
    node.files.set(file, "");
    this.#see({ what: "armed", atMs: brokenAt * 1000 - 900 });
    this.#see({
      what: "owner",
      atMs: brokenAt * 1000 - 800,
      node: owner,
      epoch,
      phase: "running",
      held: true,
    });
    this.#see({ what: "guest", atMs: brokenAt * 1000 - 700, answers: true, lastAnswerMs: null });
    return { code: 0 };
  }

  #nft(verb: string): ScriptedAnswer {
    if (!this.#isCut) return { code: 1, stderr: "No such file or directory\n" };
    if (verb === "delete") this.#heal();
    return { code: 0 };
  }

  /** An operator moves the VM home afterwards: the same drill can be played again. */
  #heal(): void {
    this.#isCut = false;
    this.#vm = { ...this.#vm, node: home };
  }

  /** By the time somebody asks, the timer has fired. */
  #status(): ScriptedAnswer {
    if (this.#isCut) {
      this.#heal();
      this.#memory.node(home).state.clear();
    }
    return { code: 0, stdout: `${JSON.stringify(healthyStatus(this.#vm.node, this.#vm.epoch))}\n` };
  }
}

function systemctl(node: MemoryNode, verb: string, unit: string): ScriptedAnswer {
  if (verb === "is-active") return { code: node.state.has(unit) ? 0 : 3 };
  if (verb === "stop") return { code: node.state.delete(unit) ? 0 : 5 };
  return { code: 1, stderr: `systemctl ${verb}: not scripted\n` };
}
