import { formatErrorChain } from "@/lib/error-chain";
import { decide } from "@/suite/core/decide";
import type { Action, Deed, Outcome } from "@/suite/core/deed";
import type { Event, HistoryDraft, State } from "@/suite/core/state";

export interface EngineParts {
  readonly clock: () => number;
  readonly perform: (deed: Deed) => Promise<Outcome>;
  readonly log: (sentence: string, state: State) => void;
  readonly trouble: (sentence: string) => void;
  /** Resolves when what this node's own files must say (permit, memory) is written. */
  readonly publish: (state: State, history: readonly HistoryDraft[]) => Promise<void>;
}

/** Feeds events to the core one at a time and carries out what it asks for. */
export class Engine {
  state: State;
  private readonly waiting: Event[] = [];
  private busy = false;

  constructor(
    initial: State,
    private readonly parts: EngineParts,
  ) {
    this.state = initial;
  }

  dispatch(event: Event): void {
    this.waiting.push(event);
    if (this.busy) return;
    this.busy = true;
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) this.step(next);
    this.busy = false;
  }

  private step(event: Event): void {
    const { state, actions, history, sentence } = decide(this.state, event, this.parts.clock());
    this.state = state;
    if (sentence !== null) this.parts.log(sentence, state);
    const written = this.parts.publish(state, history);
    for (const action of actions) void this.act(action, written);
  }

  /** The permit must be on disk before libvirt is asked to start, so every deed waits for this state's files. */
  private async act(action: Action, written: Promise<void>): Promise<void> {
    let outcome: Outcome;
    try {
      await written;
      outcome = await this.parts.perform(action.what);
    } catch (error) {
      // A bug in an adapter: whether it acted is not known.
      this.parts.trouble(`"${action.what.deed}" failed in itself: ${formatErrorChain(error)}`);
      outcome = { result: "unknown", because: formatErrorChain(error) };
    }
    this.dispatch({ type: "outcome", id: action.id, outcome });
  }
}
