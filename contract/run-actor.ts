/** How a panel's run signs what it does on the nodes: in intents and in the failover history. */
const prefix = "trivet run ";

export const actorOfRun = (runId: string): string => `${prefix}${runId}`;

/** The run behind an actor's name; null: a person, or zshad. */
export const runOfActor = (actor: string): string | null =>
  actor.startsWith(prefix) && actor.length > prefix.length ? actor.slice(prefix.length) : null;
