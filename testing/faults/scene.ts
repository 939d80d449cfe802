// What a fault gets to work with: the cluster as it stands, the node that runs the management VM, and doors to all of it.
import { setTimeout as sleep } from "node:timers/promises";
import { managementVmDomainName } from "@/contract/ha-config";
import { type HaStatus, haStatusSchema } from "@/contract/ha-status";
import * as lab from "@/lab/cluster";
import { nodeProcesses } from "@/lab/containers";
import { type PlannedNode, planNodes } from "@/lab/plan";
import { commandName, signal } from "@/lab/processes";
import type { Ack } from "@/testing/witness/history";
import type { Witness } from "@/testing/witness/witness";

/** The longest ordinary command on a node; a migration and `zsha stop` give their own. */
const commandTimeoutMs = 90_000;
const pollMs = 500;

export const cephPorts = "3300, 6789, 6800-7300";
export const consulPorts = "8300-8302";
/** The kernel's name of the daemon's process: Node.js calls its first thread so. */
const daemonCommand = "MainThread";
const qemuCommand = "qemu-system-x86";

export class Scene {
  /** Acknowledgements as they were when the fault was made; the boot tells whether the guest was started anew. */
  readonly before: Ack;
  /** As the last look at the whole cluster found it. */
  history: HaStatus["history"] = [];
  /** What `inject` wants `heal` or `check` to know. */
  readonly noted = new Map<string, string>();

  constructor(
    readonly nodes: readonly string[],
    readonly owner: string,
    readonly witness: Witness,
    private readonly say: (line: string) => void,
  ) {
    const { last } = witness;
    if (last === null) throw new Error("the guest has acknowledged nothing yet");
    this.before = last;
  }

  get followers(): string[] {
    return this.nodes.filter((node) => node !== this.owner);
  }

  /** By place among the followers, in the order of names. */
  follower(place: number): string {
    const node = this.followers[place];
    if (node === undefined) throw new Error(`this cluster has only ${this.followers.length} followers`);
    return node;
  }

  planned(node: string): PlannedNode {
    const planned = planNodes(this.nodes.length).find(({ name }) => name === node);
    if (planned === undefined) throw new Error(`no node ${node}`);
    return planned;
  }

  tell(line: string): void {
    this.say(line);
  }

  /** Runs on a node; throws with what it said unless it ends with one of `codes`. */
  async on(
    node: string,
    argv: readonly string[],
    options: { codes?: readonly number[]; timeoutMs?: number } = {},
  ): Promise<string> {
    const { code, stdout, stderr } = await lab.exec(node, argv, { timeoutMs: options.timeoutMs ?? commandTimeoutMs });
    if ((options.codes ?? [0]).includes(code)) return stdout;
    throw new Error(`${argv.join(" ")} on ${node}: exit ${code}: ${(stderr || stdout).trim().split("\n").at(-1)}`);
  }

  shell(node: string, script: string, codes: readonly number[] = [0]): Promise<string> {
    return this.on(node, ["sh", "-c", script], { codes });
  }

  killService(node: string, unit: string): Promise<string> {
    return this.on(node, ["systemctl", "kill", "--signal=KILL", "--kill-who=main", `${unit}.service`]);
  }

  /** SIGSTOP with systemd frozen too, whose watchdog would otherwise replace a frozen daemon. */
  async freeze(node: string, what: readonly ("daemon" | "qemu")[]): Promise<void> {
    await lab.pause(node, "systemd");
    for (const one of what) await lab.pause(node, one === "daemon" ? daemonCommand : qemuCommand);
  }

  async thaw(node: string): Promise<void> {
    for (const one of [qemuCommand, daemonCommand, "systemd"]) await lab.resume(node, one).catch(() => []);
  }

  /** Every process of the node at once, as when a hypervisor or the firmware holds the whole machine. */
  signalAll(node: string, which: "SIGSTOP" | "SIGCONT"): void {
    for (const pid of nodeProcesses(this.planned(node), "", () => "")) signal(pid, which);
  }

  killQemu(node: string): void {
    for (const pid of nodeProcesses(this.planned(node), qemuCommand, commandName)) signal(pid, "SIGKILL");
  }

  async agent(node: string, command: Record<string, unknown>): Promise<void> {
    await this.on(node, ["virsh", "--quiet", "qemu-agent-command", managementVmDomainName, JSON.stringify(command)]);
  }

  async status(node: string): Promise<HaStatus> {
    const text = await this.on(node, ["zsha", "status", "--json"], { codes: [0, 1] });
    return haStatusSchema.parse(JSON.parse(text.trim().split("\n").at(-1) ?? "null"));
  }

  /** A key of Consul as it is, or null. */
  async consulKey(node: string, key: string): Promise<unknown> {
    const text = await this.consul(node, ["kv", "get", key], [0, 1]);
    return text === "" ? null : JSON.parse(text);
  }

  /** The token travels in the environment of the node's own shell. */
  consul(
    node: string,
    argv: readonly string[],
    codes: readonly number[] = [0],
    token: "suiteToken" | "managementToken" = "suiteToken",
  ): Promise<string> {
    const read = `$(sed -n 's/.*"${token}": *"\\([^"]*\\)".*/\\1/p' /etc/zsha/consul-tokens.json)`;
    const script = `CONSUL_HTTP_TOKEN="${read}" exec timeout -s KILL 10 consul "$@"`;
    return this.on(node, ["sh", "-c", script, "consul", ...argv], { codes });
  }

  /** A boot of the guest that acknowledges writes, other than the one from before the fault. Null: not yet. */
  newBoot(): Ack | null {
    const { last } = this.witness;
    return last !== null && last.boot !== this.before.boot ? last : null;
  }

  async until(what: string, look: () => boolean | Promise<boolean>, timeoutMs: number): Promise<number> {
    const began = performance.now();
    let reason = "";
    while (performance.now() - began < timeoutMs) {
      try {
        if (await look()) return (performance.now() - began) / 1000;
      } catch (error) {
        reason = ` (${error instanceof Error ? error.message : String(error)})`;
      }
      await sleep(pollMs);
    }
    throw new Error(`${what}: not seen within ${(timeoutMs / 1000).toFixed(0)} s${reason}`);
  }
}
