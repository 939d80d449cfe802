import type { Plan, RunRequest, RunState } from "@/contract/run";
import type { RunProgress } from "@/contract/run-progress";
import { findChainBreak } from "@/server/engine/hash-chain";
import { readWholeJournal, type RunJournal } from "@/server/engine/journal";
import { leaseMs } from "@/server/engine/journal-writer";
import { RunEngine } from "@/server/engine/run-engine";
import { foldRun } from "@/server/engine/schedule";
import type { ProcedureDefinition } from "@/server/engine/step";
import type { RemoteHosts } from "@/server/ports/remote-host";
import { MemoryJournal } from "@/testing/conformance/memory-journal";
import { MemoryRunLock } from "@/testing/conformance/memory-run-lock";
import {
  fragileHosts,
  type HostFaults,
  ProcessSwitch,
  stoppingJournal,
  stoppingLock,
} from "@/testing/conformance/switches";

/** What a scripted world must offer: hosts to act on, and what an operator would find on them afterwards. */
export interface ConformanceWorld {
  readonly hosts: RemoteHosts;
  /** Absent: any text will do for the procedure's secrets. */
  readonly openSecret?: (ref: string) => Promise<string>;
  snapshot(): unknown;
  /** The node loses power and never comes back, as the others see it. Absent: no procedure of this world goes on without a node. */
  readonly lose?: (node: string) => void;
  /** Where the others, or the panel, still know of that node. */
  readonly traces?: (node: string) => string[];
}

export interface RunOutcome {
  readonly state: RunState;
  readonly progress: RunProgress;
  readonly plan: Plan;
}

export interface PanelFaults extends HostFaults {
  /** The process stops right after this many journal writes. */
  stopAfterWrites?: number;
  /** The process stops when the n-th command with this text is in the journal and was not sent. */
  stopBeforeSend?: { text: string; count: number };
}

/** One cluster, one journal, and as many panel processes over them as a test wants. Time stands still until it is moved. */
export class ConformanceRig<TInput> {
  readonly journal: RunJournal;
  readonly world: ConformanceWorld;
  /** The lock in the cluster's Consul; it answers from the beginning. */
  readonly lock = new MemoryRunLock();
  /** Sends to nodes while the lock was not this run's. */
  unlockedSends = 0;
  readonly #input: unknown;
  #nowMs = Date.parse("2026-01-01T00:00:00Z");
  runId = "";

  constructor(world: ConformanceWorld, input: unknown, journal: RunJournal = new MemoryJournal()) {
    this.world = world;
    this.journal = {
      create: async (run) => {
        const created = await journal.create(run);
        this.runId = created.id;
        return created;
      },
      load: (id) => journal.load(id),
      claimable: (now) => journal.claimable(now),
      claim: (id, owner, now, until) => journal.claim(id, owner, now, until),
      renew: (id, owner, until) => journal.renew(id, owner, until),
      append: (id, owner, seq, write, until) => journal.append(id, owner, seq, write, until),
      release: (id, owner) => journal.release(id, owner),
      request: (id, request) => journal.request(id, request),
      events: (id, after, limit) => journal.events(id, after, limit),
    };
    this.#input = input;
  }

  panel(procedure: ProcedureDefinition<TInput>, faults: PanelFaults = {}) {
    const process = new ProcessSwitch();
    const { journal, writes } = stoppingJournal(this.journal, process, {
      afterWrites: faults.stopAfterWrites,
      beforeSend: faults.stopBeforeSend,
    });
    const hosts = fragileHosts(this.world.hosts, process, faults, () => {
      if (this.lock.holder()?.runId !== this.runId) this.unlockedSends += 1;
    });
    const lock = stoppingLock(this.lock, process);
    const engine = new RunEngine({
      journal,
      procedureOf: () => procedure as ProcedureDefinition<unknown>,
      hostsOf: async () => hosts,
      lockStoreOf: async () => lock,
      openSecret: this.world.openSecret ?? (async (ref) => `secret of ${ref}`),
      fenceFloorOf: () => Promise.resolve(0),
      scrub: (text) => text,
      pace: { now: () => this.#nowMs, elapsedMs: () => this.#nowMs, sleep: async () => undefined, lookAgainMs: [0, 0] },
      onCommitted: () => undefined,
      log: () => undefined,
    });
    return { engine, process, writes, sends: hosts.sends, sendsTo: hosts.sendsTo };
  }

  /** Begins the run; returns when it stands still or the process stopped. */
  async start(panel: ReturnType<ConformanceRig<TInput>["panel"]>): Promise<void> {
    const begun = panel.engine
      .start({
        kind: "deploy-cluster",
        clusterId: "c1",
        input: this.#input,
        actor: "tester",
        idempotencyKey: "k1",
      })
      .then(() => panel.engine.idle());
    await Promise.race([begun, panel.process.stopped]);
    await this.#settleWorld();
  }

  passTime(milliseconds: number): void {
    this.#nowMs += milliseconds;
  }

  /** Another process finds the run after the lease of the first is over. */
  async takeOver(panel: ReturnType<ConformanceRig<TInput>["panel"]>): Promise<void> {
    this.passTime(leaseMs + 1);
    await panel.engine.beat();
    await Promise.race([panel.engine.idle(), panel.process.stopped]);
    await this.#settleWorld();
  }

  async ask(
    panel: ReturnType<ConformanceRig<TInput>["panel"]>,
    request: RunRequest["request"],
    at: { step: string | null; cell: string } | null = null,
  ): Promise<void> {
    await panel.engine.request(this.runId, {
      request,
      actor: "tester",
      step: at?.step ?? null,
      cell: at?.cell ?? null,
    });
    await Promise.race([panel.engine.idle(), panel.process.stopped]);
  }

  async outcome(): Promise<RunOutcome> {
    const run = await this.journal.load(this.runId);
    if (run === null) throw new Error("no run was created");
    const events = await readWholeJournal(this.journal, this.runId);
    const broken = findChainBreak(events);
    if (broken !== null) throw new Error(`journal broken at ${broken.seq}: ${broken.reason}`);
    return { state: run.state, progress: foldRun(run.plan, events), plan: run.plan };
  }

  /** Work on nodes outlives a panel: let it come to its end. */
  async #settleWorld(): Promise<void> {
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}
