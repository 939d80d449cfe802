import { managementVmDomainName as domainName } from "@/contract/ha-config";
import { say, type Sentence, sentenceText } from "@/contract/sentence";
import type { RunCommand } from "@/suite/ceph/ceph-cli";
import type { DomainSeen } from "@/suite/core/seen";
import { metadataUri } from "@/suite/libvirt/domain-xml";
import { failureOf, succeeded } from "@/suite/system/run-command";

/** Answers in 30–50 ms even on hung storage; longer means that libvirtd itself hangs, and that is `unknown`. */
const readTimeoutMs = 3_000;
/** SIGTERM, 10 s, SIGKILL is libvirt's own order for a QEMU stuck on storage. */
const destroyTimeoutMs = 20_000;
/** Under TCG on a busy host the first start took 1.1 s; waiting for placement groups of a dead OSD up to 30 s. */
const createTimeoutMs = 60_000;
/** The agent call blocks for 5 s when the guest is silent, whatever its own timeout says. */
const agentTimeoutMs = 8_000;

export type Done =
  | { readonly ok: true }
  | { readonly ok: false; readonly certain: boolean; readonly because: Sentence };
export type DomainReading =
  | { readonly ok: true; readonly value: DomainSeen }
  | { readonly ok: false; readonly because: Sentence };

/** The safe calls only: never domblkinfo, which hangs on hung storage and takes the domain's lock with it. */
export class Virsh {
  constructor(
    private readonly run: RunCommand,
    private readonly uri: string | null = null,
  ) {}

  private argv(...words: string[]): string[] {
    return ["virsh", ...(this.uri === null ? [] : ["--connect", this.uri]), "--quiet", ...words];
  }

  async read(): Promise<DomainReading> {
    const argv = this.argv("domstate", "--reason", domainName);
    const result = await this.run(argv, { timeoutMs: readTimeoutMs });
    if (result.kind === "exited" && result.code !== 0 && /failed to get domain|no domain with/i.test(result.stderr)) {
      return { ok: true, value: { state: "absent", reason: "other", epoch: null, startId: null, configVersion: null } };
    }
    if (!succeeded(result)) return { ok: false, because: failureOf(argv, result) };
    const seen = parseDomainState(result.stdout);
    if (seen === null) return { ok: false, because: say("domain-odd", { state: result.stdout.trim() }) };
    if (seen.state === "absent")
      return { ok: true, value: { ...seen, epoch: null, startId: null, configVersion: null } };
    const metadata = await this.run(this.argv("metadata", domainName, metadataUri), { timeoutMs: readTimeoutMs });
    if (metadata.kind === "exited") return { ok: true, value: { ...seen, ...parseMetadata(metadata.stdout) } };
    return { ok: false, because: failureOf(argv, metadata) };
  }

  /** With its vCPUs stopped: the image is open, nothing is written until `resume`. */
  createPaused(xmlPath: string): Promise<Done> {
    return this.act(this.argv("create", xmlPath, "--paused"), createTimeoutMs);
  }

  async destroy(): Promise<Done> {
    const done = await this.act(this.argv("destroy", domainName), destroyTimeoutMs);
    return !done.ok && /failed to get domain|no domain with|domain is not running/i.test(sentenceText(done.because))
      ? { ok: true }
      : done;
  }

  shutdown(mode: "agent" | "acpi"): Promise<Done> {
    return this.act(this.argv("shutdown", domainName, "--mode", mode), agentTimeoutMs);
  }

  resume(): Promise<Done> {
    return this.act(this.argv("resume", domainName), readTimeoutMs);
  }

  stamp(element: string): Promise<Done> {
    const words = ["metadata", domainName, "--live", "--uri", metadataUri, "--key", "z", "--set", element];
    return this.act(this.argv(...words), readTimeoutMs);
  }

  async agent(
    command: Record<string, unknown>,
  ): Promise<{ ok: true; value: unknown } | { ok: false; because: Sentence }> {
    const argv = this.argv("qemu-agent-command", domainName, "--timeout", "3", JSON.stringify(command));
    const result = await this.run(argv, { timeoutMs: agentTimeoutMs });
    if (!succeeded(result)) return { ok: false, because: failureOf(argv.slice(0, 3), result) };
    const parsed: unknown = JSON.parse(result.stdout);
    const value = typeof parsed === "object" && parsed !== null && "return" in parsed ? parsed.return : null;
    return { ok: true, value };
  }

  /** Whether a job (a migration somebody began) runs on the domain. Null: not known. */
  async hasJob(): Promise<boolean | null> {
    const result = await this.run(this.argv("domjobinfo", domainName), { timeoutMs: readTimeoutMs });
    if (!succeeded(result)) return null;
    return /Job type:\s+(?!None)\S/.test(result.stdout);
  }

  async jobPercent(): Promise<number | null> {
    const result = await this.run(this.argv("domjobinfo", domainName, "--rawstats"), { timeoutMs: readTimeoutMs });
    if (!succeeded(result)) return null;
    const of = (name: string): number =>
      Number(new RegExp(`^${name}:\\s*(\\d+)`, "m").exec(result.stdout)?.[1] ?? Number.NaN);
    const total = of("data_total");
    const remaining = of("data_remaining");
    return total > 0 && remaining >= 0 ? Math.min(99, Math.floor((100 * (total - remaining)) / total)) : null;
  }

  /**
   * Peer to peer: the copy goes on when this client dies. Its exit status is only a hint. `shared`: libvirt guesses from a file
   * system's kind whether it is shared and refuses what it does not know; here it has been proven.
   */
  migrate(uris: { target: string; data: string }, shared: boolean, timeoutMs: number): Promise<Done> {
    const words = [
      "migrate",
      "--live",
      "--p2p",
      "--abort-on-error",
      "--auto-converge",
      ...(shared ? ["--unsafe"] : []),
    ];
    return this.act(this.argv(...words, domainName, uris.target, "--migrateuri", uris.data), timeoutMs);
  }

  /** MiB/s, whoever set it. Null: not known. */
  async migrationLimit(): Promise<number | null> {
    const result = await this.run(this.argv("migrate-getspeed", domainName), { timeoutMs: readTimeoutMs });
    const limit = succeeded(result) ? Number(result.stdout.trim()) : Number.NaN;
    return Number.isSafeInteger(limit) && limit > 0 ? limit : null;
  }

  /** Of the copy under way, and of those that follow. */
  limitMigration(mebibytesPerSecond: number): Promise<Done> {
    return this.act(this.argv("migrate-setspeed", domainName, String(mebibytesPerSecond)), readTimeoutMs);
  }

  /** Not past the switch-over: there libvirt refuses. */
  abortJob(): Promise<Done> {
    return this.act(this.argv("domjobabort", domainName), readTimeoutMs);
  }

  private async act(argv: string[], timeoutMs: number): Promise<Done> {
    const result = await this.run(argv, { timeoutMs });
    if (succeeded(result)) return { ok: true };
    const certain = result.kind === "exited" || result.kind === "not-started";
    return { ok: false, certain, because: failureOf(argv, result) };
  }
}

const reasons: Readonly<Record<string, DomainSeen["reason"]>> = {
  "I/O error": "io-error",
  migrated: "migrated",
  "post-migrate": "migrated",
  postmigrate: "migrated",
  migration: "migrated",
  shutdown: "shutdown",
  crashed: "crashed",
  panicked: "crashed",
  failed: "failed",
  destroyed: "destroyed",
};

/** "running (booted)", "paused (I/O error)", "shut off (destroyed)". Null: a state between two, read again. */
export function parseDomainState(output: string): Pick<DomainSeen, "state" | "reason"> | null {
  const match = /^([a-z ]+?)(?:\s*\(([^)]*)\))?\s*$/m.exec(output.trim());
  const reason = reasons[match?.[2] ?? ""] ?? "other";
  switch (match?.[1]) {
    case "running":
    case "idle":
    case "in shutdown":
      return { state: "running", reason };
    case "paused":
    case "pmsuspended":
    case "crashed":
      return { state: "paused", reason };
    case "shut off":
      return { state: "absent", reason };
    default:
      return null;
  }
}

export function parseMetadata(xml: string): Pick<DomainSeen, "epoch" | "startId" | "configVersion"> {
  const epoch = /\bepoch=['"](\d+)['"]/.exec(xml)?.[1];
  const startId = /\bstart=['"]([^'"]+)['"]/.exec(xml)?.[1];
  const config = /\bconfig=['"](\d+)['"]/.exec(xml)?.[1];
  const numberOf = (text: string | undefined): number | null => (text === undefined ? null : Number(text));
  return { epoch: numberOf(epoch), startId: startId ?? null, configVersion: numberOf(config) };
}
