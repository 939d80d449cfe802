import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { type HaConfig, managementVmImageName } from "@/contract/ha-config";
import type { ImageLock } from "@/contract/image-lock";
import { say, type Sentence } from "@/contract/sentence";
import { lockSource } from "@/suite/image-lock/lock-source";
import { mountOf, mountText, whyNoArbiter } from "@/suite/image-lock/mount";
import { nextProof, type PeerSays, type Proof, whyAstray, whyUnproven } from "@/suite/image-lock/proof";
import type { LineProcess, startLineProcess } from "@/suite/system/line-process";
import { describeFailure, type runCommand, succeeded } from "@/suite/system/run-command";

/** A look writes, reads and asks for a few locks. Shorter: a busy file server counts as lost. Longer: a lost one is noticed late. */
const lookTimeoutMs = 5_000;
/** A look is good for several questions that come at once. Longer: a start waits for an old answer. */
const lookLastsMs = 400;
/** A QEMU that was just killed gives its lock back in this time. Longer: whoever really holds it is named late. */
const takeSeconds = 2;
const takeTimeoutMs = 8_000;
/** The helper that holds the probe's lock is started again after this. */
const holdAgainMs = 5_000;

const lookSchema = z.object({
  canary: z.string().nullable(),
  image: z.object({
    state: z.enum(["free", "held", "absent", "no-file", "no-locks", "unreadable"]),
    said: z.string().optional(),
  }),
  probes: z.record(z.string(), z.object({ token: z.string().nullable(), lock: z.enum(["held", "free", "unknown"]) })),
});
export type Look = z.infer<typeof lookSchema>;
export type Looked = { readonly ok: true; readonly value: Look } | { readonly ok: false; readonly because: Sentence };

export interface FolderLockParts {
  readonly node: string;
  readonly run: typeof runCommand;
  readonly startProcess: typeof startLineProcess;
  readonly peers: () => Readonly<Record<string, PeerSays>>;
  /** This node's line as an earlier zshad left it. */
  readonly ownLine: () => ImageLock | null;
  readonly clock: () => number;
  readonly onTrouble: (why: string) => void;
  /** Its line in Consul says something new. */
  readonly onChange: () => void;
}

export const folderOf = (config: Pick<HaConfig, "ImageFolder">): string => config.ImageFolder.replace(/\/+$/, "");
export const folderImage = (config: Pick<HaConfig, "ImageFolder">): string =>
  `${folderOf(config)}/${managementVmImageName}`;
const probePath = (folder: string, node: string): string => `${folder}/.zsha.probe.${node}`;

/** Where the NFS client says whether it takes lost locks back. */
export const recoverSwitchPath = "/sys/module/nfs/parameters/recover_lost_locks";

/** The mount below the folder as this node sees it now, and why its locks decide nothing. */
export async function readMount(folder: string): Promise<{ text: string; token: string; noArbiter: Sentence | null }> {
  const [table, boot, recovers] = await Promise.all([
    readFile("/proc/self/mountinfo", "utf8"),
    readFile("/proc/sys/kernel/random/boot_id", "utf8"),
    readFile(recoverSwitchPath, "utf8").catch(() => null),
  ]);
  const mount = mountOf(table, folder);
  const identity = JSON.stringify([boot, mount]);
  const token = createHash("sha256").update(identity).digest("hex").slice(0, 16);
  return { text: mountText(mount), token, noArbiter: whyNoArbiter(folder, mount, recovers) };
}

/** The locks of one shared folder: this node's own probe, held as long as zshad lives, and what the others' probes do to it. */
export class FolderLock {
  private folder: string | null = null;
  private holder: LineProcess | null = null;
  private held: string | null = null;
  private mount: Awaited<ReturnType<typeof readMount>> | null = null;
  private readonly proofs = new Map<string, Proof>();
  private inherited = false;
  private looking: Promise<Looked> | null = null;
  private lookedAt = Number.NEGATIVE_INFINITY;
  private line = "";

  constructor(private readonly parts: FolderLockParts) {}

  /** One for the whole daemon; another folder in the configuration begins anew. */
  async follow(folder: string): Promise<void> {
    const mount = await readMount(folder);
    if (this.folder === folder && this.mount?.token === mount.token) return;
    this.folder = folder;
    this.mount = mount;
    this.proofs.clear();
    this.inherited = false;
    this.held = null;
    this.holder?.kill();
    this.hold(folder, mount.token);
  }

  get record(): ImageLock | null {
    if (this.mount === null) return null;
    const peers: ImageLock["peers"] = {};
    for (const [name, { token, verdict }] of this.proofs) if (verdict !== null) peers[name] = { token, verdict };
    return { mount: this.mount.text, noArbiter: this.mount.noArbiter, token: this.held, peers };
  }

  whyUnproven(other: string): Sentence | null {
    return whyUnproven(this.parts.node, this.record, other, this.parts.peers()[other]?.lock ?? null);
  }

  get astray(): Sentence | null {
    return whyAstray(this.parts.node, this.record?.peers ?? {});
  }

  get noArbiter(): Sentence | null {
    return this.mount?.noArbiter ?? null;
  }

  /** Canary, image and the others' probes, in one process that can be given up. Questions that come together share an answer. */
  look(config: HaConfig): Promise<Looked> {
    const now = this.parts.clock();
    if (this.looking !== null && now - this.lookedAt < lookLastsMs) return this.looking;
    this.lookedAt = now;
    this.looking = this.lookNow(config);
    return this.looking;
  }

  private async lookNow(config: HaConfig): Promise<Looked> {
    const folder = folderOf(config);
    await this.follow(folder);
    this.inherit();
    const peers = this.parts.peers();
    const others = Object.entries(peers).filter(([name, says]) => name !== this.parts.node && says.lock !== null);
    const order = {
      canary: `${folder}/.zsha.canary.${this.parts.node}`,
      text: String(Date.now()),
      image: folderImage(config),
      probes: Object.fromEntries(others.map(([name]) => [name, probePath(folder, name)])),
    };
    const argv = ["python3", "-c", lockSource, "look", JSON.stringify(order)];
    const result = await this.parts.run(argv, { timeoutMs: lookTimeoutMs });
    if (!succeeded(result)) return { ok: false, because: describeFailure(["python3", "look", folder], result) };
    const parsed = lookSchema.safeParse(JSON.parse(result.stdout));
    if (!parsed.success) return { ok: false, because: say("program-odd", { program: `python3 look ${folder}` }) };
    for (const [name, says] of others) {
      const seen = parsed.data.probes[name];
      const proof = seen === undefined ? null : nextProof(this.proofs.get(name) ?? null, says, seen);
      if (proof !== null) this.proofs.set(name, proof);
    }
    this.tell();
    return { ok: true, value: parsed.data };
  }

  /** "free": nobody had the image open for writing, on any node that honours the lock. */
  async take(config: HaConfig): Promise<{ ok: true; value: "free" | "held" } | { ok: false; because: Sentence }> {
    const argv = ["python3", "-c", lockSource, "take", folderImage(config), String(takeSeconds)];
    const result = await this.parts.run(argv, { timeoutMs: takeTimeoutMs });
    if (!succeeded(result)) return { ok: false, because: describeFailure(["python3", "take", argv[4] ?? ""], result) };
    return { ok: true, value: result.stdout.trim() === "free" ? "free" : "held" };
  }

  /** Another node may have died while this zshad was away: what an earlier one found counts, for the same mount only. */
  private inherit(): void {
    if (this.inherited) return;
    const line = this.parts.ownLine();
    if (line === null || this.mount === null) return;
    this.inherited = true;
    if (line.mount !== this.mount.text) return;
    for (const [name, { token, verdict }] of Object.entries(line.peers)) {
      if (!this.proofs.has(name)) this.proofs.set(name, { token, verdict, doubts: 0, doubtedAt: null });
    }
  }

  private hold(folder: string, token: string): void {
    if (this.folder !== folder || this.mount?.token !== token) return;
    const argv = ["python3", "-u", "-c", lockSource, "hold", probePath(folder, this.parts.node), token];
    let said = "";
    this.holder = this.parts.startProcess(argv, {
      onLine: (line) => {
        said = line;
        if (line !== "held" || this.mount?.token !== token) return;
        this.held = token;
        this.tell();
      },
      onEnd: (why) => {
        if (this.mount?.token !== token) return;
        this.held = null;
        this.parts.onTrouble(`The probe in ${folder} is not locked (${said === "held" || said === "" ? why : said})`);
        this.tell();
        setTimeout(() => this.hold(folder, token), holdAgainMs).unref();
      },
    });
  }

  private tell(): void {
    const line = JSON.stringify(this.record);
    if (line === this.line) return;
    this.line = line;
    this.parts.onChange();
  }
}
