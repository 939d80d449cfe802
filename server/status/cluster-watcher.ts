import { setTimeout as sleep } from "node:timers/promises";
import {
  type ClusterStatus,
  confirmations,
  type NodeLink,
  refreshSeconds,
  type TakenDown,
} from "@/contract/cluster-status";
import type { HaStatus } from "@/contract/ha-status";
import type { NodeLinks } from "@/contract/node-links";
import { known, type Observed, unknown } from "@/contract/observed";
import { say, type Sentence } from "@/contract/sentence";
import type { ConsulStore, MembersView } from "@/server/ports/consul-store";
import type { RemoteHost } from "@/server/ports/remote-host";
import { askHa } from "@/server/status/ask-ha";
import { askLink } from "@/server/status/ask-link";
import { followLinks } from "@/server/status/follow-links";
import { isPanelNetworkSuspect, noLosses, recordLosses } from "@/server/status/network-suspect";
import {
  assembleStatus,
  failedNodes,
  noReadings,
  noteMemberChanges,
  type Readings,
  type WatchedCluster,
  withoutSignsOfLife,
} from "@/server/status/readings";

/**
 * Between two pictures: the first change is told at once, a burst behind it as one. Shorter: an election draws every page ten times. Longer is
 * felt; the whole way from node to browser has 300 ms.
 */
const betweenPicturesMs = 50;
/** That all is as before is told that often at most. Shorter: every page is drawn again and again for nothing. Longer: ages near their limit of 15 s. */
const confirmationMs = 4_000;
/** One message for all who follow: it is made and packed once, and its time of sending is true to this. */
const sameMessageMs = 200;
/** A change in Consul is followed by a fresh `zsha status` no sooner than this: one election changes ten keys. */
const haAfterChangeMs = 1_000;
/** It starts half a dozen programs on the node: while one change follows another the node has so many times as long to itself. */
const haRests = 2;
/** Longer: a failover under way is pictured in leaps. */
const longestHaRestAfterChangeMs = 4_000;

/** Nodes that cannot tell are asked less often the longer they need for that: it must not become most of what they do. */
const unansweredRests = 3;
/** Longer: a cluster that has come up without a word from Consul is shown late. */
const longestRestMs = 60_000;

export interface ClusterWatcherParts {
  cluster: WatchedCluster;
  hosts: readonly RemoteHost[];
  consul: ConsulStore;
  /** What the panel's own runs switched off on purpose. */
  takenDown?: () => Promise<readonly TakenDown[]>;
  /** Called when the watcher itself fails in a way it cannot explain to anybody else. */
  onFault: (error: unknown) => void;
}

/** Reads one cluster from all sides until stopped, and tells listeners the merged picture. Only reads. */
export class ClusterWatcher {
  readonly #stop = new AbortController();
  readonly #listeners = new Set<(status: ClusterStatus) => void>();
  #readings: Readings = noReadings(now());
  #losses = noLosses;
  #revision = 0;
  #newest: ClusterStatus;
  #pending: NodeJS.Timeout | null = null;
  #confirmation: NodeJS.Timeout | null = null;
  #told = "";
  #toldAtMs = Number.NEGATIVE_INFINITY;
  /** Readings were confirmed since `#newest` was put together. */
  #isConfirmed = false;
  #saidInConsul = "";
  #wakeHa = new AbortController();

  constructor(private readonly parts: ClusterWatcherParts) {
    this.#newest = assembleStatus(parts.cluster, this.#readings, 0, now());
    const { signal } = this.#stop;
    parts.consul.watch("zsha/", {
      signal,
      onEntries: (entries) => {
        this.#take({ entries: known(entries, now()) });
        const said = withoutSignsOfLife(entries);
        if (said !== this.#saidInConsul) this.#wakeHa.abort();
        this.#saidInConsul = said;
      },
      onState: (state, reason) => this.#confirm("entries", state, reason),
    });
    parts.consul.watchMembers({
      signal,
      onMembers: (view) => this.#takeMembers(view),
      onState: (state, reason) => this.#confirm("members", state, reason),
    });
    for (const host of parts.hosts) {
      void this.#loop(refreshSeconds.link, () => this.#probe(host));
      void this.#guarded(() => this.#followLinks(host));
    }
    void this.#followHa();
    const { takenDown } = parts;
    if (takenDown !== undefined) void this.#loop(refreshSeconds.link, async () => this.#takeDown(await takenDown()));
  }

  get newest(): ClusterStatus {
    if (this.#isConfirmed) this.#picture();
    else if (Date.now() - Date.parse(this.#newest.at) > sameMessageMs) this.#newest = { ...this.#newest, at: now() };
    return this.#newest;
  }

  get isListenedTo(): boolean {
    return this.#listeners.size > 0;
  }

  listen(listener: (status: ClusterStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    this.#stop.abort();
    this.#wakeHa.abort();
    if (this.#pending) clearTimeout(this.#pending);
    if (this.#confirmation) clearTimeout(this.#confirmation);
    this.#listeners.clear();
  }

  #take(change: Partial<Readings>): void {
    if (this.#stop.signal.aborted) return;
    this.#readings = { ...this.#readings, ...change };
    const waitMs = Math.max(0, this.#toldAtMs + betweenPicturesMs - performance.now());
    this.#pending ??= setTimeout(() => {
      this.#pending = null;
      this.#picture();
      const substance = substanceOf(this.#newest);
      if (substance === this.#told) this.#confirmSoon();
      else this.#tell();
      this.#told = substance;
    }, waitMs);
  }

  /** Readings that say what they said before: put together when somebody is told of it, not with each of them. */
  #takeConfirmed(change: Partial<Readings>): void {
    if (this.#stop.signal.aborted) return;
    this.#readings = { ...this.#readings, ...change };
    this.#isConfirmed = true;
    this.#confirmSoon();
  }

  #confirmSoon(): void {
    this.#confirmation ??= setTimeout(() => this.#tell(), confirmationMs);
  }

  #picture(): void {
    this.#isConfirmed = false;
    this.#newest = assembleStatus(this.parts.cluster, this.#readings, this.#revision, now());
  }

  #tell(): void {
    if (this.#confirmation) clearTimeout(this.#confirmation);
    this.#confirmation = null;
    if (this.#isConfirmed) this.#picture();
    this.#toldAtMs = performance.now();
    this.#revision += 1;
    this.#newest = { ...this.#newest, revision: this.#revision, at: now() };
    for (const listener of this.#listeners) listener(this.#newest);
  }

  #takeDown(takenDown: readonly TakenDown[]): void {
    if (JSON.stringify(takenDown) !== JSON.stringify(this.#readings.takenDown)) this.#take({ takenDown });
  }

  #takeMembers(view: MembersView): void {
    const before = this.#readings.members;
    const changed = before.state === "unknown" || JSON.stringify(before.value) !== JSON.stringify(view);
    const at = now();
    const memberChanges = noteMemberChanges(this.#readings.memberChanges, this.parts.cluster, view, at);
    const readings = { members: known(view, at), memberChanges };
    if (!changed) return this.#takeConfirmed(readings);
    this.#take(readings);
    this.#judgeNetwork();
    this.#wakeHa.abort();
  }

  #judgeNetwork(): void {
    const failed = failedNodes(this.parts.cluster, this.#readings.members);
    const panelNetworkSuspect = isPanelNetworkSuspect(this.#losses, failed);
    if (panelNetworkSuspect !== this.#readings.panelNetworkSuspect) this.#take({ panelNetworkSuspect });
  }

  /** An answer without news still confirms the old ones; silence leaves them to grow old, and says why once they never were. */
  #confirm(source: "entries" | "members", state: "live" | "unreachable", reason: Sentence | null): void {
    const reading = this.#readings[source];
    if (state === "live" && reading.state === "known") this.#takeConfirmed({ [source]: { ...reading, at: now() } });
    if (state === "unreachable" && reading.state === "unknown")
      this.#take({ [source]: unknown(reason ?? say("no-answer"), now()) });
  }

  #followLinks(host: RemoteHost): Promise<void> {
    const { node } = host;
    const and = (reading: Observed<NodeLinks>) => ({ nodeLinks: { ...this.#readings.nodeLinks, [node]: reading } });
    return followLinks(host, this.#stop.signal, {
      onLinks: (links) => this.#take(and(known(links, now()))),
      onSame: () => {
        const before = this.#readings.nodeLinks[node];
        if (before?.state === "known") this.#takeConfirmed(and({ ...before, at: now() }));
      },
      // What was known grows old by itself; only what never was gets its reason at once.
      onSilence: (reason) => {
        if (this.#readings.nodeLinks[node]?.state !== "known") this.#take(and(unknown(reason, now())));
      },
    });
  }

  async #probe(host: RemoteHost): Promise<void> {
    const began = performance.now();
    const link = await askLink(host, this.#stop.signal);
    const previous = this.#readings.links;
    const roundTripMs = link.reachable ? Math.round((performance.now() - began) * 10) / 10 : null;
    const links = { ...previous, [host.node]: known({ ...link, roundTripMs }, now()) };
    this.#losses = recordLosses(this.#losses, previous, links, Date.now());
    const before = previous[host.node];
    if (before?.state === "known" && saysSame(before.value, link)) this.#takeConfirmed({ links });
    else this.#take({ links });
    this.#judgeNetwork();
  }

  /** At the interval, and soon after Consul told of a change. */
  async #followHa(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.#wakeHa = new AbortController();
      const woken = this.#wakeHa.signal;
      const began = performance.now();
      await this.#guarded(async () => this.#take({ ha: await this.#readHa() }));
      const tookMs = performance.now() - began;
      const restMs = Math.max(haAfterChangeMs, Math.min(tookMs * haRests, longestHaRestAfterChangeMs));
      await sleep(restMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      const unansweredMs = this.#readings.ha.state === "known" ? 0 : tookMs;
      const rest = Math.max(refreshSeconds.ha * 1000 - restMs, Math.min(unansweredMs * unansweredRests, longestRestMs));
      await sleep(rest, undefined, { signal: AbortSignal.any([this.#stop.signal, woken]) }).catch(() => undefined);
    }
  }

  /**
   * From the first node that knows a leader, nodes found reachable first: one that is cut off from the others knows itself alone, and its
   * word counts only when nobody knows more. The last good reading stays, and grows old, when none answers.
   */
  async #readHa(): Promise<Observed<HaStatus>> {
    let reason: Sentence = say("no-node-answered");
    let leaderless: HaStatus | null = null;
    for (const host of this.#reachableFirst()) {
      if (this.#stop.signal.aborted) break;
      const answer = await askHa(host, this.#stop.signal);
      if (answer.status === null) reason = answer.reason;
      else if (knowsLeader(answer.status)) return known(answer.status, now());
      else leaderless ??= answer.status;
    }
    if (leaderless !== null) return known(leaderless, now());
    const { ha } = this.#readings;
    return ha.state === "known" ? ha : unknown(reason, now());
  }

  #reachableFirst(): RemoteHost[] {
    const isReachable = ({ node }: RemoteHost) => {
      const link = this.#readings.links[node];
      return link?.state === "known" && link.value.reachable;
    };
    return this.parts.hosts.toSorted((a, b) => Number(isReachable(b)) - Number(isReachable(a)));
  }

  async #loop(seconds: number, work: () => Promise<void>): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#guarded(work);
      await sleep(seconds * 1000, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.parts.onFault(error);
    }
  }
}

const knowsLeader = ({ consul }: HaStatus): boolean => consul.state === "known" && consul.value.leader !== null;

const saysSame = (one: NodeLink, other: Omit<NodeLink, "roundTripMs">): boolean =>
  one.reachable === other.reachable && JSON.stringify(one.because) === JSON.stringify(other.because);

const substanceOf = (status: ClusterStatus): string =>
  JSON.stringify(status, (key, value: unknown) => (confirmations.has(key) ? undefined : value));

const now = (): string => new Date().toISOString();
