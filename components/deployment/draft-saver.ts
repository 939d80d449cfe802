import type { DeploymentDraft } from "@/contract/deployment";
import { settleDraft } from "@/contract/deployment-settle";

/**
 * Keeps what a person types and sends it to the server, one part at a time. Invariants: what is shown is the server's draft
 * with the unsent parts over it; a part has at most one request under way; an edit made meanwhile goes out after it; nothing
 * typed is dropped but by a conflict, and then it can be sent again.
 */
export type DraftEdit = {
  [Part in EditablePart]: { part: Part; value: DeploymentDraft[Part] };
}[EditablePart];
type EditablePart =
  | "clusterName"
  | "preparation"
  | "installation"
  | "networks"
  | "storage"
  | "config"
  | "software"
  | "haProfile"
  | "platform";

export interface ServerDraft {
  draft: DeploymentDraft;
  savedAt: Date;
  clusterId: string | null;
  run: { id: string; state: string } | null;
}

export type SaveStatus =
  | { kind: "saved"; at: Date }
  | { kind: "waiting" }
  | { kind: "saving" }
  /** Nobody answered: asked again at `retryInMs`. */
  | { kind: "retrying"; error: unknown; retryInMs: number }
  /** The server said no: asking again would not help. */
  | { kind: "refused"; error: unknown };

export interface SaverSnapshot {
  draft: DeploymentDraft;
  server: ServerDraft;
  status: SaveStatus;
  /** Somebody else changed this part; `mine` is what was not saved. */
  conflict: DraftEdit | null;
}

export interface SaverOptions {
  send(edit: DraftEdit, base: number): Promise<{ kind: "saved" | "conflict"; view: ServerDraft }>;
  /** Whether the server answered and refused; anything else is asked again. */
  isRefusal(error: unknown): boolean;
}

/** Shorter: a request per key. Longer: more is lost when the window closes. */
export const saveDelayMs = 500;
/** Soon after a hiccup, rarely while the panel is down. */
const retryDelaysMs = [2_000, 5_000, 10_000, 20_000] as const;

export class DraftSaver {
  readonly #pending = new Map<EditablePart, DraftEdit>();
  readonly #listeners = new Set<() => void>();
  #snapshot: SaverSnapshot;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending = false;
  #failures = 0;

  constructor(
    server: ServerDraft,
    private readonly options: SaverOptions,
  ) {
    this.#snapshot = { draft: server.draft, server, status: { kind: "saved", at: server.savedAt }, conflict: null };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly snapshot = (): SaverSnapshot => this.#snapshot;

  edit(edit: DraftEdit): void {
    this.#pending.set(edit.part, edit);
    this.#update({ status: { kind: "waiting" } });
    this.#schedule(saveDelayMs);
  }

  /** A newer draft from another call (facts read, image chosen). An older one than shown is ignored. */
  accept(server: ServerDraft): void {
    if (server.draft.revision < this.#snapshot.server.draft.revision) return;
    const quiet = this.#pending.size === 0 && !this.#sending;
    this.#update({ server, ...(quiet ? { status: { kind: "saved", at: server.savedAt } } : {}) });
  }

  /** Sends at once what waits: before leaving the place, or when a person asks for it. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    return this.#send();
  }

  keepMine(): void {
    const { conflict } = this.#snapshot;
    this.#update({ conflict: null });
    if (conflict !== null) this.edit(conflict);
  }

  takeTheirs(): void {
    this.#update({ conflict: null });
  }

  get hasUnsaved(): boolean {
    return this.#pending.size > 0 || this.#sending;
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#send(), delayMs);
  }

  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (let edit = this.#first(); edit !== undefined; edit = this.#first()) {
        this.#update({ status: { kind: "saving" } });
        const answer = await this.options.send(edit, this.#snapshot.server.draft.revision);
        this.#failures = 0;
        const unchanged = this.#pending.get(edit.part) === edit;
        if (unchanged || answer.kind === "conflict") this.#pending.delete(edit.part);
        this.#update({ server: answer.view, ...(answer.kind === "conflict" ? { conflict: edit } : {}) });
      }
      this.#update({ status: { kind: "saved", at: this.#snapshot.server.savedAt } });
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#sending = false;
    }
  }

  #failed(error: unknown): void {
    if (this.options.isRefusal(error)) {
      this.#update({ status: { kind: "refused", error } });
      return;
    }
    const retryInMs = retryDelaysMs[Math.min(this.#failures, retryDelaysMs.length - 1)] ?? retryDelaysMs[0];
    this.#failures += 1;
    this.#update({ status: { kind: "retrying", error, retryInMs } });
    this.#schedule(retryInMs);
  }

  #first(): DraftEdit | undefined {
    return this.#pending.values().next().value;
  }

  #update(change: Partial<SaverSnapshot>): void {
    const next = { ...this.#snapshot, ...change };
    this.#snapshot = { ...next, draft: this.#shown(next.server.draft) };
    for (const listener of this.#listeners) listener();
  }

  #shown(server: DeploymentDraft): DeploymentDraft {
    if (this.#pending.size === 0) return server;
    const edits = Object.fromEntries([...this.#pending].map(([part, edit]) => [part, edit.value]));
    const edited = { ...server, ...edits };
    // Edited as text, the configuration may differ from the plan; the server keeps it so, too.
    return this.#pending.has("config") ? edited : settleDraft(edited);
  }
}
