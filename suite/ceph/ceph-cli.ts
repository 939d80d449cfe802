import { z } from "zod";
import { cephUserName } from "@/contract/node-setup";
import { say, type Sentence } from "@/contract/sentence";
import type { CommandOptions, CommandResult } from "@/suite/system/run-command";
import { failureOf, succeeded } from "@/suite/system/run-command";

export type RunCommand = (argv: readonly string[], options: CommandOptions) => Promise<CommandResult>;

/** A monitor election lasts up to 15 s with default settings; a fence that waits it out is better than one begun again. */
const monitorTimeoutMs = 20_000;
/** Reading watchers is an OSD read: it hangs while a dead OSD is still thought up, and is simply asked again. */
const watchersTimeoutMs = 6_000;
/** Twice the slowest healthy canary seen on a loaded two-core node; the same bound the owner's record promises. */
const canaryTimeoutMs = 5_000;
/**
 * All nodes' canaries lie in one placement group. In groups of their own they would disagree whenever Ceph cannot serve some groups, and
 * the owner would give the VM to a node that reaches no more of the image than it does.
 */
export const canaryLocator = "zsha.canary";
/** As good as for ever. An entry that runs out re-arms the QEMU it holds back, so it is only ever lifted by hand or proof. */
export const blocklistSeconds = 10 * 365 * 24 * 3600;

export type CephResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly because: Sentence };

const watchersSchema = z.object({ watchers: z.array(z.object({ address: z.string() })).default([]) });
const lockersSchema = z.array(z.object({ address: z.string() }));
/** As the open connection tells them. */
export const openersSchema = z.object({ watchers: z.array(z.string()), holders: z.array(z.string()) });
export const blocklistSchema = z.array(z.object({ addr: z.string() }));
const imageSchema = z.object({ size: z.number(), features: z.array(z.string()) });
export const treeSchema = z.object({
  nodes: z.array(
    z.object({ id: z.number(), name: z.string(), type: z.string(), children: z.array(z.number()).optional() }),
  ),
});

/** Ceph through its own commands, each with a deadline. One user, one pool, one image. */
export class CephCli {
  constructor(
    private readonly run: RunCommand,
    private readonly user: string,
    readonly pool: string,
    readonly image: string,
  ) {}

  private id(): string[] {
    return ["--id", cephUserName(this.user)];
  }

  watchers(timeoutMs = watchersTimeoutMs): Promise<CephResult<string[]>> {
    const argv = ["rbd", ...this.id(), "status", `${this.pool}/${this.image}`, "--format", "json"];
    return this.json(argv, timeoutMs, watchersSchema, (value) => value.watchers.map((watcher) => watcher.address));
  }

  lockHolders(): Promise<CephResult<string[]>> {
    const argv = ["rbd", ...this.id(), "lock", "ls", `${this.pool}/${this.image}`, "--format", "json"];
    return this.json(argv, watchersTimeoutMs, lockersSchema, (value) => value.map((lock) => lock.address));
  }

  /** Everybody who has the image open or locked. */
  async openers(): Promise<CephResult<{ watchers: string[]; holders: string[] }>> {
    const [watchers, holders] = await Promise.all([this.watchers(), this.lockHolders()]);
    if (!watchers.ok) return watchers;
    if (!holders.ok) return holders;
    return { ok: true, value: { watchers: watchers.value, holders: holders.value } };
  }

  blocklist(timeoutMs = monitorTimeoutMs): Promise<CephResult<string[]>> {
    const argv = ["ceph", ...this.id(), "osd", "blocklist", "ls", "--format", "json"];
    return this.json(argv, timeoutMs, blocklistSchema, (value) => value.map((entry) => entry.addr));
  }

  async fence(address: string): Promise<CephResult<null>> {
    const argv = ["ceph", ...this.id(), "osd", "blocklist", "add", address, String(blocklistSeconds)];
    return this.done(argv, monitorTimeoutMs);
  }

  async lift(address: string): Promise<CephResult<null>> {
    return this.done(["ceph", ...this.id(), "osd", "blocklist", "rm", address], monitorTimeoutMs);
  }

  imageInfo(timeoutMs = watchersTimeoutMs): Promise<CephResult<{ size: number; features: string[] }>> {
    const argv = ["rbd", ...this.id(), "info", `${this.pool}/${this.image}`, "--format", "json"];
    return this.json(argv, timeoutMs, imageSchema, (value) => value);
  }

  /** OSDs that live on a host; the map alone, so it answers while they do not. */
  osdsOf(host: string): Promise<CephResult<number[]>> {
    const argv = ["ceph", ...this.id(), "osd", "tree", "--format", "json"];
    return this.json(argv, monitorTimeoutMs, treeSchema, (tree) => hostOsds(tree, host));
  }

  /** Replaces the wait for heartbeat grace when serf already knows that the whole node is gone. Once per failover. */
  markDown(osds: readonly number[]): Promise<CephResult<null>> {
    return this.done(["ceph", ...this.id(), "osd", "down", ...osds.map(String)], monitorTimeoutMs);
  }

  /** Writes and reads back a small object of this node: the only question whose answer proves that storage works here. */
  async canary(node: string, text: string): Promise<CephResult<null>> {
    const object = `zsha.canary.${node}`;
    const began = performance.now();
    const rados = ["rados", ...this.id(), "--pool", this.pool, "--object-locator", canaryLocator];
    const put = ["timeout", "-s", "KILL", String(canaryTimeoutMs / 1000), ...rados, "put", object, "-"];
    const written = await this.run(put, { timeoutMs: canaryTimeoutMs, stdin: text });
    if (!succeeded(written)) return { ok: false, because: failureOf(rados.concat("put"), written) };
    const left = Math.max(500, canaryTimeoutMs - (performance.now() - began));
    const got = await this.run([...rados, "get", object, "-"], { timeoutMs: left });
    if (!succeeded(got)) return { ok: false, because: failureOf(rados.concat("get"), got) };
    return got.stdout === text ? { ok: true, value: null } : { ok: false, because: say("canary-differs") };
  }

  async report<T extends z.ZodType>(
    words: readonly string[],
    schema: T,
    timeoutMs: number,
  ): Promise<CephResult<z.infer<T>>> {
    return this.json(["ceph", ...this.id(), ...words, "--format", "json"], timeoutMs, schema, (value) => value);
  }

  private async done(argv: readonly string[], timeoutMs: number): Promise<CephResult<null>> {
    const result = await this.run(argv, { timeoutMs });
    return succeeded(result) ? { ok: true, value: null } : { ok: false, because: failureOf(argv, result) };
  }

  private async json<S extends z.ZodType, T>(
    argv: readonly string[],
    timeoutMs: number,
    schema: S,
    pick: (value: z.infer<S>) => T,
  ): Promise<CephResult<T>> {
    const result = await this.run(argv, { timeoutMs });
    if (!succeeded(result)) return { ok: false, because: failureOf(argv, result) };
    const parsed = schema.safeParse(parseCephJson(result.stdout));
    if (!parsed.success) return { ok: false, because: say("program-odd", { program: argv.slice(0, 5).join(" ") }) };
    return { ok: true, value: pick(parsed.data) };
  }
}

export function hostOsds({ nodes }: z.infer<typeof treeSchema>, host: string): number[] {
  const found = nodes.find((node) => node.type === "host" && node.name === host);
  return (found?.children ?? []).filter((id) => id >= 0);
}

/** Ceph 16 prints the blocklist as `[…][]`: the answer, then an empty second one. */
export function parseCephJson(text: string): unknown {
  for (const candidate of [text, text.trim().replace(/\[\]$/, "")]) {
    try {
      return JSON.parse(candidate);
    } catch {
      // Next shape.
    }
  }
  return null;
}
